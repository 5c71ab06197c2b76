import json

import boto3
import pytest
from botocore.exceptions import ClientError

TESTS = "sqs/test_sqs.py::TestSqsProvider::"


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="recorded")["QueueUrl"]


@pytest.fixture
def recording(recorded):
    """Finds what AWS answered to one of its tests over the JSON protocol."""
    return lambda name: recorded("sqs", f"{TESTS}{name}[sqs]")


def error_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


@pytest.mark.parametrize(
    ("step", "parameters"),
    [
        ("empty_short_poll_resp_no_param", {}),
        ("empty_short_poll_resp", {"WaitTimeSeconds": 0}),
        ("empty_long_poll_resp", {"WaitTimeSeconds": 1}),
    ],
)
def test_receiving_from_an_empty_queue_answers_as_recorded(sqs, url, recording, step, parameters):
    """An empty answer has no member `Messages`."""
    answers = recording("test_receive_empty_queue")
    answer = sqs.receive_message(QueueUrl=url, **parameters)
    assert answers.seen(step, answer) == answers[step]


@pytest.mark.parametrize(
    ("parameter", "test"),
    [
        ("AttributeNames", "test_receive_message_attribute_names_filters"),
        (
            "MessageSystemAttributeNames",
            "test_receive_message_message_system_attribute_names_filters",
        ),
    ],
)
def test_system_attributes_are_answered_as_recorded(sqs, url, recording, parameter, test):
    """A receive shows the system attributes that were asked for, under either parameter."""
    answers = recording(test)
    sqs.send_message(
        QueueUrl=url,
        MessageBody="msg",
        MessageAttributes={"Foo": {"DataType": "String", "StringValue": "Bar"}},
    )
    asked = {
        "all_attributes": {parameter: ["All"]},
        "all_system_and_message_attributes": {parameter: ["All"], "MessageAttributeNames": ["All"]},
        "single_attribute": {parameter: ["SenderId"]},
        "multiple_attributes": {parameter: ["SenderId", "SequenceNumber"]},
    }
    for step, names in asked.items():
        answer = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, **names)
        assert answers.seen(step, answer) == answers[step]


def test_a_batch_that_is_too_long_is_refused_as_recorded(sqs, url, recording):
    """One byte over the sum that AWS allows refuses the whole batch."""
    step = "send_oversized_message_batch"
    answers = recording("test_send_message_batch_with_oversized_contents")
    entries = [{"Id": "1", "MessageBody": "a" * 1_048_576}, {"Id": "2", "MessageBody": "a"}]
    error = error_of(sqs.send_message_batch, QueueUrl=url, Entries=entries)
    assert answers.seen(step, error) == answers[step]


def test_a_batch_may_be_longer_than_each_message_as_recorded(sqs, url, recording):
    """The queue's maximum is that of a message, attributes included, not that of a batch."""
    step = "send_oversized_message_batch"
    answers = recording(
        "test_send_message_batch_with_oversized_contents_with_updated_maximum_message_size"
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "2048"})
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}
    entries = [
        {"Id": "1", "MessageBody": "a" * 2_040, "MessageAttributes": attributes},
        {"Id": "2", "MessageBody": "a"},
    ]
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert answers.seen(step, answer) == answers[step]


def test_a_message_longer_than_the_queue_allows_is_refused_as_recorded(sqs, url, recording):
    """The queue's maximum message size holds for a single send."""
    step = "send_oversized_message"
    answers = recording("test_send_message_with_updated_maximum_message_size")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "1024"})
    error = error_of(sqs.send_message, QueueUrl=url, MessageBody="a" * 1_025)
    assert answers.seen(step, error) == answers[step]


@pytest.mark.parametrize(
    ("step", "attribute"),
    [
        ("invalid-attribute-fifo-queue", {"FifoQueue": "false"}),
        ("invalid-attribute-content-based-deduplication", {"ContentBasedDeduplication": "true"}),
        ("invalid-attribute-deduplication-scope", {"DeduplicationScope": "messageGroup"}),
        ("invalid-attribute-throughput-limit", {"FifoThroughputLimit": "perQueue"}),
    ],
)
def test_fifo_attributes_of_a_standard_queue_are_refused_as_recorded(
    sqs, recording, step, attribute
):
    """A standard queue cannot be created with an attribute of FIFO queues."""
    answers = recording("test_create_standard_queue_with_fifo_attribute_raises_error")
    error = error_of(sqs.create_queue, QueueName="standard", Attributes=attribute)
    assert answers.seen(step, error) == answers[step]


@pytest.mark.parametrize(
    ("step", "value"), [("invalid-attr-name-1", "true"), ("invalid-attr-name-2", "false")]
)
def test_a_queue_does_not_become_fifo_as_recorded(sqs, url, recording, step, value):
    """A standard queue cannot be given the attribute FifoQueue, true or false."""
    answers = recording("test_set_unsupported_attribute_standard")
    error = error_of(sqs.set_queue_attributes, QueueUrl=url, Attributes={"FifoQueue": value})
    assert answers.seen(step, error) == answers[step]


def test_queue_attributes_return_to_their_defaults_as_recorded(sqs, url, recording):
    """An empty text takes an optional attribute away and leaves the encryption it had switched off."""
    answers = recording("test_set_queue_attributes_default_values")
    key = {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}
    changes = {
        "get-queue-attributes-initial-values": {},
        "get-queue-attributes-after-update": key,
        "get-queue-attributes-after-set-to-defaults": dict.fromkeys(key, ""),
    }
    for step, attributes in changes.items():
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        assert answers.seen(step, answer) == answers[step]


def test_an_empty_redrive_policy_takes_the_policy_away(sqs, url):
    """AWS accepted the empty text; its recording shows no answer but success."""
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    sqs.create_queue(QueueName=f"{arn.rpartition(':')[2]}-dlq")
    policy = json.dumps({"deadLetterTargetArn": f"{arn}-dlq", "maxReceiveCount": "42"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    assert "Attributes" not in answer


def test_a_placeholder_stands_for_one_value_only(recorded):
    """The matcher tells two values under one placeholder apart, and one value under two."""
    answers = recorded("sqs", f"{TESTS}test_receive_message_attribute_names_filters[sqs]")
    first = {"Messages": [{"ReceiptHandle": "one"}]}
    answers.seen("all_attributes", first)
    again = answers.seen("all_system_and_message_attributes", first)
    assert again == first
