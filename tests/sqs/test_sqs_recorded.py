"""What AWS answered, over its JSON protocol and over the older query protocol.

Not replayed, because nothing but an empty answer or none at all was recorded:
test_approximate_number_of_messages_not_visible, test_fifo_approximate_number_of_messages_not_visible,
test_dead_letter_queue_with_fifo_and_content_based_deduplication, test_set_empty_redrive_policy; and
test_send_message_via_queue_url_with_json_protocol, which is about requests that no client of AWS makes.
"""

import json
import re
from pathlib import Path

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


class Undressed:
    """Recorded answers without what only one of the two protocols tells of an error.

    Args:
        recording: The answers over the query protocol.
    """

    def __init__(self, recording):
        self._recording = recording

    def __getitem__(self, step):
        return self._undressed(self._recording[step])

    def seen(self, step, actual):
        """The answer as it would have been recorded, undressed."""
        return self._undressed(self._recording.seen(step, actual))

    def _undressed(self, answer):
        bare = {key: value for key, value in answer.items() if key != "message"}
        if "Error" in bare:
            error = bare["Error"].items()
            bare["Error"] = {k: v for k, v in error if k not in ("Detail", "QueryErrorCode")}
        return bare


@pytest.fixture(params=["sqs", "sqs_query"])
def recording(recorded, request):
    """Finds what AWS answered to one of its tests, over one protocol and the other."""

    def find(name, case=""):
        answers = recorded("sqs", f"{TESTS}{name}[{request.param}{case}]")
        return answers if request.param == "sqs" else Undressed(answers)

    return find


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


# FIFO queues


@pytest.fixture
def fifo(sqs):
    """Creates a FIFO queue with further attributes, and returns its URL."""

    def create(**attributes):
        given = {"FifoQueue": "true", **attributes}
        return sqs.create_queue(QueueName="recorded.fifo", Attributes=given)["QueueUrl"]

    return create


def test_a_fifo_queue_of_other_attributes_exists_as_recorded(sqs, fifo, recording):
    """The error names the attribute that differs."""
    step = "queue-already-exists"
    answers = recording("test_create_fifo_queue_with_different_attributes_raises_error")
    fifo(ContentBasedDeduplication="true")
    other = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
    error = error_of(sqs.create_queue, QueueName="recorded.fifo", Attributes=other)
    assert answers.seen(step, error) == answers[step]


@pytest.mark.parametrize("by_content", [True, False])
def test_a_message_is_known_in_other_groups_as_recorded(sqs, fifo, recording, by_content):
    """The second of two equal messages is not there, although its group is another."""
    answers = recording("test_fifo_deduplication_not_on_message_group_id", f"-{by_content}")
    url = fifo(ContentBasedDeduplication=str(by_content).lower())
    known_as = {} if by_content else {"MessageDeduplicationId": "1"}
    # The recording shows the body parsed, and its MD5: it was this text, without spaces.
    message = {"MessageBody": '{"foo": "bar"}', **known_as}
    for step, group in (("get-messages", "1"), ("get-dedup-messages", "2")):
        sqs.send_message(QueueUrl=url, MessageGroupId=group, **message)
        answer = sqs.receive_message(QueueUrl=url)
        assert answers.seen(step, answer) == answers[step]
        for received in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])


def test_a_message_of_a_fifo_queue_is_answered_as_recorded(sqs, fifo, recording):
    """Sent, received, and received again."""
    answers = recording("test_fifo_message_attributes")
    url = fifo()
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="message-body-1",
        MessageGroupId="group-1",
        MessageDeduplicationId="dedup-1",
    )
    assert answers.seen("send_message", sent) == answers["send_message"]
    for step in ("receive_message_0", "receive_message_1"):
        answer = sqs.receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["All"], VisibilityTimeout=0
        )
        assert answers.seen(step, answer) == answers[step]


def test_a_message_s_own_delay_is_refused_as_recorded(sqs, fifo, recording):
    """Delays of a FIFO queue are the queue's."""
    step = "send_message"
    answers = recording("test_fifo_queue_send_message_with_delay_seconds_fails")
    message = {"MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "1"}
    error = error_of(sqs.send_message, QueueUrl=fifo(), DelaySeconds=2, **message)
    assert answers.seen(step, error) == answers[step]


def test_a_batch_without_deduplication_ids_is_refused_as_recorded(sqs, fifo, recording):
    """One entry that lacks it refuses the whole batch."""
    step = "test_missing_deduplication_id_for_fifo_queue"
    answers = recording("test_send_batch_missing_deduplication_id_for_fifo_queue")
    entries = [
        {"Id": "1", "MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "1"},
        {"Id": "2", "MessageBody": "b", "MessageGroupId": "g"},
    ]
    error = error_of(sqs.send_message_batch, QueueUrl=fifo(), Entries=entries)
    assert answers.seen(step, error) == answers[step]


def test_the_scope_of_deduplication_may_be_the_group_as_recorded(sqs, fifo, recording):
    """Without a throughput by group, too."""
    answers = recording("test_sqs_fifo_message_group_scope_no_throughput_setting")
    url = fifo(DeduplicationScope="messageGroup")
    for number in ("1", "2"):
        sqs.send_message(
            QueueUrl=url, MessageBody="Test", MessageGroupId=number, MessageDeduplicationId="1"
        )
        answer = sqs.receive_message(QueueUrl=url)
        step = f"same-dedup-different-grp-{number}"
        assert answers.seen(step, answer) == answers[step]


def test_a_message_of_a_tenant_is_answered_as_recorded(sqs, url, recording):
    """The group of a standard queue's message is a system attribute, and adds no other."""
    answers = recording("test_fair_queue_with_message_group_id")
    sent = sqs.send_message(QueueUrl=url, MessageBody="message", MessageGroupId="test")
    received = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])
    steps = {"send_message": sent, "get-message-with-deduplication-id": received}
    for step, answer in steps.items():
        assert answers.seen(step, answer) == answers[step]


# Move tasks


@pytest.fixture
def moves(recorded):
    """Finds what AWS answered to one of its tests of move tasks."""
    return lambda name: recorded("sqs", f"sqs/test_sqs_move_task.py::{name}")


@pytest.fixture
def dead_letters(fakeaws, sqs):
    """Sends a number of messages to each of some queues, and makes dead letters of them in one queue."""

    def make(number, *names):
        dead = fakeaws.create_queue("dead")
        for name in names:
            queue = fakeaws.create_queue(name, dead_letter_queue=dead, max_receive_count=1)
            for body in range(number):
                queue.send(str(body))
            for _ in range(2):
                sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return dead.arn

    return make


def test_a_move_task_is_answered_as_recorded(fakeaws, sqs, dead_letters, moves):
    """Started, and listed when it is over."""
    answers = moves("test_basic_move_task_workflow")
    source = dead_letters(2, "orders")
    destination = fakeaws.create_queue("destination").arn
    started = sqs.start_message_move_task(SourceArn=source, DestinationArn=destination)
    fakeaws.clock.run_until_idle()
    listed = sqs.list_message_move_tasks(SourceArn=source)
    steps = {
        "start-message-move-task-response": started,
        "list-message-move-task-response": listed,
    }
    for step, answer in steps.items():
        assert answers.seen(step, answer) == answers[step]


def test_a_move_task_to_several_sources_is_answered_as_recorded(fakeaws, sqs, dead_letters, moves):
    """Each message goes back to its own, and the task names no destination."""
    answers = moves("test_move_task_workflow_with_multiple_sources_as_default_destination")
    source = dead_letters(2, "one", "two")
    steps = {
        "source-arn": source,
        "original-source-1": fakeaws.queue("one").arn,
        "original-source-2": fakeaws.queue("two").arn,
        "start-message-move-task-response": sqs.start_message_move_task(SourceArn=source),
    }
    fakeaws.clock.run_until_idle()
    steps["list-message-move-task-response"] = sqs.list_message_move_tasks(SourceArn=source)
    for step, answer in steps.items():
        assert answers.seen(step, answer) == answers[step]


def test_a_move_task_with_a_rate_is_answered_as_recorded(sqs, dead_letters, moves):
    """The answer to its start is that of any."""
    step = "start-message-move-task-response"
    answers = moves("test_move_task_with_throughput_limit")
    answer = sqs.start_message_move_task(
        SourceArn=dead_letters(3, "orders"), MaxNumberOfMessagesPerSecond=1
    )
    assert answers.seen(step, answer) == answers[step]


def test_a_move_task_without_destination_fails_as_recorded(fakeaws, sqs, dead_letters, moves):
    """The destination was deleted when three of ten messages had been moved."""
    answers = moves("test_move_task_delete_destination_queue_while_running")
    source = dead_letters(10, "orders")
    destination = fakeaws.create_queue("destination")
    sqs.start_message_move_task(
        SourceArn=source, DestinationArn=destination.arn, MaxNumberOfMessagesPerSecond=1
    )
    fakeaws.clock.advance(2)
    sqs.delete_queue(QueueUrl=destination.url)
    fakeaws.clock.run_until_idle()
    answer = sqs.list_message_move_tasks(SourceArn=source)
    assert answers.seen("list", answer) == answers["list"]


def test_a_move_task_needs_a_destination_as_recorded(sqs, dead_letters, moves):
    """A destination that is named must be there."""
    answers = moves("test_destination_needs_to_exist")
    source = dead_letters(0, "orders")
    error = error_of(
        sqs.start_message_move_task, SourceArn=source, DestinationArn=f"{source}-missing"
    )
    assert answers.seen("error", error) == answers["error"]


def test_a_move_task_needs_a_dead_letter_queue_as_recorded(fakeaws, sqs, moves):
    """A queue that no redrive policy names has no dead letters."""
    answers = moves("test_source_needs_redrive_policy")
    source = fakeaws.create_queue("orders").arn
    error = error_of(sqs.start_message_move_task, SourceArn=source)
    assert answers.seen("error", error) == answers["error"]


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


RECORDED = Path(__file__).parents[1] / "aws-recorded" / "sqs.json"


def test_every_recording_is_replayed_or_named_here():
    """A recording that is added wants a test, or a word about why it has none."""
    names = {re.sub(r".*::|\[.*", "", name) for name in json.loads(RECORDED.read_text("utf-8"))}
    here = Path(__file__).read_text("utf-8")
    assert [name for name in sorted(names) if name not in here] == []


def test_a_placeholder_stands_for_one_value_only(recorded):
    """The matcher tells two values under one placeholder apart, and one value under two."""
    answers = recorded("sqs", f"{TESTS}test_receive_message_attribute_names_filters[sqs]")
    first = {"Messages": [{"ReceiptHandle": "one"}]}
    answers.seen("all_attributes", first)
    again = answers.seen("all_system_and_message_attributes", first)
    assert again == first
