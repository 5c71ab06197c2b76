"""What happens to an asynchronous event whose function fails, or is throttled."""

import time

import pytest

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.journal.entries import EventGivenUp
from pytest_fakeaws.sim.instants import SECOND, duration

HERE = Place("123456789012", "us-east-1")


@pytest.fixture
def run(fakeaws):
    """Creates a function with these settings, invokes it once, and lets everything happen."""

    def run(handler, **settings):
        function = fakeaws.create_function("work", handler, **settings)
        function.invoke_async({"order": 7})
        fakeaws.clock.run_until_idle()
        return function

    return run


@pytest.fixture
def ends(fakeaws):
    """The conditions and attempts with which events were given up."""
    return lambda: [
        (entry.fact.condition, entry.fact.attempts)
        for entry in fakeaws.journal
        if isinstance(entry.fact, EventGivenUp)
    ]


def test_a_failing_event_is_retried_after_one_minute_and_after_two_more(run, failing, ends):
    """Three attempts, and the last failure is the end."""
    function = run(failing)

    assert failing.seconds == [0, 60, 180]
    assert [invocation.attempt for invocation in function.invocations] == [1, 2, 3]
    assert ends() == [("RetriesExhausted", 3)]


def test_all_attempts_have_one_request_id(run, failing):
    """The id of the event."""
    run(failing)

    assert len(set(failing.request_ids)) == 1


def test_a_success_ends_the_attempts(run, script, ends):
    """The second attempt handles it, so there is no third."""
    handler = script(ValueError(), "done")
    run(handler)

    assert (handler.seconds, ends()) == ([0, 60], [])


def test_each_attempt_gets_the_event_as_it_was_sent(run):
    """Whatever the handler before did to it."""
    seen = []

    def careless(event, context):
        seen.append(dict(event))
        event.clear()
        raise ValueError

    run(careless)
    assert seen == [{"order": 7}] * 3


def test_a_timeout_is_retried_like_an_error(fakeaws, run, ends):
    """The wait begins when the attempt ends."""
    start = fakeaws.clock.now()
    function = run(lambda *_: time.sleep(60), timeout=10)

    started = [(invocation.started - start).total_seconds() for invocation in function.invocations]
    assert started == [0, 70, 200]
    assert ends() == [("RetriesExhausted", 3)]


@pytest.mark.parametrize(("retries", "seconds"), [(0, [0]), (1, [0, 60]), (2, [0, 60, 180])])
def test_the_number_of_retries_can_be_set(run, failing, ends, retries, seconds):
    """Between none and two."""
    run(failing, retry_attempts=retries)

    assert failing.seconds == seconds
    assert ends() == [("RetriesExhausted", len(seconds))]


@pytest.mark.parametrize(
    ("age", "seconds"), [(60, [0]), (90, [0, 60]), (180, [0, 60]), (181, [0, 60, 180])]
)
def test_an_event_that_would_be_too_old_is_given_up_at_once(run, failing, ends, age, seconds):
    """Lambda looks ahead: what is too old at its next attempt need not wait for it."""
    run(failing, max_event_age=age)

    assert failing.seconds == seconds
    reason = "RetriesExhausted" if len(seconds) == 3 else "EventAgeExceeded"
    assert ends() == [(reason, len(seconds))]


def test_waiting_for_a_retry_is_work(fakeaws, failing):
    """So that `run_until_idle` does not return before the end."""
    fakeaws.create_function("work", failing).invoke_async()
    fakeaws.clock.run_until_idle()

    assert len(failing.seconds) == 3


def test_a_deleted_function_ends_its_events(fakeaws, failing, client, ends):
    """There is nothing to invoke, and nobody to tell."""
    fakeaws.create_function("work", failing).invoke_async()
    fakeaws.clock.advance(1)
    client.delete_function(FunctionName="work")
    fakeaws.clock.run_until_idle()

    assert (failing.seconds, ends()) == ([0], [("FunctionNotFound", 1)])


def test_new_code_gets_the_retry(fakeaws, client, create, zipped):
    """An event is for the function, whatever it is when the time comes."""
    create("def handler(event, context):\n    raise ValueError\n", name="work")
    work = fakeaws.function("work")
    work.invoke_async()
    fakeaws.clock.advance(1)
    client.update_function_code(FunctionName="work", ZipFile=zipped())
    fakeaws.clock.run_until_idle()

    assert [run.succeeded for run in work.invocations] == [False, True]


# Throttles


@pytest.fixture
def occupied(fakeaws):
    """A function of which one invocation runs for so many seconds, and no other may."""

    def occupied(seconds, handler=None, **settings):
        def work(event, context):
            if event == "occupy":
                time.sleep(seconds)
                return None
            return handler(event, context) if handler is not None else None

        settings = {"timeout": 900, "reserved_concurrency": 1, **settings}
        function = fakeaws.create_function("work", work, **settings)
        function.invoke_async("occupy")
        fakeaws.clock.advance(0)
        return function

    return occupied


@pytest.fixture
def since(fakeaws):
    """The seconds of these instants since the start."""
    start = fakeaws.clock.now()
    return lambda *instants: [(instant - start).total_seconds() for instant in instants]


def test_a_throttled_event_is_retried_after_twice_as_long_each_time(fakeaws, occupied, since):
    """From one second on."""
    function = occupied(30)
    function.invoke_async("wait")
    fakeaws.clock.run_until_idle()

    assert since(*(throttle.at for throttle in function.throttles)) == [0, 1, 3, 7, 15]
    assert since(function.invocations[-1].started) == [31]


def test_a_throttled_event_waits_five_minutes_at_the_longest(fakeaws, occupied, since):
    """However often it was throttled."""
    function = occupied(899)
    function.invoke_async("wait")
    fakeaws.clock.run_until_idle()

    assert since(*(throttle.at for throttle in function.throttles))[-4:] == [127, 255, 511, 811]
    assert since(function.invocations[-1].started) == [1111]


def test_throttles_use_up_no_retries(fakeaws, occupied, failing, ends):
    """The event has its three attempts all the same."""
    occupied(10, failing).invoke_async("wait")
    fakeaws.clock.run_until_idle()

    assert failing.seconds == [15, 75, 195]
    assert ends() == [("RetriesExhausted", 3)]


def test_the_waits_begin_anew_after_an_attempt(fakeaws, failing, since):
    """A throttle of the second attempt has nothing to do with those of the first."""

    def work(event, context):
        if event == "occupy":
            time.sleep(2)
        else:
            failing(event, context)

    function = fakeaws.create_function("work", work, timeout=10, reserved_concurrency=1)
    function.invoke_async("occupy")
    function.invoke_async("wait")
    fakeaws.clock.advance(62)
    function.invoke_async("occupy")
    fakeaws.clock.advance(10)

    assert since(*(throttle.at for throttle in function.throttles)) == [0, 1, 63]
    assert failing.seconds == [3, 64]


def test_a_throttled_event_is_given_up_when_it_is_too_old(fakeaws, occupied, ends):
    """It was never tried."""
    occupied(899, max_event_age="5 min").invoke_async("wait")
    fakeaws.clock.run_until_idle()

    assert ends() == [("EventAgeExceeded", 0)]


def test_a_throttled_event_is_kept_for_six_hours(cloud):
    """It is given up when its next attempt would come later."""
    functions = cloud.functions
    function = functions.create(
        HERE, "work", print, handler_name="print", timeout=3, memory=128, environment={}
    )
    functions.invoker.concurrency.reserve(function, 1)
    functions.invoker.concurrency.enter(function)  # and nobody ever leaves
    functions.events.send(HERE, "work", "{}")
    cloud.simulation.drive_until_idle(limit=duration("1 day"), max_events=1_000)

    (end,) = [entry for entry in cloud.journal if isinstance(entry.fact, EventGivenUp)]
    assert (end.fact.condition, end.fact.attempts) == ("EventAgeExceeded", 0)
    assert (end.at - cloud.simulation.start) // SECOND == 511 + 70 * 300


def test_events_that_do_not_wait_are_never_throttled_for_being_many(fakeaws, script):
    """One begins when the one before has ended, or waits."""
    function = fakeaws.create_function("work", script("done"), reserved_concurrency=1)
    for number in range(20):
        function.invoke_async(number)
    fakeaws.clock.run_until_idle()

    assert [run.event for run in function.invocations] == list(range(20))
    assert function.throttles == ()


def test_without_any_concurrency_an_event_is_given_up_at_once(fakeaws, run, script, ends):
    """Zero reserved concurrency is how a function is switched off."""
    start = fakeaws.clock.now()
    function = run(script("done"), reserved_concurrency=0)

    assert ends() == [("ZeroReservedConcurrency", 0)]
    assert (function.invocations, fakeaws.clock.now()) == ((), start)
