"""The user's own freezes and travels live on the fake's clock, around it and inside it."""

import datetime as dt
import sys
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta, timezone

import freezegun.api
import pytest
import time_machine
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS

UTC = timezone.utc
MAY = datetime(2024, 5, 1, tzinfo=UTC)


class Freeze:
    """freezegun, by the verbs that both libraries have."""

    name = "freezegun"

    def __init__(self, at, **options):
        self._freezer = freeze_time(at, **options)

    def __enter__(self):
        self._clock = self._freezer.start()
        return self

    def __exit__(self, *_):
        self._freezer.stop()

    def shift(self, by):
        """Move by seconds."""
        self._clock.tick(timedelta(seconds=by))

    def move_to(self, when):
        """Move to a date."""
        self._clock.move_to(when)


class Travel:
    """time-machine, by the verbs that both libraries have."""

    name = "time-machine"

    def __init__(self, at):
        self._travel = time_machine.travel(at, tick=False)

    def __enter__(self):
        self._clock = self._travel.start()
        return self

    def __exit__(self, *_):
        self._travel.stop()

    def shift(self, by):
        """Move by seconds."""
        self._clock.shift(by)

    def move_to(self, when):
        """Move to a date."""
        self._clock.move_to(when)


MEANS = pytest.mark.parametrize("host_time", ["freezegun", "time-machine"])
TOOLS = pytest.mark.parametrize("tool", [Freeze, Travel])
INSIDE = pytest.mark.parametrize(
    ("host_time", "tool"),
    [("freezegun", Freeze), ("time-machine", Freeze), ("time-machine", Travel)],
)
"""A tool inside a fake; time-machine refuses to start inside a freeze of freezegun's."""


def shown():
    """What the process shows."""
    return datetime.now(UTC)


def after(**length):
    """An instant after the first of May."""
    return MAY + timedelta(**length)


def world():
    """What a fake and a freeze may change, and must put back."""
    clocks = [
        getattr(time, name) for name in ("time", "time_ns", "monotonic", "localtime", "sleep")
    ]
    classes = [dt.datetime, dt.date, sys.modules[__name__].datetime, date]
    lists = ["freeze_factories", "tz_offsets", "ignore_lists", "tick_flags"]
    freezegun_lists = [list(getattr(freezegun.api, name)) for name in lists]
    hooked = [
        freezegun.api._freeze_time.start,
        freezegun.api._freeze_time.stop,
        freezegun.api.FrozenDateTimeFactory.tick,
        freezegun.api.FrozenDateTimeFactory.move_to,
        freezegun.api.StepTickTimeFactory.__call__,
        time_machine.travel.start,
        time_machine.travel.stop,
    ]
    travels = [time_machine.escape_hatch.is_travelling(), uuid._generate_time_safe]
    return [clocks, classes, freezegun_lists, hooked, travels, shown().year > 2025]


@pytest.fixture(autouse=True)
def restored():
    """Whatever a test does, the process is as it was before."""
    before = world()
    yield
    assert world() == before


@contextmanager
def note_times(aws, delay=10):
    """A queue whose delayed messages a function notes, with the time it sees."""
    seen = []
    queue = aws.create_queue("reminders", delay=delay)
    queue.trigger(aws.create_function("note", lambda *_: seen.append(shown())))
    queue.send("renew the lease")
    yield seen


# A fake inside a freeze or a travel


@TOOLS
def test_a_fake_starts_at_the_instant_shown(tool):
    """Whoever freezes time, or travels, has said what time it is."""
    with tool("2024-05-01"), FakeAWS() as aws:
        assert (aws.clock.now(), shown()) == (MAY, MAY)


@pytest.mark.parametrize("ticking", [{"tick": True}, {"auto_tick_seconds": 15}])
def test_what_has_ticked_does_not_count(ticking):
    """A fake in a ticking freeze starts at the date that was given, the same on every run."""
    with freeze_time("2024-05-01", **ticking) as freezer:
        freezer()
        with FakeAWS() as aws:
            expected = after(seconds=15 if "auto_tick_seconds" in ticking else 0)

            assert aws.clock.now() == expected


def test_a_travel_that_ticks_starts_a_fake_at_its_date():
    """Travels tick unless told otherwise, so this is the common case."""
    with time_machine.travel("2024-05-01"):
        shown()
        with FakeAWS() as aws:
            assert aws.clock.now() == MAY


@TOOLS
def test_the_fake_uses_the_tool_that_is_there(tool):
    """Inside a travel it is time-machine that shows virtual time, inside a freeze freezegun."""
    with tool("2024-05-01"), FakeAWS():
        assert (dt.datetime.__name__ == "FakeDatetime") == (tool is Freeze)


@TOOLS
def test_an_outer_clock_drives_the_fake(tool):
    """A freezer that began before the fake turns it too."""
    with tool("2024-05-01") as clock, FakeAWS() as aws, note_times(aws) as seen:
        clock.shift(30)

        assert (seen, aws.clock.now(), shown()) == ([after(seconds=10)], *[after(seconds=30)] * 2)


@TOOLS
def test_an_outer_clock_keeps_its_own_moves_only(tool):
    """After the fake it shows what it did, plus what its user asked, without our advance."""
    with tool("2024-05-01") as clock:
        with FakeAWS() as aws:
            aws.clock.advance("1 day")
            clock.shift(30)
            assert shown() == after(days=1, seconds=30)

        assert shown() == after(seconds=30)


@TOOLS
def test_an_outer_clock_that_was_moved_to_a_date_stays_there(tool):
    """A date that was asked for is a date, also after the fake."""
    with tool("2024-05-01") as clock:
        with FakeAWS() as aws:
            aws.clock.advance("1 hour")
            clock.move_to("2024-05-02")
            assert (aws.clock.now(), shown()) == (after(days=1), after(days=1))

        assert shown() == after(days=1)


@TOOLS
def test_an_outer_clock_moved_back_changes_what_is_shown(tool):
    """The agenda never goes back, the date does, and goes on from there."""
    with tool("2024-05-01") as clock, FakeAWS() as aws:
        clock.move_to("2024-04-01")
        assert (aws.clock.now(), shown()) == (MAY, after(days=-30))

        clock.shift(30)
        assert (aws.clock.now(), shown()) == (after(seconds=30), after(days=-30, seconds=30))


def test_an_outer_freeze_keeps_its_zone():
    """`tz_offset` holds inside the fake too."""
    with freeze_time("2024-05-01", tz_offset=2), FakeAWS() as aws:
        assert (datetime.now(), aws.clock.now()) == (datetime(2024, 5, 1, 2), MAY)


@TOOLS
def test_an_outer_clock_may_end_first(tool):
    """Libraries end the innermost clock, which is ours; it is put back."""
    outer = tool("2024-05-01")
    outer.__enter__()
    with FakeAWS() as aws:
        aws.clock.advance(30)
        outer.__exit__()

        assert shown() == after(seconds=30)
        aws.clock.advance(30)
        assert shown() == after(seconds=60)


# A freeze or a travel inside a fake


@INSIDE
def test_a_fresh_fake_is_rebased(host_time, tool):
    """Nothing has happened yet: the test's date is the fake's too."""
    with FakeAWS(host_time=host_time) as aws:
        with tool("2024-05-01"):
            assert (aws.clock.now(), shown()) == (MAY, MAY)

        assert (aws.clock.now(), shown()) == (MAY, MAY)


@INSIDE
def test_a_reset_goes_back_to_the_rebased_start(host_time, tool):
    """The first instant is the one that the freeze gave."""
    with FakeAWS(host_time=host_time) as aws, tool("2024-05-01"):
        aws.clock.advance(30)
        aws.reset()

        assert (aws.clock.now(), shown()) == (MAY, MAY)


@INSIDE
def test_a_fake_in_use_is_not_rebased(host_time, tool):
    """What has happened stays where it was; only what is shown changes, and nothing is driven."""
    with FakeAWS(host_time=host_time) as aws, note_times(aws) as seen:
        with tool("2031-05-01"):
            assert (aws.clock.now().year, shown().year, seen) == (2030, 2031, [])

        assert shown() == aws.clock.now()


@INSIDE
def test_a_start_that_is_given_is_not_rebased(host_time, tool):
    """An explicit start wins, as it does inside a freeze."""
    with FakeAWS(host_time=host_time, start="2027-01-01") as aws, tool("2024-05-01"):
        assert (aws.clock.now().year, shown()) == (2027, MAY)


@INSIDE
def test_a_shift_drives_at_once(host_time, tool):
    """Everything due happens at its own instant, and the date is then exactly as asked."""
    with FakeAWS(host_time=host_time) as aws, note_times(aws) as seen, tool("2024-05-01") as clock:
        clock.shift(30)

        assert (seen, shown()) == ([after(seconds=10)], after(seconds=30))
        assert aws.clock.now().second == 30


@INSIDE
def test_a_move_to_a_later_date_drives_at_once(host_time, tool):
    """A date says as much as a length."""
    with FakeAWS(host_time=host_time) as aws, note_times(aws) as seen, tool("2024-05-01") as clock:
        clock.move_to("2024-05-02")

        assert (seen, shown()) == ([after(seconds=10)], after(days=1))
        assert aws.clock.now().day == 2


@INSIDE
def test_a_move_back_drives_nothing(host_time, tool):
    """The agenda stays where it is, and the distance is kept from then on."""
    with FakeAWS(host_time=host_time) as aws, note_times(aws) as seen, tool("2024-05-01") as clock:
        before = aws.clock.now()
        clock.shift(-3600)
        assert (seen, aws.clock.now(), shown()) == ([], before, after(hours=-1))

        aws.clock.advance(10)
        assert (seen, shown()) == ([after(hours=-1, seconds=10)], after(hours=-1, seconds=10))


@INSIDE
@pytest.mark.parametrize(
    "wait",
    [lambda aws: aws.clock.advance(90), lambda aws: time.sleep(90)],
    ids=["advance", "sleep"],
)
def test_virtual_time_moves_what_is_shown(host_time, tool, wait):
    """However time passes, every clock of the process follows."""
    with FakeAWS(host_time=host_time, start="2031-01-01") as aws, tool("2024-05-01T23:59:00"):
        wait(aws)

        assert shown() == datetime(2024, 5, 2, 0, 0, 30, tzinfo=UTC)
        assert date.today() == date(2024, 5, 2)
        assert time.time() == shown().timestamp()
        assert time.time_ns() == int(shown().timestamp()) * 10**9
        assert time.gmtime()[:6] == (2024, 5, 2, 0, 0, 30)
        assert time.strftime("%Y-%m", time.gmtime()) == time.strftime("%Y-%m") == "2024-05"


def test_the_freezer_itself_follows():
    """What `freezer()` says is what the process shows."""
    with freeze_time("2024-05-01") as outer, FakeAWS() as aws, freeze_time("2023-01-01") as inner:
        aws.clock.advance(30)

        assert (outer(), inner()) == (
            datetime(2023, 1, 1, 0, 0, 30) + (datetime(2024, 5, 1) - datetime(2023, 1, 1)),
            datetime(2023, 1, 1, 0, 0, 30),
        )


@INSIDE
def test_nested_clocks_keep_their_distances(host_time, tool):
    """Each shows its own date, and virtual time moves all of them."""
    with FakeAWS(host_time=host_time, start="2031-01-01") as aws:
        with tool("2024-05-01") as outer:
            with tool("2020-02-02") as inner:
                inner.shift(60)
                outer.shift(60)
                assert shown() == datetime(2020, 2, 2, 0, 2, tzinfo=UTC)
            assert shown() == after(minutes=2)

        assert shown() == aws.clock.now() == datetime(2031, 1, 1, 0, 2, tzinfo=UTC)


@INSIDE
def test_the_fake_may_end_first(host_time, tool):
    """A freeze that outlives the fake goes on as if the fake had never been."""
    aws = FakeAWS(host_time=host_time).start()
    with tool("2024-05-01") as clock:
        aws.clock.advance(5)
        clock.shift(30)
        aws.stop()
        assert shown() == after(seconds=30)

        clock.shift(30)
        assert shown() == after(seconds=60)


def test_a_freeze_and_a_travel_may_outlive_the_fake_together():
    """Also where each library keeps a list of its own."""
    aws = FakeAWS(host_time="time-machine").start()
    with Travel("2024-05-01"), Freeze("2020-02-02"):
        aws.stop()
        assert shown().year == 2020


@INSIDE
def test_real_time_is_real_inside_a_freeze(host_time, tool):
    """`clock.real()` takes the freezes off that began in the fake, and puts them back."""
    with FakeAWS(host_time=host_time) as aws, tool("2024-05-01") as clock:
        with aws.clock.real():
            assert shown().year > 2025
            clock.shift(10)

        assert (shown(), aws.clock.now()) == (after(seconds=10), MAY)
        clock.shift(20)
        assert (shown(), aws.clock.now()) == (after(seconds=30), after(seconds=20))


def test_a_travel_inside_a_freeze_is_refused_by_time_machine():
    """The error is time-machine's own, and nothing is left broken."""
    with FakeAWS(host_time="freezegun") as aws:
        with pytest.raises(RuntimeError, match="freezegun is active"), Travel("2024-05-01"):
            pytest.fail("it started")
        aws.clock.advance(30)

        assert shown() == aws.clock.now()


@MEANS
def test_time_left_alone_leaves_freezes_alone(host_time):
    """With host_time="off" a freezer turns nothing but itself."""
    with FakeAWS(host_time="off") as aws:
        before = aws.clock.now()
        with (Freeze if host_time == "freezegun" else Travel)("2024-05-01") as clock:
            clock.shift(30)
            aws.clock.advance(5)

            assert (shown(), aws.clock.now() - before) == (after(seconds=30), timedelta(seconds=5))


# Inside processes and threads


@INSIDE
def test_a_handler_sleeps_by_its_freezer(host_time, tool):
    """Inside a process a tick is a sleep; others run meanwhile."""
    with FakeAWS(host_time=host_time) as aws, note_times(aws) as seen, tool("2024-05-01") as clock:
        function = aws.create_function("work", lambda *_: clock.shift(30), timeout=60)
        invocation = function.invoke()

        assert invocation.duration == timedelta(seconds=30)
        assert (seen, shown()) == ([after(seconds=10)], after(seconds=30))


@INSIDE
def test_a_freeze_in_a_handler_is_a_freeze(host_time, tool):
    """It shows its date to the handler, and ends with it."""

    def handler(*_):
        with tool("2024-05-01") as clock:
            clock.shift(1)
            return shown().isoformat()

    with FakeAWS(host_time=host_time) as aws:
        result = aws.create_function("work", handler).invoke().result

        assert result == after(seconds=1).isoformat()
        assert shown() == aws.clock.now()


@INSIDE
def test_another_thread_changes_the_date_only(host_time, tool):
    """Only the test's thread drives."""
    with FakeAWS(host_time=host_time) as aws, note_times(aws) as seen, tool("2024-05-01") as clock:
        before = aws.clock.now()
        thread = threading.Thread(target=clock.shift, args=(30,))
        thread.start()
        thread.join()

        assert (seen, aws.clock.now(), shown()) == ([], before, after(seconds=30))


@INSIDE
def test_a_mapping_retries_while_a_freezer_ticks(host_time, tool):
    """Plain Python state can be looked at right after the tick."""
    attempts = []

    def fail(event, context):
        attempts.append(shown())
        raise ConnectionError

    with FakeAWS(host_time=host_time) as aws, tool("2024-05-01") as clock:
        jobs = aws.create_queue("jobs", visibility_timeout=30, dead_letter_queue=True)
        jobs.trigger(aws.create_function("fail", fail))
        jobs.send("reindex")
        clock.shift(30)
        assert attempts == [MAY, after(seconds=30)]

        clock.shift(60)
        assert attempts == [MAY, after(seconds=30), after(seconds=60)]
        assert jobs.dead_letters.bodies == ["reindex"]


@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["advance", "shift", "move_to"]), st.integers(-100_000, 100_000)),
        max_size=8,
    )
)
@INSIDE
def test_any_mix_of_moves_keeps_the_order(host_time, tool, moves):
    """Forward moves drive, backward moves only show; every event comes in its turn, once."""
    ran = []
    with FakeAWS(host_time=host_time) as aws, tool("2024-05-01") as clock:
        simulation = aws._cloud.simulation
        dues = [n * 7_000 * 1_000_000 + simulation.now for n in range(1, 100)]
        for due in dues:
            simulation.at(due, lambda due=due: ran.append((due, simulation.now)), who="it")
        passed, date_shown = 0, MAY
        for verb, by in moves:
            length = abs(by) if verb == "advance" else by
            date_shown += timedelta(seconds=length)
            passed += max(0, length)
            if verb == "move_to":
                clock.move_to(date_shown)
            else:
                (aws.clock.advance if verb == "advance" else clock.shift)(length)

            assert (shown(), aws.clock.now()) == (date_shown, after(seconds=passed))
        assert ran == [(due, due) for due in dues[: passed // 7_000]]


# Ticking


@MEANS
def test_real_ticking_drives_nothing(host_time):
    """`tick=True` changes what is shown; reading it is not waiting."""
    with FakeAWS(host_time=host_time) as aws, freeze_time("2024-05-01", tick=True) as freezer:
        shown()
        assert aws.clock.now() == MAY

        freezer.tick(30)
        assert aws.clock.now() == after(seconds=30)
        assert after(seconds=30) <= shown() < after(seconds=60)

        aws.clock.advance(30)
        freezer.move_to("2024-05-02")
        assert aws.clock.now() == after(days=1)
        assert after(days=1) <= shown() < after(days=1, seconds=30)


def test_a_travel_that_ticks_drives_by_what_is_asked():
    """Real time between two moves does not count."""
    with FakeAWS() as aws, time_machine.travel("2024-05-01") as traveller:
        shown()
        traveller.shift(30)
        assert aws.clock.now() == after(seconds=30)

        traveller.move_to("2024-05-02")
        assert aws.clock.now() == after(days=1)
        assert shown() == after(days=1)


@MEANS
def test_reading_an_auto_ticking_clock_drives_nothing(host_time):
    """`auto_tick_seconds` moves the date at each look; only the user's own moves drive."""
    with (
        FakeAWS(host_time=host_time) as aws,
        freeze_time("2024-05-01", auto_tick_seconds=15) as freezer,
    ):
        assert [shown(), shown(), aws.clock.now()] == [MAY, after(seconds=15), MAY]

        freezer.tick(60)
        assert aws.clock.now() == after(seconds=60)


def test_less_than_a_microsecond_is_shown_and_not_driven():
    """time-machine counts nanoseconds, the simulation microseconds."""
    with FakeAWS() as aws, time_machine.travel("2024-05-01", tick=False) as traveller:
        traveller.shift(2**-9)

        assert aws.clock.now() == after(microseconds=1_953)
        assert time.time_ns() % 1_000_000_000 == 1_953_125


# As users write it


@freeze_time("2024-05-01")
def test_a_decorated_test_has_its_date(fakeaws):
    """The commonest case: the fixture starts first, the decorator then."""
    fakeaws.clock.advance(30)

    assert (fakeaws.clock.now(), shown()) == (after(seconds=30), after(seconds=30))


@time_machine.travel("2024-05-01", tick=False)
def test_a_test_that_travels_has_its_date(fakeaws):
    """The same with time-machine."""
    fakeaws.clock.advance(30)

    assert (fakeaws.clock.now(), shown()) == (after(seconds=30), after(seconds=30))


@pytest.mark.freeze_time("2024-05-01")
def test_pytest_freezer_before_the_fixture(freezer, fakeaws):
    """The fake starts at the freezer's date, and its ticks drive."""
    freezer.tick(30)

    assert (fakeaws.clock.now(), freezer()) == (after(seconds=30), datetime(2024, 5, 1, 0, 0, 30))


def test_pytest_freezer_after_the_fixture(fakeaws, freezer):
    """Without a date it freezes the instant that the fake shows."""
    freezer.move_to("2030-01-02")

    assert fakeaws.clock.now() == shown() == datetime(2030, 1, 2, tzinfo=UTC)


@pytest.mark.time_machine("2024-05-01")
def test_the_fixture_of_time_machine_with_a_date(time_machine, fakeaws):
    """The marker sets the date before the fake starts."""
    time_machine.shift(30)

    assert fakeaws.clock.now() == after(seconds=30)


def test_the_fixture_of_time_machine_inside(fakeaws, time_machine):
    """Its first move begins the travel; later ones drive."""
    time_machine.move_to("2024-05-01", tick=False)
    time_machine.move_to("2024-05-02", tick=False)

    assert fakeaws.clock.now() == shown() == after(days=1)


@MEANS
def test_real_asyncio_is_put_back(host_time):
    """A freeze with `real_asyncio=True` inside a fake leaves the loop's clock as it was."""
    import asyncio

    before = asyncio.BaseEventLoop.time
    with FakeAWS(host_time=host_time), freeze_time("2024-05-01", real_asyncio=True):
        loop = asyncio.new_event_loop()
        first = loop.time()
        assert loop.time() - first < 60
        loop.close()

    assert asyncio.BaseEventLoop.time is before


def test_a_failed_move_changes_nothing(fakeaws):
    """What is no date moves neither clock, and the next move works."""
    with freeze_time("2024-05-01") as freezer:
        with pytest.raises(ValueError, match="nonsense"):
            freezer.move_to("nonsense")
        freezer.tick(30)

        assert fakeaws.clock.now() == shown() == after(seconds=30)


def test_repeated_use_leaves_nothing():
    """Many fakes and freezes in turn, entered and left in order."""
    before = world()
    for host_time in ("freezegun", "time-machine") * 3:
        with ExitStack() as stack:
            stack.enter_context(FakeAWS(host_time=host_time))
            stack.enter_context(Freeze("2024-05-01"))
            stack.enter_context(Freeze("2023-05-01"))

        assert world() == before


@pytest.mark.slow
def test_a_library_imported_inside_is_hooked(pytester, monkeypatch):
    """The fake does not import freezegun for it, but notices once the test does."""
    pytester.makepyfile(
        """
        import sys

        def test_late(fakeaws):
            assert "freezegun" not in sys.modules
            from freezegun import freeze_time
            with freeze_time("2024-05-01") as freezer:
                assert fakeaws.clock.now().year == 2024
                freezer.tick(30)
                assert fakeaws.clock.now().second == 30
        """
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    run = pytester.runpytest_subprocess("-p", "pytest_fakeaws.plugin")
    run.assert_outcomes(passed=1)
