"""`permissions="strict"`: what SNS may deliver to is for policies to say."""

import json

import boto3
import pytest

pytestmark = pytest.mark.fakeaws(permissions="strict")


@pytest.fixture
def allow(sqs):
    """Gives a queue a policy of one statement."""

    def allow(queue, **elements):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            **elements,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})

    return allow


def from_topic(arn, operator="ArnEquals"):
    return {operator: {"aws:SourceArn": arn}}


# Queues


def test_a_queue_without_a_policy_gets_nothing(fakeaws, topic, orders):
    """SNS is no part of the account. The journal says who may not do what."""
    topic.subscribe(orders)
    topic.publish("one")
    assert orders.messages.bodies == []
    assert (
        "User: sns.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: "
        f"{orders.arn}" in str(fakeaws.journal)
    )


def test_a_policy_lets_sns_in(topic, orders, allow):
    """For any topic, if it says no more."""
    allow(orders)
    topic.subscribe(orders, raw=True)
    topic.publish("one")
    assert orders.messages.bodies == ["one"]


def test_a_policy_lets_one_topic_in(fakeaws, topic, orders, allow):
    """By the ARN that SNS comes for, as AWS's guide writes it."""
    other = fakeaws.create_topic("other")
    allow(orders, Condition=from_topic(topic.arn))
    for source in (topic, other):
        source.subscribe(orders, raw=True)
        source.publish(source.name)
    assert orders.messages.bodies == [topic.name]


@pytest.mark.parametrize(
    ("elements", "arrived"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["lambda.amazonaws.com", "sns.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Action": "sqs:*"}, True),
        ({"Action": "sqs:ReceiveMessage"}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}}, False),
        ({"Condition": from_topic("arn:aws:sns:us-east-1:123456789012:orders-*", "ArnLike")}, True),
        ({"Condition": from_topic("arn:aws:sns:*:*:invoices-*", "ArnLike")}, False),
        ({"Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}}, True),
    ],
)
def test_statements_are_read_as_aws_reads_them(topic, orders, allow, elements, arrived):
    """Principal, action and condition must fit."""
    allow(orders, **elements)
    topic.subscribe(orders)
    topic.publish("one")
    assert bool(orders.messages) is arrived


def test_a_policy_that_comes_later_lets_later_messages_in(topic, orders, allow):
    """What was denied is not tried again."""
    topic.subscribe(orders, raw=True)
    topic.publish("one")
    allow(orders)
    topic.publish("two")
    assert orders.messages.bodies == ["two"]


def test_what_is_denied_is_never_retried(fakeaws, topic, orders, allow):
    """It is a client-side error: nothing is scheduled."""
    topic.subscribe(orders)
    topic.publish("one")
    allow(orders)
    fakeaws.clock.advance("30 days")
    assert orders.messages.bodies == []


def test_what_is_denied_is_dead_lettered(fakeaws, topic, orders, allow):
    """At once, to a queue that lets SNS in."""
    dead = fakeaws.create_queue("dead")
    allow(dead, Condition=from_topic(topic.arn))
    redrive = json.dumps({"deadLetterTargetArn": dead.arn})
    topic.subscribe(orders, raw=True, attributes={"RedrivePolicy": redrive})
    topic.publish("one")
    assert dead.messages.bodies == ["one"]


def test_a_dead_letter_queue_needs_a_policy_too(fakeaws, topic, orders):
    """Without one the message is lost, and the journal says so."""
    dead = fakeaws.create_queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead.arn})
    topic.subscribe(orders, attributes={"RedrivePolicy": redrive})
    topic.publish("one")
    assert dead.messages.bodies == []
    (lost,) = fakeaws.journal.of(kind="DeadLetterLost")
    assert "sns.amazonaws.com is not authorized" in str(lost)


def test_fifo_topics_are_checked_alike(fakeaws, allow):
    """And so are their replays."""
    topic = fakeaws.create_topic("t.fifo", content_based_deduplication=True)
    queue = fakeaws.create_queue("q.fifo")
    topic.subscribe(queue, raw=True)
    topic.publish("one", group="g")
    allow(queue, Condition=from_topic(topic.arn))
    topic.publish("two", group="g")
    assert queue.messages.bodies == ["two"]


# Functions


@pytest.fixture
def function(fakeaws):
    """A function, subscribed to the topic."""
    return fakeaws.create_function("invoice", lambda event, context: None)


@pytest.mark.parametrize(
    ("source", "invoked"), [("orders-topic", True), ("other", False), (None, True), ("", False)]
)
def test_a_function_needs_a_permission(fakeaws, topic, function, source, invoked):
    """As AddPermission gives it: for one topic, for any, or for none."""
    if source != "":
        arn = {"SourceArn": topic.arn.replace(topic.name, source)} if source else {}
        boto3.client("lambda").add_permission(
            FunctionName="invoice",
            StatementId="sns",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
            **arn,
        )
    topic.subscribe(function)
    topic.publish("one")
    fakeaws.clock.advance(0)
    assert bool(function.invocations) is invoked
    told = "sns.amazonaws.com is not authorized to perform: lambda:InvokeFunction"
    assert (told in str(fakeaws.journal)) is not invoked


# What is as ever


def test_callers_of_the_account_need_no_policy(fakeaws, orders):
    """Nor do mappings, which act with the function's role."""
    function = fakeaws.create_function("invoice", lambda event, context: None)
    orders.trigger(function)
    orders.send("one")
    function.invoke({})
    fakeaws.clock.run_until_idle()
    assert len(function.invocations) == 2


def test_a_destination_acts_with_the_role_of_its_function(fakeaws, topic):
    """It needs no policy of its queue either."""
    done = fakeaws.create_queue("done")
    function = fakeaws.create_function("invoice", lambda event, context: None, on_success=done)
    function.invoke_async({})
    fakeaws.clock.run_until_idle()
    assert len(done.messages) == 1


@pytest.mark.fakeaws(permissions="same-account")
def test_without_strictness_sns_may_what_the_account_may(topic, orders, allow):
    """Unless the policy denies it."""
    topic.subscribe(orders, raw=True)
    topic.publish("one")
    allow(orders, Effect="Deny", Condition=from_topic(topic.arn))
    topic.publish("two")
    assert orders.messages.bodies == ["one"]


@pytest.mark.fakeaws(permissions="same-account")
def test_a_queue_of_another_account_may_let_the_service_in(fakeaws, topic, sns):
    """As AWS's guide has it for topics and queues of two accounts."""
    sqs = boto3.client("sqs", **fakeaws.credentials("210987654321"))
    url = sqs.create_queue(QueueName="theirs")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": from_topic(topic.arn),
    }
    policy = json.dumps({"Statement": statement})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic.arn, Protocol="sqs", Endpoint=arn)
    (request,) = sqs.receive_message(QueueUrl=url)["Messages"]
    token = json.loads(request["Body"])["Token"]
    sns.confirm_subscription(TopicArn=topic.arn, Token=token)
    sqs.purge_queue(QueueUrl=url)
    topic.publish("one")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["Message"] == "one"
