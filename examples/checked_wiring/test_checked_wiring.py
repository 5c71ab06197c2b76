"""The shop's own wiring works; wirings that cannot work are refused when they are set up."""

import boto3
import pytest
from wiring.declared import BadWiring, Function, Queue, Subscription, Topic, Trigger, Wiring
from wiring.deployed import Deployment
from wiring.shop import shop

pytestmark = pytest.mark.fakeaws(permissions="strict")


@pytest.fixture
def publish(fakeaws):
    """Publishes an order, and lets everything happen that follows from it."""

    def publish(topic_arn, order):
        boto3.client("sns").publish(TopicArn=topic_arn, Message=order)
        fakeaws.clock.run_until_idle()

    return publish


def test_the_shop_packs_and_bills_each_order(fakeaws, publish):
    """The declaration that is deployed is the one that is tested, with permissions checked."""
    deployment = Deployment().deploy(shop)

    publish(deployment.topics["orders"], "order 7")

    for name, line in (("pack", "packed order 7"), ("bill", "billed order 7")):
        [run] = fakeaws.function(name).invocations
        assert line in run.logs


def test_aws_has_nothing_to_recommend_against(fakeaws):
    """The settings hold up to AWS's own advice."""
    Deployment().deploy(shop)

    assert fakeaws.advice == []


def test_a_topic_where_a_queue_belongs_is_refused():
    """By the declaration itself."""
    wiring = Wiring(triggers=[Trigger(Topic("orders"), Function("f", "wiring.handlers.pack"))])

    with pytest.raises(BadWiring, match=r"Topic\(name='orders'\) is polled, where a queue belongs"):
        wiring.check()


def test_a_timeout_longer_than_the_visibility_is_refused(fakeaws):
    """By Lambda, in AWS's words: the message would come back while it is being handled."""
    slow = Function("slow", "wiring.handlers.pack", timeout=90)
    wiring = Wiring(triggers=[Trigger(Queue("jobs", visibility_timeout=60), slow)])

    with pytest.raises(BadWiring, match="Queue visibility timeout: 60 seconds is less than Funct"):
        Deployment().deploy(wiring)


def test_a_missing_permission_shows_at_the_first_order(fakeaws, publish):
    """SNS says nothing of it, here as in AWS; the timeline does."""
    orders = Topic("orders")
    wiring = Wiring(subscriptions=[Subscription(orders, Queue("to-pack"), allowed=False)])
    deployment = Deployment().deploy(wiring)

    publish(deployment.topics["orders"], "order 7")

    assert fakeaws.queue("to-pack").messages.bodies == []
    assert "sns.amazonaws.com is not authorized to perform: sqs:sendmessage" in fakeaws.timeline()
