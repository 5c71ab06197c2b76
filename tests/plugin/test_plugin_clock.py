"""The clock of a fake, as a test turns it."""

import time
from datetime import datetime, timedelta, timezone

import boto3
import pytest

from pytest_fakeaws.errors import ClockStopped, WrongState

NEW_YEAR = datetime(2030, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def clock(fakeaws):
    """The clock."""
    return fakeaws.clock


@pytest.fixture
def passed(clock):
    """Tells how much virtual time has passed since New Year 2030."""

    def passed():
        return clock.now() - NEW_YEAR

    return passed


@pytest.fixture
def poison(fakeaws):
    """A queue with a message that its function can never handle: it comes back every 30 s."""
    queue = fakeaws.create_queue("orders", visibility_timeout=30)
    queue.trigger(fakeaws.create_function("invoice", lambda *_: {}["total"]))
    queue.send("bad")
    return queue


def test_now_is_aware(clock):
    """It is a `datetime` in UTC, of New Year 2030 at first."""
    assert clock.now() == NEW_YEAR
    assert clock.now().tzinfo is timezone.utc


@pytest.mark.parametrize(
    ("by", "length"),
    [
        (0, timedelta()),
        (90, timedelta(seconds=90)),
        (0.25, timedelta(milliseconds=250)),
        (timedelta(microseconds=1), timedelta(microseconds=1)),
        ("15 min", timedelta(minutes=15)),
        ("1h 30min", timedelta(minutes=90)),
        ("4 days", timedelta(days=4)),
    ],
)
def test_advance_takes_durations_as_people_write_them(clock, passed, by, length):
    """Seconds, a `timedelta`, or text."""
    clock.advance(by)

    assert passed() == length


@pytest.mark.parametrize(
    "when",
    [
        "2030-01-01T09:30:00Z",
        "2030-01-01T10:30:00+01:00",
        "2030-01-01T09:30",
        datetime(2030, 1, 1, 9, 30),
        datetime(2030, 1, 1, 9, 30, tzinfo=timezone.utc),
    ],
)
def test_advance_to_takes_points_in_time_as_people_write_them(clock, passed, when):
    """A `datetime` or ISO 8601 text; without an offset it is UTC."""
    clock.advance_to(when)

    assert passed() == timedelta(hours=9, minutes=30)


def test_advance_to_the_present_settles_it(clock, fakeaws):
    """What is due now happens, and no time passes."""
    seen = []
    queue = fakeaws.create_queue("jobs")
    queue.trigger(fakeaws.create_function("note", lambda *_: seen.append(clock.now())))
    queue.send("first")
    clock.advance_to(clock.now())

    assert seen == [NEW_YEAR]


def test_advancing_runs_each_event_at_its_own_instant(clock, fakeaws):
    """In order, and what is due at the very end happens."""
    seen = []
    function = fakeaws.create_function("note", lambda *_: seen.append(clock.now() - NEW_YEAR))
    for delay in (60, 10, 30):
        queue = fakeaws.create_queue(f"after-{delay}", delay=delay)
        queue.trigger(function)
        queue.send("now")
    clock.advance(60)

    assert [length.total_seconds() for length in seen] == [10, 30, 60]


def test_run_until_stops_as_soon_as_the_condition_holds(clock, poison, passed):
    """Not an event later: the third attempt is at 60 s."""
    clock.run_until(lambda: poison.in_flight and poison.in_flight[0].receive_count == 3)

    assert passed() == timedelta(seconds=60)


def test_run_until_lets_no_time_pass_if_the_condition_holds_already(clock, poison, passed):
    """It is asked before the first event."""
    clock.run_until(lambda: True)

    assert (passed(), len(poison.messages)) == (timedelta(), 1)


def test_run_until_asks_once_more_at_the_deadline(clock, passed):
    """A condition on time alone, which no event goes with, may hold by then."""
    clock.run_until(lambda: passed() >= timedelta(seconds=10), timeout=10)

    assert passed() == timedelta(seconds=10)


def test_a_condition_may_call_aws(clock, fakeaws, poison):
    """It is user code, and looks at queues like any other."""
    clock.run_until(lambda: fakeaws.queue("orders").in_flight, timeout="1 min")

    assert poison.in_flight.bodies == ["bad"]


def test_run_until_explains_why_it_gave_up(clock, poison):
    """The error shows how far it came, and what would have been next."""
    with pytest.raises(ClockStopped) as caught:
        clock.run_until(lambda: False, timeout="70 s")

    assert caught.value.what == "The condition did not hold within 70 s of virtual time."
    assert caught.value.evidence.splitlines()[:2] == [
        "Virtual time: 00:01:10 since the start.",
        "Due next:",
    ]
    assert "00:01:30" in caught.value.evidence


def test_run_until_gives_up_after_thirty_days(clock, passed):
    """Every bound has a default."""
    with pytest.raises(ClockStopped, match="within 2592000 s"):
        clock.run_until(lambda: False)

    assert passed() == timedelta(days=30)


def test_run_until_idle_ends_when_no_work_is_left(clock, fakeaws, passed):
    """A delayed message that a function awaits is work, its retention period is not."""
    queue = fakeaws.create_queue("reminders", delay=90)
    queue.trigger(fakeaws.create_function("note", lambda *_: time.sleep(2)))
    queue.send("renew the lease")
    clock.run_until_idle()

    assert passed() == timedelta(seconds=92)


@pytest.mark.parametrize(
    ("bound", "what"),
    [
        ({"timeout": "5 min"}, "The world was not idle after 300 s."),
        ({"max_events": 100}, "The world was not idle after 100 events."),
    ],
)
def test_run_until_idle_explains_who_keeps_the_world_busy(clock, poison, bound, what):
    """A retry that never ends is named, with what is due next."""
    with pytest.raises(ClockStopped) as caught:
        clock.run_until_idle(**bound)

    assert caught.value.what == what
    assert "Due next:" in caught.value.evidence
    assert "invoice: " in caught.value.evidence.partition("Busiest:")[2]
    assert "raise the bound" in caught.value.advice


def test_run_until_idle_gives_up_after_thirty_days(clock, fakeaws):
    """An hourly retry would otherwise go on until the message expires, and here it never does."""
    queue = fakeaws.create_queue("orders", visibility_timeout="12 h", retention="14 days")
    queue.trigger(fakeaws.create_function("invoice", lambda *_: queue.send("again")))
    boto3.client("lambda").put_function_recursion_config(
        FunctionName="invoice", RecursiveLoop="Allow"
    )
    queue.send("first")

    with pytest.raises(ClockStopped):
        clock.run_until_idle(max_events=1_000)


def test_advancing_inside_a_handler_is_to_sleep(clock, fakeaws, passed):
    """The handler waits, and its invocation takes that long."""
    function = fakeaws.create_function("slow", lambda *_: clock.advance("2 s"))

    assert function.invoke().duration == timedelta(seconds=2)
    assert passed() == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("verb", "call"),
    [
        ("run_until", lambda clock: clock.run_until(bool)),
        ("run_until_idle", lambda clock: clock.run_until_idle()),
    ],
)
def test_a_handler_cannot_run_the_simulation_that_it_runs_in(clock, fakeaws, verb, call):
    """It would wait for itself; the error says what to call instead."""
    function = fakeaws.create_function("selfish", lambda *_: call(clock))

    error = function.invoke().error
    assert isinstance(error, WrongState)
    assert error.what == f"clock.{verb}() was called from inside selfish."
    assert "time.sleep() waits" in error.advice


def test_the_clock_shows_its_time(clock):
    """Its `repr` is for failing assertions."""
    assert repr(clock) == "<Clock at 2030-01-01T00:00:00+00:00>"
