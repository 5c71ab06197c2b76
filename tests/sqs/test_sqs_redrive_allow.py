"""Which queue may use which for its dead letters, and which do."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sqs.errors import InvalidAttributeValue, InvalidRedrivePolicy

PREFIX = "arn:aws:sqs:us-east-1:123456789012:"


@pytest.fixture
def connect(create):
    """Creates a queue with a given name whose dead letters go to `orders-dlq`."""

    def connect(name="orders", target="orders-dlq", **attributes):
        policy = {"deadLetterTargetArn": f"{PREFIX}{target}", "maxReceiveCount": 3}
        return create(name, RedrivePolicy=json.dumps(policy), **attributes)

    return connect


@pytest.fixture
def allow(create):
    """Creates the dead-letter queue with a RedriveAllowPolicy."""
    return lambda **policy: create("orders-dlq", RedriveAllowPolicy=json.dumps(policy))


# The dead-letter queue


def test_a_dead_letter_queue_must_exist(connect):
    """A redrive policy to nowhere is refused."""
    with pytest.raises(InvalidRedrivePolicy, match="Dead letter target does not exist"):
        connect()


@pytest.mark.parametrize(
    ("source", "target"), [("orders", "orders-dlq.fifo"), ("orders.fifo", "orders-dlq")]
)
def test_a_dead_letter_queue_is_of_its_source_s_type(create, connect, source, target):
    """Standard to standard, FIFO to FIFO."""

    def kind(name):
        return {"FifoQueue": "true"} if name.endswith(".fifo") else {}

    create(target, **kind(target))
    with pytest.raises(InvalidRedrivePolicy, match="must be same type of queue as the source"):
        connect(source, target, **kind(source))


@pytest.mark.parametrize(
    "place", [Place("210987654321", "us-east-1"), Place("123456789012", "eu-west-1")]
)
def test_a_dead_letter_queue_is_of_its_source_s_place(create, place):
    """The same account and region, even if a queue is there."""
    target = create("orders-dlq", place=place)
    policy = {"deadLetterTargetArn": target.queue.arn, "maxReceiveCount": 3}
    with pytest.raises(InvalidRedrivePolicy, match="owner should be same as the source"):
        create("orders", RedrivePolicy=json.dumps(policy))


def test_a_redrive_policy_can_be_set_later(create, cloud):
    """With the same checks."""
    orders = create("orders")
    policy = json.dumps({"deadLetterTargetArn": f"{PREFIX}nowhere", "maxReceiveCount": 3})
    with pytest.raises(InvalidRedrivePolicy, match="Dead letter target does not exist"):
        cloud.queues.change(orders.queue, {"RedrivePolicy": policy})


def test_other_attributes_can_be_set_after_the_dead_letter_queue_is_gone(connect, dead, cloud):
    """Only a redrive policy that is being set is checked."""
    orders = connect()
    cloud.queues.delete(dead.queue)
    cloud.queues.change(orders.queue, {"DelaySeconds": "1"})
    assert orders.queue.attributes.shown()["DelaySeconds"] == "1"


# RedriveAllowPolicy


@pytest.mark.parametrize(
    "policy",
    [
        {"redrivePermission": "allowAll"},
        {"redrivePermission": "byQueue", "sourceQueueArns": [f"{PREFIX}orders"]},
    ],
)
def test_a_dead_letter_queue_may_admit_a_source(allow, connect, policy):
    """All sources, or this one by its ARN."""
    dead = allow(**policy)
    assert connect().queue.attributes.redrive_policy.dead_letter_arn == dead.queue.arn


@pytest.mark.parametrize(
    "policy",
    [
        {"redrivePermission": "denyAll"},
        {"redrivePermission": "byQueue", "sourceQueueArns": [f"{PREFIX}other"]},
    ],
)
def test_a_dead_letter_queue_may_refuse_a_source(allow, connect, policy):
    """All sources, or all but others."""
    allow(**policy)
    with pytest.raises(InvalidRedrivePolicy, match="does not allow this source queue"):
        connect()


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"redrivePermission": "some"},
        {"redrivePermission": "byQueue"},
        {"redrivePermission": "byQueue", "sourceQueueArns": []},
        {"redrivePermission": "byQueue", "sourceQueueArns": f"{PREFIX}orders"},
        {"redrivePermission": "byQueue", "sourceQueueArns": [f"{PREFIX}{n}" for n in range(11)]},
        {"redrivePermission": "allowAll", "sourceQueueArns": [f"{PREFIX}orders"]},
        {"redrivePermission": "denyAll", "sourceQueueArns": [f"{PREFIX}orders"]},
    ],
)
def test_a_bad_redrive_allow_policy_is_refused(allow, policy):
    """A known permission; one to ten sources with byQueue, and none without."""
    with pytest.raises(InvalidAttributeValue, match="RedriveAllowPolicy"):
        allow(**policy)


# Who uses a dead-letter queue


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def sources(fakeaws):
    """Three queues with one dead-letter queue, by name, and another queue."""
    dead = fakeaws.create_queue("dead")
    fakeaws.create_queue("other")
    return dead, [fakeaws.create_queue(name, dead_letter_queue=dead).url for name in "abc"]


def test_the_sources_of_a_dead_letter_queue_are_listed(sqs, sources):
    """By name."""
    dead, urls = sources
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead.url)["queueUrls"] == urls


def test_the_sources_of_a_dead_letter_queue_are_listed_in_pages(sqs, sources):
    """boto3's paginator collects them all."""
    dead, urls = sources
    paginator = sqs.get_paginator("list_dead_letter_source_queues")
    pages = paginator.paginate(QueueUrl=dead.url, PaginationConfig={"PageSize": 2})
    assert [page["queueUrls"] for page in pages] == [urls[:2], urls[2:]]


def test_a_queue_that_is_no_dead_letter_queue_has_no_sources(sqs, fakeaws):
    """The list is there, and empty."""
    url = fakeaws.create_queue("orders").url
    assert sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"] == []


@pytest.mark.parametrize("parameters", [{"MaxResults": 0}, {"NextToken": "?"}])
def test_a_bad_page_of_sources_is_refused(sqs, sources, parameters):
    """A page has 1 to 1000 queues, and a token comes from the answer before."""
    dead, _ = sources
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.list_dead_letter_source_queues(QueueUrl=dead.url, **parameters)


def test_a_page_of_queues_goes_on_after_the_last_one_even_if_that_is_gone(sqs, sources):
    """A token says where to go on, not what comes next."""
    first = sqs.list_queues(MaxResults=2)
    sqs.delete_queue(QueueUrl=first["QueueUrls"][-1])
    second = sqs.list_queues(MaxResults=2, NextToken=first["NextToken"])
    names = [url.rpartition("/")[2] for url in second["QueueUrls"]]
    assert names == ["c", "dead"]


def test_without_a_page_size_there_is_no_token(sqs, sources):
    """MaxResults is what asks for pages."""
    assert "NextToken" not in sqs.list_queues()
