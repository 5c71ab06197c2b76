"""Tags of a queue, and lists of queues that another one serves for dead letters."""

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders", tags={"team": "shop"})["QueueUrl"]


@pytest.fixture
def tags(sqs, url):
    """Lists the tags of the queue."""
    return lambda: sqs.list_queue_tags(QueueUrl=url).get("Tags")


def test_a_queue_has_the_tags_that_it_was_created_with(tags):
    """CreateQueue takes them."""
    assert tags() == {"team": "shop"}


def test_a_queue_without_tags_lists_none(sqs, fakeaws):
    """Then the answer has no member Tags."""
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=fakeaws.create_queue("plain").url)


def test_a_tag_is_added(sqs, url, tags):
    """Beside those that are there."""
    sqs.tag_queue(QueueUrl=url, Tags={"stage": "test"})
    assert tags() == {"team": "shop", "stage": "test"}


def test_a_tag_is_replaced(sqs, url, tags):
    """A name has one value."""
    sqs.tag_queue(QueueUrl=url, Tags={"team": "store"})
    assert tags() == {"team": "store"}


def test_a_tag_is_taken_away(sqs, url, tags):
    """By its name; one that is not there does not matter."""
    sqs.untag_queue(QueueUrl=url, TagKeys=["team", "stage"])
    assert tags() is None


def fifty_one():
    return {str(number): "" for number in range(51)}


def test_a_queue_has_fifty_tags_at_the_most(sqs, url, tags):
    """More are refused, and none is added."""
    with pytest.raises(ClientError, match="Too many tags added for queue orders"):
        sqs.tag_queue(QueueUrl=url, Tags=fifty_one())
    assert tags() == {"team": "shop"}


def test_a_queue_is_not_created_with_too_many_tags(sqs):
    """The limit holds from the beginning."""
    with pytest.raises(ClientError, match="Too many tags added for queue tagged"):
        sqs.create_queue(QueueName="tagged", tags=fifty_one())
    assert "QueueUrls" not in sqs.list_queues()


@pytest.mark.parametrize(
    ("operation", "parameters", "missing"),
    [("tag_queue", {"Tags": {}}, "Tags"), ("untag_queue", {"TagKeys": []}, "TagKeys")],
)
def test_there_must_be_something_to_tag(sqs, url, operation, parameters, missing):
    """An empty parameter counts as none."""
    with pytest.raises(ClientError, match=f"must contain the parameter {missing}"):
        getattr(sqs, operation)(QueueUrl=url, **parameters)
