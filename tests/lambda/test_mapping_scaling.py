"""How many batches a mapping has in progress: growth with a backlog, back-off, provisioned pollers.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html.
"""

import time
from collections import Counter

import pytest

LONG = 600


@pytest.fixture
def queue(fakeaws):
    """A queue whose messages stay hidden for a quarter of an hour."""
    return fakeaws.create_queue("orders", visibility_timeout="15 min")


@pytest.fixture
def slow(fakeaws):
    """A function that takes ten minutes."""
    return fakeaws.create_function("slow", lambda *_: time.sleep(LONG), timeout=900)


def begun(fakeaws, queue, function, messages, minutes, **settings):
    """How many batches of one message are in progress after some minutes."""
    mapping = queue.trigger(function, batch_size=1, **settings)
    for _ in range(messages):
        queue.send("order")
    fakeaws.clock.advance(0)
    numbers = [mapping.concurrency[-1][1]]
    for _ in range(minutes):
        fakeaws.clock.advance(60)
        numbers.append(mapping.concurrency[-1][1])
    return numbers


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [5, 305, 605, 700]),
        ({"maximum_concurrency": 100}, [5, 100, 100, 100]),
        ({"maximum_concurrency": 2}, [2, 2, 2, 2]),
        ({"minimum_pollers": 2}, [20, 700, 700, 700]),
        ({"minimum_pollers": 10, "maximum_pollers": 20}, [100, 200, 200, 200]),
    ],
    ids=str,
)
def test_batches_in_progress_grow_with_each_minute_of_backlog(
    fakeaws, queue, slow, settings, expected
):
    """Five, then 300 more a minute; of provisioned pollers each has ten, then 1,000 more."""
    assert begun(fakeaws, queue, slow, 700, 3, **settings) == expected


def test_they_do_not_grow_without_a_backlog(fakeaws, queue, slow):
    """Five messages for five places, and a sixth that comes much later, is no minute of backlog."""
    mapping = queue.trigger(slow, batch_size=1)
    for _ in range(5):
        queue.send("order")
    fakeaws.clock.advance("3 min")
    queue.send("late")
    fakeaws.clock.advance(59)
    assert mapping.concurrency[-1][1] == 5

    fakeaws.clock.advance(1)
    assert mapping.concurrency[-1][1] == 6


def test_they_are_five_again_after_a_rest(fakeaws, queue, slow):
    """Once nothing is in progress, and nothing waits."""
    mapping = queue.trigger(slow, batch_size=1)
    for _ in range(50):
        queue.send("order")
    fakeaws.clock.run_until_idle()
    assert max(number for _, number in mapping.concurrency) == 50

    for _ in range(50):
        queue.send("order")
    fakeaws.clock.advance(0)
    assert mapping.concurrency[-1][1] == 5


def test_a_mapping_at_rest_schedules_nothing(fakeaws, queue, slow):
    """Growth is no work of its own, and is forgotten with the backlog."""
    queue.trigger(slow, batch_size=1)
    for _ in range(6):
        queue.send("order")
    started = fakeaws.clock.now()
    fakeaws.clock.run_until_idle()

    assert (fakeaws.clock.now() - started).total_seconds() == 60 + LONG


class TestBackOff:
    """Failures take batches away, one each; successes give them back."""

    @pytest.fixture
    def starts(self, fakeaws, queue):
        """How many batches begin at which second; each takes one, and fails as it is told."""

        def starts(outcomes, messages, **settings):
            left = list(outcomes)

            def handler(event, context):
                time.sleep(1)
                if left and left.pop(0) == "-":
                    raise RuntimeError

            function = fakeaws.create_function("work", handler)
            queue.trigger(function, batch_size=1, **settings)
            for _ in range(messages):
                queue.send("order")
            start = fakeaws.clock.now()
            fakeaws.clock.advance(10)
            return Counter((run.started - start).total_seconds() for run in function.invocations)

        return starts

    def test_one_is_always_left(self, starts):
        """Nine failures, of five batches."""
        assert starts("---------", 9) == {0: 5, 1: 1, 2: 1, 3: 1, 4: 1}

    def test_successes_give_back(self, starts):
        """Two failures, then all goes well."""
        assert starts("--+++", 14) == {0: 5, 1: 5, 2: 4}

    def test_it_is_gradual(self, starts):
        """Four failures and a success leave two."""
        assert starts("----+", 8) == {0: 5, 1: 2, 2: 1}

    def test_reported_failures_do_not_count(self, starts):
        """Nor errors, with ReportBatchItemFailures."""
        assert starts("---------", 9, report_batch_item_failures=True) == {0: 5, 1: 4}
