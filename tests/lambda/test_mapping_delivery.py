"""How an event source mapping delivers: when it polls, what shares a batch, what becomes of it."""

import time
from datetime import timedelta

import pytest

from pytest_fakeaws.errors import ClockStopped
from pytest_fakeaws.journal.entries import BatchItemsReturned, MessageDeleted, VisibilityChanged


@pytest.fixture
def queue(fakeaws):
    """A queue whose messages stay hidden for half a minute."""
    return fakeaws.create_queue("orders", visibility_timeout=30)


def bodies(run):
    """The bodies of the messages that an invocation got."""
    return [record["body"] for record in run.event["Records"]]


class Consumer:
    """A function, fed from a queue, that goes through scripted endings and then succeeds."""

    def __init__(self, fakeaws, queue):
        self._fakeaws = fakeaws
        self._queue = queue

    def __call__(self, *endings, timeout=3, **settings):
        """Create it."""
        script = list(endings)

        def handler(event, context):
            return script.pop(0)() if script else None

        function = self._fakeaws.create_function("consume", handler, timeout=timeout)
        self._queue.trigger(function, **settings)
        return function


@pytest.fixture
def consumer(fakeaws, queue):
    """Makes the consumer of the queue."""
    return Consumer(fakeaws, queue)


def fail():
    """An ending: an error."""
    raise RuntimeError("no payment provider")


def overrun():
    """An ending: a timeout."""
    time.sleep(600)


def test_nothing_runs_inside_the_call_that_sends(queue, consumer):
    """The sender has its answer before the function sees the message."""
    function = consumer()
    queue.send("order")

    assert function.invocations == ()
    assert queue.messages.bodies == ["order"]


def test_a_message_is_handled_at_the_instant_at_which_it_was_sent(fakeaws, queue, consumer):
    """To settle the present instant is enough; no time passes."""
    function = consumer()
    queue.send("order")
    fakeaws.clock.advance(0)

    (run,) = function.invocations
    assert (bodies(run), run.started) == (["order"], fakeaws.clock.now())


def test_messages_that_wait_already_are_delivered(fakeaws, queue, consumer):
    """A new mapping begins with what is there."""
    queue.send("early")
    function = consumer()
    fakeaws.clock.advance(0)

    assert [bodies(run) for run in function.invocations] == [["early"]]


def test_a_delayed_message_is_delivered_when_it_becomes_visible(fakeaws, queue, consumer):
    """Not before, and no later."""
    function = consumer()
    start = fakeaws.clock.now()
    queue.send("order", delay=45)
    fakeaws.clock.run_until_idle()

    assert [run.started - start for run in function.invocations] == [timedelta(seconds=45)]


def test_everything_sent_at_one_instant_shares_a_batch(fakeaws, queue, consumer):
    """Up to the size of a batch, in the order in which it was sent."""
    function = consumer()
    for order in "abc":
        queue.send(order)
    fakeaws.clock.advance(0)

    assert [bodies(run) for run in function.invocations] == [["a", "b", "c"]]


def test_what_is_sent_at_different_instants_does_not(fakeaws, queue, consumer):
    """Without a window nothing waits for company."""
    function = consumer()
    for order in "ab":
        queue.send(order)
        fakeaws.clock.advance(1)

    assert [bodies(run) for run in function.invocations] == [["a"], ["b"]]


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (10, [7])])
def test_a_batch_has_as_many_messages_as_the_mapping_allows(fakeaws, queue, consumer, size, sizes):
    """What is left over makes a smaller one."""
    function = consumer(batch_size=size)
    for number in range(7):
        queue.send(str(number))
    fakeaws.clock.advance(0)

    assert [len(bodies(run)) for run in function.invocations] == sizes


def test_a_message_is_in_flight_while_the_handler_runs(fakeaws, queue, consumer):
    """Others do not see it, and it is not gone yet."""
    consumer(lambda: time.sleep(2))
    queue.send("order")
    fakeaws.clock.advance(1)

    assert (queue.messages.bodies, queue.in_flight.bodies) == ([], ["order"])


def test_success_deletes_the_batch(fakeaws, queue, consumer):
    """Whatever the handler returns."""
    consumer()
    for order in "abc":
        queue.send(order)
    fakeaws.clock.advance(0)

    assert (queue.messages.bodies, queue.in_flight.bodies) == ([], [])


def test_what_is_deleted_follows_from_the_invocation(fakeaws, queue, consumer):
    """The journal knows why a message went."""
    consumer()
    queue.send("order")
    fakeaws.clock.advance(0)

    causes = {entry.number: type(entry.fact).__name__ for entry in fakeaws.journal}
    (deleted,) = (entry for entry in fakeaws.journal if type(entry.fact) is MessageDeleted)
    assert causes[deleted.cause] == "InvocationStarted"


@pytest.mark.parametrize("ending", [fail, overrun])
class TestFailure:
    """A batch whose handler raises, or takes too long."""

    def test_comes_back_when_its_visibility_runs_out(self, fakeaws, queue, consumer, ending):
        """Counted from the receive, however long the handler took to fail."""
        function = consumer(ending)
        queue.send("order")
        fakeaws.clock.run_until_idle()

        first, second = function.invocations
        assert second.started - first.started == timedelta(seconds=30)
        assert (first.attempt, second.attempt) == (1, 2)
        assert (first.succeeded, second.succeeded) == (False, True)

    def test_stays_in_flight_until_then(self, fakeaws, queue, consumer, ending):
        """A failure returns nothing to the queue."""
        consumer(ending)
        queue.send("order")
        fakeaws.clock.advance(29.999)

        assert (queue.messages.bodies, queue.in_flight.bodies) == ([], ["order"])

    def test_never_changes_visibility(self, fakeaws, queue, consumer, ending):
        """Lambda has no permission to."""
        consumer(ending)
        queue.send("order")
        fakeaws.clock.run_until_idle()

        facts = [type(entry.fact) for entry in fakeaws.journal]
        assert VisibilityChanged not in facts
        assert BatchItemsReturned in facts

    def test_takes_the_whole_batch_along(self, fakeaws, queue, consumer, ending):
        """All of its messages come back, and none is deleted."""
        function = consumer(ending)
        for order in "abc":
            queue.send(order)
        fakeaws.clock.run_until_idle()

        assert [bodies(run) for run in function.invocations] == [["a", "b", "c"]] * 2


def test_the_attempt_of_a_batch_is_its_highest_receive_count(fakeaws, queue, consumer):
    """An old message makes the attempt of one that is new."""
    function = consumer(fail)
    queue.send("old")
    queue.send("new", delay=30)
    fakeaws.clock.run_until_idle()

    first, second = function.invocations
    assert (bodies(first), first.attempt) == (["old"], 1)
    assert (sorted(bodies(second)), second.attempt) == (["new", "old"], 2)


def test_a_mapping_does_not_spin_on_an_empty_queue(fakeaws, consumer):
    """Two events are plenty for a mapping that has nothing to do, and no time passes over them."""
    started = fakeaws.clock.now()
    consumer()

    fakeaws.clock.run_until_idle(max_events=2)

    assert fakeaws.clock.now() == started


@pytest.mark.parametrize(
    ("ending", "events"),
    [pytest.param(lambda: None, 4, id="success"), pytest.param(fail, 8, id="failure")],
)
def test_a_message_costs_few_events(fakeaws, queue, consumer, ending, events):
    """A poll, a run and a poll for each attempt, and one event for the return of a message."""
    consumer(ending)
    queue.send("order")

    fakeaws.clock.run_until_idle(max_events=events)

    assert queue.in_flight.bodies == []


def test_a_day_without_messages_costs_nothing(fakeaws, consumer):
    """The mapping waits for the queue, not for the clock."""
    consumer()
    fakeaws.clock.advance(0)
    before = len(fakeaws.journal)

    fakeaws.clock.run_until_idle(max_events=1)
    fakeaws.clock.advance("1 day")
    fakeaws.clock.run_until_idle(max_events=1)

    assert len(fakeaws.journal) == before


def test_a_failure_without_end_is_reported_with_who_keeps_the_world_busy(fakeaws, queue, consumer):
    """A queue without dead letters retries until retention; a bound on time says so earlier."""
    consumer(*[fail] * 100)
    queue.send("poison")

    with pytest.raises(ClockStopped, match=r"orders: message returns"):
        fakeaws.clock.run_until_idle(timeout="10 min")


def test_a_failing_message_without_dead_letters_is_tried_until_it_expires(fakeaws, consumer):
    """Retention ends what nothing else does."""
    queue = fakeaws.create_queue("slow-orders", visibility_timeout="8h", retention="1 day")
    function = fakeaws.create_function("fail", lambda *_: fail())
    queue.trigger(function)
    queue.send("poison")
    fakeaws.clock.run_until_idle()

    assert [run.attempt for run in function.invocations] == [1, 2, 3]
    assert (queue.messages.bodies, queue.in_flight.bodies) == ([], [])


class TestConcurrency:
    """How many batches a mapping has in progress at a time."""

    @pytest.fixture
    def slow(self, fakeaws, queue):
        """Eight messages for a function that takes two seconds for each, given its starts."""

        def starts(**settings):
            function = fakeaws.create_function("slow", lambda *_: time.sleep(2))
            queue.trigger(function, batch_size=1, **settings)
            for number in range(8):
                queue.send(str(number))
            begin = fakeaws.clock.now()
            fakeaws.clock.run_until_idle()
            return [(run.started - begin).total_seconds() for run in function.invocations]

        return starts

    def test_is_five_batches(self, slow):
        """Lambda starts with five; the sixth waits for one of them to end."""
        assert slow() == [0, 0, 0, 0, 0, 2, 2, 2]

    def test_can_be_less(self, slow):
        """`maximum_concurrency` is a bound of the user's own."""
        assert slow(maximum_concurrency=2) == [0, 0, 2, 2, 4, 4, 6, 6]

    def test_does_not_grow_by_a_higher_maximum(self, slow):
        """It bounds, and does not raise, what Lambda starts with."""
        assert slow(maximum_concurrency=100) == [0, 0, 0, 0, 0, 2, 2, 2]

    def test_is_each_mappings_own(self, fakeaws):
        """A second mapping of the same function is not held up by the first."""
        function = fakeaws.create_function("slow", lambda *_: time.sleep(2))
        for name in ("one", "other"):
            queue = fakeaws.create_queue(name)
            queue.trigger(function, batch_size=1, maximum_concurrency=2)
            for number in range(3):
                queue.send(str(number))
        begin = fakeaws.clock.now()
        fakeaws.clock.run_until_idle()

        starts = [(run.started - begin).total_seconds() for run in function.invocations]
        assert starts == [0, 0, 0, 0, 2, 2]


def test_two_functions_may_compete_for_one_queue(fakeaws, queue):
    """Each message goes to one of them."""
    functions = [fakeaws.create_function(name, lambda *_: None) for name in ("one", "other")]
    for function in functions:
        queue.trigger(function, batch_size=1)
    for number in range(6):
        queue.send(str(number))
    fakeaws.clock.run_until_idle()

    handled = [
        body for function in functions for run in function.invocations for body in bodies(run)
    ]
    assert sorted(handled) == list("012345")


def test_a_mapping_of_a_dead_letter_queue_starts_at_the_count_that_the_message_has(fakeaws):
    """A dead letter keeps its receive count, as in AWS."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=2)
    orders.trigger(fakeaws.create_function("fail", lambda *_: fail()))
    bury = fakeaws.create_function("bury", lambda *_: None)
    fakeaws.queue("orders-dlq").trigger(bury)
    orders.send("poison")
    fakeaws.clock.run_until_idle()

    assert [run.attempt for run in bury.invocations] == [3]
