"""A message from end to end: retried, and dead-lettered, at exact virtual times."""

from datetime import timedelta

import boto3
import pytest


@pytest.fixture
def orders(fakeaws):
    """A queue that lets a message be received three times, a minute apart."""
    return fakeaws.create_queue(
        "orders", dead_letter_queue=True, max_receive_count=3, visibility_timeout=60
    )


@pytest.fixture
def invoice(fakeaws, orders):
    """A function that cannot invoice an order of nothing, or while payments are down."""

    def handler(event, context):
        for record in event["Records"]:
            attempt = int(record["attributes"]["ApproximateReceiveCount"])
            if record["body"] == "poison" or (record["body"] == "unlucky" and attempt == 1):
                raise ValueError(record["body"])

    function = fakeaws.create_function("invoice", handler)
    orders.trigger(function)
    return function


@pytest.fixture
def times(fakeaws, invoice):
    """When the function was invoked, in seconds since the test began."""
    begin = fakeaws.clock.now()
    return lambda: [(run.started - begin) / timedelta(seconds=1) for run in invoice.invocations]


def test_a_poison_message_is_tried_three_times_and_dead_lettered(fakeaws, orders, invoice):
    """Attempts 1, 2 and 3, all of which fail; then it is in the dead-letter queue, once."""
    orders.send("poison")
    fakeaws.clock.run_until_idle()

    assert [run.attempt for run in invoice.invocations] == [1, 2, 3]
    assert [str(error) for error in invoice.errors] == ["poison"] * 3
    assert orders.dead_letters.bodies == ["poison"]
    assert (orders.messages.bodies, orders.in_flight.bodies) == ([], [])


def test_its_attempts_are_a_visibility_timeout_apart(fakeaws, orders, times):
    """To the microsecond, in a test that takes no time."""
    orders.send("poison")
    fakeaws.clock.run_until_idle()

    assert times() == [0, 60, 120]


def test_it_is_dead_lettered_when_it_would_have_been_received_once_more(fakeaws, orders, times):
    """One visibility timeout after the last attempt, not with it."""
    orders.send("poison")

    fakeaws.clock.advance("2 min 59s")
    assert (orders.in_flight.bodies, orders.dead_letters.bodies) == (["poison"], [])
    fakeaws.clock.advance("1s")
    assert (orders.in_flight.bodies, orders.dead_letters.bodies) == ([], ["poison"])


def test_its_history_tells_all_of_it(fakeaws, orders, invoice):
    """Sent, received three times, left in the queue three times, dead-lettered."""
    orders.send("poison")
    fakeaws.clock.run_until_idle()

    (letter,) = orders.dead_letters
    assert [type(entry.fact).__name__ for entry in letter.history] == [
        "MessageSent",
        *("MessageReceived", "InvocationStarted", "BatchItemsReturned") * 3,
        "MessageDeadLettered",
    ]


def test_a_transient_failure_succeeds_at_the_second_attempt(fakeaws, orders, invoice, times):
    """The message waits out its visibility timeout, and nothing is dead-lettered."""
    orders.send("unlucky")
    fakeaws.clock.run_until_idle()

    assert [(run.attempt, run.succeeded) for run in invoice.invocations] == [(1, False), (2, True)]
    assert times() == [0, 60]
    assert (orders.messages.bodies, orders.dead_letters.bodies) == ([], [])


def test_a_poison_message_takes_its_batch_along(fakeaws, orders, invoice):
    """Without batch item failures its neighbours share all of its fate."""
    for body in ("good", "poison", "also good"):
        orders.send(body)
    fakeaws.clock.run_until_idle()

    assert sorted(orders.dead_letters.bodies) == ["also good", "good", "poison"]


def test_a_redriven_message_is_a_fresh_message(fakeaws, orders, invoice):
    """Whoever sends a dead letter again gives it as many attempts as the first time."""
    orders.send("poison")
    fakeaws.clock.run_until_idle()
    sqs = boto3.client("sqs")
    received = sqs.receive_message(QueueUrl=fakeaws.queue("orders-dlq").url)
    (letter,) = received["Messages"]
    orders.send(letter["Body"])
    fakeaws.clock.run_until_idle()

    assert [run.attempt for run in invoice.invocations] == [1, 2, 3] * 2


def test_the_same_seed_gives_the_same_journal(fakeaws, module):
    """Ids, times and order: nothing differs between two runs."""
    module("shop_failing", "def handler(event, context):\n    raise ValueError(event)\n")

    def story():
        fakeaws.reset()
        queue = fakeaws.create_queue("orders", dead_letter_queue=True)
        queue.trigger(fakeaws.create_function("fail", "shop_failing.handler"), batch_size=1)
        for body in "abc":
            queue.send(body)
        fakeaws.clock.run_until_idle()
        return str(fakeaws.journal)

    assert story() == story()
