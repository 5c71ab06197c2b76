"""A function that is fed from a FIFO queue."""

import boto3
import pytest


@pytest.fixture
def queue(fakeaws):
    """A FIFO queue that deduplicates by content."""
    return fakeaws.create_queue("orders.fifo", content_based_deduplication=True)


@pytest.fixture
def batches(fakeaws, queue):
    """The batches of a function that the queue feeds, two messages at a time, each taking a second."""
    batches = []

    def handler(event, context):
        import time

        batches.append([record["body"] for record in event["Records"]])
        time.sleep(1)

    queue.trigger(fakeaws.create_function("work", handler), batch_size=2)
    return batches


def test_a_group_is_handled_in_order(fakeaws, queue, batches):
    """The next batch of a group waits for the one before."""
    for body in "abcde":
        queue.send(body, group="g")
    fakeaws.clock.run_until_idle()
    assert batches == [["a", "b"], ["c", "d"], ["e"]]


def test_a_group_has_one_batch_at_a_time(fakeaws, queue, batches):
    """Three batches of one group take three seconds."""
    for body in "abcde":
        queue.send(body, group="g")
    before = fakeaws.clock.now()
    fakeaws.clock.run_until_idle()
    assert (fakeaws.clock.now() - before).total_seconds() == 3


def test_groups_are_handled_side_by_side(fakeaws, queue, batches):
    """Three groups of two messages take one second."""
    for body in ("a1", "a2", "b1", "b2", "c1", "c2"):
        queue.send(body, group=body[0])
    before = fakeaws.clock.now()
    fakeaws.clock.run_until_idle()
    assert batches == [["a1", "a2"], ["b1", "b2"], ["c1", "c2"]]
    assert (fakeaws.clock.now() - before).total_seconds() == 1


def test_a_failed_batch_holds_up_its_group(fakeaws, queue):
    """What is behind it waits until its visibility timeout ends and it succeeds."""
    handled = []

    def handler(event, context):
        handled.extend(record["body"] for record in event["Records"])
        if handled == ["a"]:
            raise RuntimeError("not yet")

    for body in ("a", "b"):
        queue.send(body, group="g")
    queue.trigger(fakeaws.create_function("fails", handler), batch_size=1)
    fakeaws.clock.run_until_idle()
    assert handled == ["a", "a", "b"]


def test_a_record_tells_of_group_and_order(fakeaws, queue):
    """It has what a receive from a FIFO queue shows."""
    message = {"MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "1"}
    sent = boto3.client("sqs").send_message(QueueUrl=queue.url, **message)
    function = fakeaws.create_function("work", lambda event, context: None)
    queue.trigger(function)
    fakeaws.clock.run_until_idle()
    [record] = function.invocations[0].event["Records"]
    names = ("SequenceNumber", "MessageGroupId", "MessageDeduplicationId")
    assert {name: record["attributes"][name] for name in names} == {
        "SequenceNumber": sent["SequenceNumber"],
        "MessageGroupId": "g",
        "MessageDeduplicationId": "1",
    }


def test_a_handler_may_give_its_message_back_and_succeed(fakeaws, queue):
    """Then the mapping's deletion comes too late, and the message comes again."""
    sqs = boto3.client("sqs")
    attempts = []

    def handler(event, context):
        [record] = event["Records"]
        attempts.append(record["attributes"]["ApproximateReceiveCount"])
        if len(attempts) == 1:
            sqs.change_message_visibility(
                QueueUrl=queue.url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
            )

    queue.send("a", group="g")
    queue.trigger(fakeaws.create_function("gives-back", handler))
    fakeaws.clock.run_until_idle()
    assert (attempts, queue.messages) == (["1", "2"], ())
