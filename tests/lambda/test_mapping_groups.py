"""FIFO queues: how groups bound what a mapping has in progress."""

import time

import boto3
import pytest


@pytest.fixture
def queue(fakeaws):
    """A FIFO queue."""
    return fakeaws.create_queue("orders.fifo", content_based_deduplication=True)


def send(queue, groups, messages):
    """Some messages for each of some groups."""
    for number in range(messages):
        for group in range(groups):
            queue.send(f"{number} of {group}", group=str(group))


@pytest.mark.parametrize(
    ("settings", "expected"), [({}, 20), ({"maximum_concurrency": 3}, 3)], ids=str
)
def test_there_are_as_many_batches_as_groups(fakeaws, queue, settings, expected):
    """From the start, unless fewer are allowed."""
    function = fakeaws.create_function("work", lambda *_: time.sleep(1))
    mapping = queue.trigger(function, batch_size=1, **settings)
    send(queue, groups=20, messages=3)
    fakeaws.clock.run_until_idle()

    assert max(number for _, number in mapping.concurrency) == expected
    assert len(function.invocations) == 60


def test_a_handler_that_deletes_its_message_still_has_its_group_to_itself(fakeaws, queue):
    """The queue would give out the next one; the mapping waits for the end of the batch."""
    sqs, spans = boto3.client("sqs"), []

    def handler(event, context):
        (record,) = event["Records"]
        sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=record["receiptHandle"])
        started = fakeaws.clock.now()
        time.sleep(2)
        spans.append((record["body"], started, fakeaws.clock.now()))

    queue.trigger(fakeaws.create_function("work", handler), batch_size=1)
    send(queue, groups=1, messages=3)
    fakeaws.clock.run_until_idle()

    assert [body for body, _, _ in spans] == ["0 of 0", "1 of 0", "2 of 0"]
    ends, starts = [end for *_, end in spans], [start for _, start, _ in spans]
    assert starts[1:] == ends[:-1]


def test_a_message_that_waits_for_its_group_too_long_goes_back(fakeaws):
    """When its own visibility timeout has ended, it is received again."""
    queue = fakeaws.create_queue(
        "slow.fifo", content_based_deduplication=True, visibility_timeout=30
    )
    sqs, seen = boto3.client("sqs"), []

    def handler(event, context):
        (record,) = event["Records"]
        seen.append((record["body"], record["attributes"]["ApproximateReceiveCount"]))
        if len(seen) == 1:
            sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=record["receiptHandle"])
            time.sleep(30)

    queue.trigger(fakeaws.create_function("work", handler, timeout=30), batch_size=1)
    send(queue, groups=1, messages=2)
    fakeaws.clock.run_until_idle()

    assert seen == [("0 of 0", "1"), ("1 of 0", "2")]


def test_reported_failures_keep_the_order(fakeaws, queue):
    """Of four, the last three are reported: they come again, before anything else of the group."""
    batches = []

    def handler(event, context):
        records = event["Records"]
        batches.append(
            [
                (record["body"], record["attributes"]["ApproximateReceiveCount"])
                for record in records
            ]
        )
        failed = records[1:] if len(batches) == 1 else []
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}

    function = fakeaws.create_function("work", handler)
    queue.trigger(function, batch_size=4, report_batch_item_failures=True)
    for body in "12345":
        queue.send(body, group="g")
    fakeaws.clock.run_until_idle()

    assert batches == [
        [("1", "1"), ("2", "1"), ("3", "1"), ("4", "1")],
        [("2", "2"), ("3", "2"), ("4", "2"), ("5", "1")],
    ]
