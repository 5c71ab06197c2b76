"""A burst meets a function that may run a few times at once: the queue buffers, and nothing is lost."""

from datetime import timedelta

import boto3
import pytest
from burst import writer

BURST = [f"click {number}" for number in range(2_000)]


@pytest.fixture
def clicks(fakeaws, monkeypatch):
    """The queue that takes the clicks."""
    monkeypatch.setattr(writer, "written", [])
    return fakeaws.create_queue(
        "clicks", dead_letter_queue=True, max_receive_count=5, visibility_timeout=60
    )


def arrive(queue):
    """All clicks of the burst, at one instant."""
    sqs = boto3.client("sqs")
    for start in range(0, len(BURST), 10):
        sqs.send_message_batch(
            QueueUrl=queue.url,
            Entries=[
                {"Id": str(number), "MessageBody": body}
                for number, body in enumerate(BURST[start : start + 10])
            ],
        )


def busiest(function):
    """How many invocations ran at once at the most."""
    return max(number for _, number in function.concurrency)


def drained(fakeaws):
    """How long it takes until everything is written."""
    start = fakeaws.clock.now()
    fakeaws.clock.run_until(lambda: len(writer.written) == len(BURST), timeout="1h")
    return fakeaws.clock.now() - start


def test_a_mapping_of_two_keeps_the_database_at_two_connections(fakeaws, clicks):
    """MaximumConcurrency bounds how many batches are in progress; what waits, waits in the queue."""
    function = fakeaws.create_function("writer", writer.handler, timeout=10)
    clicks.trigger(function, batch_size=10, maximum_concurrency=2)
    arrive(clicks)

    took = drained(fakeaws)

    assert sorted(writer.written) == sorted(BURST)
    assert busiest(function) == 2
    assert function.throttles == ()
    assert took == timedelta(seconds=len(BURST) / 10 / 2 * writer.WRITE)


def test_reserved_concurrency_alone_throttles_but_loses_nothing(fakeaws, clicks):
    """The mapping polls more than the function can take, and tries again what was throttled."""
    function = fakeaws.create_function("writer", writer.handler, timeout=10, reserved_concurrency=2)
    clicks.trigger(function, batch_size=10)
    arrive(clicks)

    drained(fakeaws)

    assert sorted(writer.written) == sorted(BURST)
    assert busiest(function) == 2
    assert {throttle.reason for throttle in function.throttles} == {
        "ReservedFunctionConcurrentInvocationLimitExceeded"
    }
    assert clicks.dead_letters.bodies == []


def test_impatient_throttling_would_cost_messages(fakeaws, clicks, monkeypatch):
    """Each batch that waits in vain uses up a receive; the fifth is the last, even for one being written."""
    monkeypatch.setattr(writer, "WRITE", 50)
    function = fakeaws.create_function("writer", writer.handler, timeout=60, reserved_concurrency=1)
    clicks.trigger(function, batch_size=10)
    arrive(clicks)

    fakeaws.clock.advance("6h")

    dead = set(clicks.dead_letters.bodies)
    assert dead
    assert dead | set(writer.written) == set(BURST)


def test_a_long_poll_is_answered_by_the_message_that_arrives(fakeaws, clicks):
    """A consumer of its own costs one call that way; a short poll costs one for each look."""
    sqs = boto3.client("sqs")
    counts = {}

    def consumer(wait):
        start = fakeaws.clock.now()
        for calls in range(1, 1_000):
            if sqs.receive_message(QueueUrl=clicks.url, WaitTimeSeconds=wait).get("Messages"):
                counts[wait] = calls, fakeaws.clock.now() - start
                return
            if not wait:
                fakeaws.clock.advance(0.5)

    for wait in (0, 20):
        clicks.send("click", delay=15)
        fakeaws.spawn(consumer, wait)
        fakeaws.clock.advance("1 min")

    assert counts == {0: (31, timedelta(seconds=15)), 20: (1, timedelta(seconds=15))}
