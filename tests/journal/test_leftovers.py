"""What counts as left over."""

import time
from types import SimpleNamespace

import boto3
import pytest

from pytest_fakeaws.handles.leftovers import begun
from pytest_fakeaws.journal.entries import DeliveryFailed, DeliveryGivenUp, NotificationDelivered
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.sim.instants import SECOND


def worker():
    time.sleep(60)


@pytest.fixture
def left(fakeaws):
    """What is left over, as texts."""
    return lambda: [str(leftover) for leftover in fakeaws.leftovers]


def test_nothing_is_left_of_a_message_that_was_handled(fakeaws, left):
    """Nor of a function that has run."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", lambda event, context: None))
    orders.send("first")
    fakeaws.clock.run_until_idle()
    assert left() == []


def test_leftovers_equal_a_list(fakeaws):
    """So that a test can claim that there are none."""
    assert fakeaws.leftovers == []


def test_messages_of_a_queue_are_left(fakeaws, left):
    """Waiting, in flight and delayed ones, with until when."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    boto3.client("sqs").receive_message(QueueUrl=orders.url)
    for body in "abcd":
        orders.send(body)
    orders.send("later", delay=60)
    assert left() == [
        "orders: 4 messages waiting where no function is mapped (a, b, c, ...)",
        "orders: 1 message in flight until 00:00:30 (first)",
        "orders: 1 message delayed until 00:01:00 (later)",
    ]


def test_a_message_that_a_mapping_has_not_read_yet_is_left(fakeaws, left):
    """Time was not driven since it was sent."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", lambda event, context: None))
    orders.send("first")
    assert left() == ["orders: 1 message waiting (first)"]


def test_a_dead_letter_is_not_left(fakeaws, left):
    """It has arrived."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.send("first")
    sqs = boto3.client("sqs")
    sqs.receive_message(QueueUrl=orders.url)
    fakeaws.clock.advance(30)
    sqs.receive_message(QueueUrl=orders.url)
    assert left() == []


def test_an_event_that_has_not_run_is_left(fakeaws, left):
    """It runs when time is next driven, which nobody did."""
    fakeaws.create_function("work", lambda event, context: None).invoke_async({"order": 7})
    assert left() == ['work: an event that has not run since 00:00:00 ({"order": 7})']
    fakeaws.clock.advance(0)
    assert left() == []


def test_an_event_that_will_be_retried_is_left(fakeaws, left):
    """With when."""

    def fail(event, context):
        raise ValueError

    fakeaws.create_function("work", fail).invoke_async({})
    fakeaws.clock.advance(0)
    assert left() == ["work: an event that failed, to be tried again at 00:01:00"]
    fakeaws.clock.run_until_idle()
    assert left() == []


def test_an_invocation_in_progress_is_left(fakeaws, left):
    """The handler waits, and so does its event."""
    fakeaws.create_function("work", lambda event, context: time.sleep(2)).invoke_async({})
    fakeaws.clock.advance(1)
    assert left() == ["work: an invocation in progress since 00:00:00"]


def test_a_worker_that_lives_is_left(fakeaws, left):
    """Until it ends, or is killed."""
    spawned = fakeaws.spawn(worker)
    fakeaws.clock.advance(1)
    assert left() == ["worker: alive since 00:00:00"]
    spawned.kill()
    assert left() == []


def test_a_move_task_that_runs_is_left(fakeaws, left):
    """What it has not moved yet is a dead letter still."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    for body in "ab":
        orders.send(body)
    sqs = boto3.client("sqs")
    sqs.receive_message(QueueUrl=orders.url, MaxNumberOfMessages=10)
    fakeaws.clock.advance(30)
    sqs.receive_message(QueueUrl=orders.url, MaxNumberOfMessages=10)
    sqs.start_message_move_task(
        SourceArn=fakeaws.queue("orders-dlq").arn, MaxNumberOfMessagesPerSecond=1
    )
    assert "orders-dlq: a move task that runs since 00:00:30" in left()


def test_leftovers_can_be_looked_at_after_the_end(fakeaws):
    """A worker that ended only because the fake did was left over."""
    fakeaws.spawn(worker)
    fakeaws.stop()
    assert [leftover.where for leftover in fakeaws.leftovers] == ["worker"]


def test_a_delivery_that_will_be_tried_again_is_left():
    """Until the endpoint takes it, or is given up."""
    journal = Journal(SimpleNamespace(now=0))
    url = "https://shop.example/hook"
    for subscription in ("first", "second", "third"):
        journal.record(DeliveryFailed("news", "n", subscription, url, 1, 0, "down", 20 * SECOND))
    journal.record(NotificationDelivered("news", "n", "first", url))
    journal.record(DeliveryGivenUp("news", "n", "second", url, 3, 0, "down", None))
    assert list(map(str, begun(journal, 0))) == [
        f"news: a delivery to {url}, to be tried again at 00:00:20"
    ]
