"""Batching windows: what shares a batch, when it is invoked, and how long its messages stay hidden."""

import json
import time
from datetime import timedelta

import pytest

from pytest_fakeaws.journal.entries import BatchItemsReturned, MessageReceived

PAYLOAD = 6_291_456


@pytest.fixture
def queue(fakeaws):
    """A queue whose messages stay hidden for a minute."""
    return fakeaws.create_queue("orders", visibility_timeout=60)


@pytest.fixture
def function(fakeaws):
    """A function."""
    return fakeaws.create_function("invoice", lambda *_: None, memory=512)


@pytest.fixture
def batches(fakeaws, function):
    """The second at which each batch was invoked, and the size of it."""
    start = fakeaws.clock.now()

    def batches():
        return [
            ((run.started - start).total_seconds(), len(run.event["Records"]))
            for run in function.invocations
        ]

    return batches


def test_a_batch_is_invoked_when_its_window_ends(fakeaws, queue, function, batches):
    """The window begins with its first message, and what comes meanwhile shares the batch."""
    queue.trigger(function, window=10)
    fakeaws.clock.advance(5)
    for _ in range(3):
        queue.send("order")
        fakeaws.clock.advance(4)
    fakeaws.clock.run_until_idle()

    assert batches() == [(15, 3)]


def test_a_full_batch_does_not_wait(fakeaws, queue, function, batches):
    """It is invoked at the instant at which it is full, and the next window begins with what is left."""
    queue.trigger(function, batch_size=2, window=10)
    for _ in range(5):
        fakeaws.clock.advance(1)
        queue.send("order")
    fakeaws.clock.run_until_idle()

    assert batches() == [(2, 2), (4, 2), (15, 1)]


def test_a_large_batch_is_gathered(fakeaws, queue, function, batches):
    """Up to ten thousand messages."""
    queue.trigger(function, batch_size=250, window="1 min")
    for _ in range(251):
        queue.send("order")
    fakeaws.clock.run_until_idle()

    assert batches() == [(0, 250), (60, 1)]


def test_a_window_is_work(fakeaws, queue, function, batches):
    """`run_until_idle` lets it pass."""
    queue.trigger(function, window=300)
    queue.send("order")
    fakeaws.clock.run_until_idle()

    assert batches() == [(300, 1)]


def test_gathered_messages_are_in_flight(fakeaws, queue, function):
    """The poller has received them."""
    queue.trigger(function, window=10)
    queue.send("order")
    fakeaws.clock.advance(1)

    assert (queue.messages.bodies, queue.in_flight.bodies) == ([], ["order"])


@pytest.mark.parametrize(
    ("window", "timeout", "hidden"),
    [(0, 60, 60), (10, 50, 60), (10, 51, 91), (300, 3, 333)],
    ids=str,
)
def test_messages_stay_hidden_long_enough(fakeaws, queue, window, timeout, hidden):
    """If window and timeout together are longer than the queue hides, 30 s are added to them."""
    queue.trigger(fakeaws.create_function("f", lambda *_: None, timeout=timeout), window=window)
    start = fakeaws.clock.now()
    queue.send("order")
    fakeaws.clock.advance(0)

    (received,) = [e.fact for e in fakeaws.journal if type(e.fact) is MessageReceived]
    assert received.hidden_until == int((start.timestamp() + hidden) * 1_000_000)


def test_a_failed_batch_comes_back_when_its_messages_do(fakeaws, queue, batches):
    """Each counted from its own receive; then they are gathered again."""
    attempts = []

    def fail_once(event, context):
        attempts.append(sorted(record["body"] for record in event["Records"]))
        if len(attempts) == 1:
            raise RuntimeError

    function = fakeaws.create_function("f", fail_once)
    queue.trigger(function, window=20)
    queue.send("a")
    fakeaws.clock.advance(15)
    queue.send("b")
    fakeaws.clock.run_until_idle()

    first, second = function.invocations
    assert attempts == [["a", "b"], ["a", "b"]]
    assert second.started - first.started == timedelta(seconds=60)  # hidden at 0, gathered at 80


@pytest.mark.parametrize("how", ["disable", "delete"])
def test_what_is_gathered_is_left_alone_when_the_mapping_stops(fakeaws, queue, function, how):
    """Its messages come back; the journal says why nothing was invoked."""
    mapping = queue.trigger(function, window=30)
    queue.send("order")
    fakeaws.clock.advance(1)
    getattr(mapping, how)()
    fakeaws.clock.run_until_idle()
    fakeaws.clock.advance("1 min")

    assert (function.invocations, queue.messages.bodies) == ((), ["order"])
    assert "left in the queue: the mapping was stopped" in fakeaws.timeline()


def test_what_was_gathered_is_not_invoked_after_its_queue_was_deleted(
    fakeaws, queue, function, sqs
):
    """The messages are gone."""
    queue.trigger(function, window=30)
    queue.send("order")
    fakeaws.clock.advance(1)
    sqs.delete_queue(QueueUrl=queue.url)
    fakeaws.clock.run_until_idle()

    assert function.invocations == ()


def test_a_batch_keeps_the_settings_it_began_with(fakeaws, queue, function, batches):
    """An update holds for the next one."""
    mapping = queue.trigger(function, batch_size=3, window=10)
    queue.send("order")
    fakeaws.clock.advance(1)
    mapping.update(batch_size=1, window=0)
    for _ in range(3):
        queue.send("order")
    fakeaws.clock.run_until_idle()

    assert batches() == [(1, 3), (1, 1)]


class TestPayload:
    """An event is never longer than an invocation may be."""

    @pytest.fixture
    def sizes(self, fakeaws, queue):
        """The sizes of batches, and of the events that they are, once all is delivered."""

        def sizes(**settings):
            function = fakeaws.create_function("f", lambda *_: None)
            queue.trigger(function, **settings)
            fakeaws.clock.run_until_idle()
            assert queue.in_flight == queue.messages == ()
            events = [run.event for run in function.invocations]
            longest = max(len(json.dumps(event, ensure_ascii=False).encode()) for event in events)
            assert longest <= PAYLOAD
            return [len(event["Records"]) for event in events]

        return sizes

    @pytest.mark.slow
    def test_by_large_messages(self, queue, sizes):
        """Five of a megabyte fit, ten do not."""
        for _ in range(12):
            queue.send("x" * 1_048_576)

        assert sizes() == [5, 5, 2]

    @pytest.mark.slow
    def test_by_bodies_that_are_longer_as_json(self, queue, sizes):
        """What counts is what the function gets."""
        for _ in range(10):
            queue.send('"' * 600_000)

        assert sizes() == [5, 5]

    def test_ends_a_window_early(self, fakeaws, queue, sizes):
        """A batch that is as long as one may be does not wait."""
        for _ in range(7):
            queue.send("x" * 1_000_000)

        start = fakeaws.clock.now()
        assert sizes(batch_size=100, window=60) == [6, 1]
        (first, _) = fakeaws.function("f").invocations
        assert first.started == start

    def test_keeps_the_order_of_a_group(self, fakeaws):
        """What did not fit waits until what did has succeeded."""
        queue = fakeaws.create_queue("q.fifo", content_based_deduplication=True)
        seen = []

        def handler(event, context):
            seen.append([record["body"][0] for record in event["Records"]])
            time.sleep(1)

        queue.trigger(fakeaws.create_function("f", handler))
        for letter in "abcdefgh":
            queue.send(letter * 1_048_576, group="g")
        started = fakeaws.clock.now()
        fakeaws.clock.run_until_idle()

        assert seen == [["a", "b", "c", "d", "e"], ["f", "g", "h"]]
        assert fakeaws.clock.now() - started == timedelta(seconds=2)

    def test_lets_nothing_of_a_group_overtake_what_failed(self, fakeaws):
        """The rest of a failed batch goes back as well."""
        queue = fakeaws.create_queue("q.fifo", content_based_deduplication=True)
        seen = []

        def handler(event, context):
            seen.append([record["body"][0] for record in event["Records"]])
            if len(seen) == 1:
                raise RuntimeError

        queue.trigger(fakeaws.create_function("f", handler))
        for letter in "abcdefg":
            queue.send(letter * 1_048_576, group="g")
        fakeaws.clock.run_until_idle()

        assert seen == [["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "e"], ["f", "g"]]
        reasons = [e.fact.reason for e in fakeaws.journal if type(e.fact) is BatchItemsReturned]
        assert reasons == ["the invocation failed", "a batch of their group failed"]
