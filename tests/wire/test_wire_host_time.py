"""While a fake is active, the clocks of the process show virtual time, and afterwards they do not."""

import datetime as dt
import os
import time
from datetime import date, datetime, timedelta, timezone

import boto3
import pytest
from freezegun import freeze_time

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import UnknownOption

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
CLOCKS = {
    "time.time": lambda: EPOCH + timedelta(microseconds=round(time.time() * 1e6)),
    "time.time_ns": lambda: EPOCH + timedelta(microseconds=time.time_ns() // 1_000),
    "datetime.now": lambda: datetime.now(timezone.utc),
    "datetime.now, naive": lambda: datetime.now().astimezone(timezone.utc),
    "a name bound in a module": lambda: dt.datetime.now(dt.timezone.utc),
}
BOTH = pytest.mark.parametrize("host_time", ["freezegun", "time-machine"])
EVERY = pytest.mark.parametrize("host_time", ["freezegun", "time-machine", "off"])


def this_year():
    """The year that the process believes in."""
    return datetime.now(timezone.utc).year


@BOTH
@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS)
def test_clocks_show_virtual_time_to_the_microsecond(host_time, clock):
    """What code under test reads is what the fake's clock says."""
    with FakeAWS(host_time=host_time) as aws:
        aws.clock.advance(timedelta(days=1, microseconds=123_457))

        assert clock() == aws.clock.now()


@BOTH
def test_the_date_is_that_of_virtual_time(host_time):
    """`date.today` follows across midnight."""
    with FakeAWS(host_time=host_time, start="2031-12-31T12:00:00Z") as aws:
        aws.clock.advance("1 day")

        assert date.today() == date(2032, 1, 1)


@BOTH
def test_clocks_stand_still_between_moves(host_time):
    """No real time leaks in."""
    with FakeAWS(host_time=host_time):
        assert time.time_ns() == time.time_ns()


@BOTH
def test_events_see_their_own_instant(host_time):
    """A handler that runs on the way sees the time at which it runs, not that of the goal."""
    seen = []
    with FakeAWS(host_time=host_time) as aws:
        queue = aws.create_queue("reminders", delay=90)
        queue.trigger(aws.create_function("note", lambda *_: seen.append(datetime.now().minute)))
        queue.send("renew the lease")
        aws.clock.advance("10 min")

    assert seen == [1]


@BOTH
@pytest.mark.parametrize(
    "name", ["monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"]
)
def test_clocks_that_measure_stay_real(host_time, name):
    """Whoever measures how long something takes goes on measuring real time."""
    real = getattr(time, name)
    before = real()
    with FakeAWS(host_time=host_time) as aws:
        aws.clock.advance("1 day")
        seen = getattr(time, name)()

    assert before <= seen <= real()


def test_time_can_be_left_alone():
    """With host_time="off" only the fake's own clock is virtual."""
    year = this_year()
    with FakeAWS(host_time="off") as aws:
        assert (this_year(), aws.clock.now().year) == (year, 2030)


def test_sleeping_is_virtual_although_time_is_left_alone():
    """host_time is about clocks; a sleep still drives the fake."""
    with FakeAWS(host_time="off") as aws:
        time.sleep(30)

        assert aws.clock.now().second == 30


def test_time_machine_is_chosen_where_it_is_installed(monkeypatch):
    """It starts faster; freezegun stays untouched."""
    monkeypatch.setattr("freezegun.freeze_time", lambda *_, **__: pytest.fail("freezegun started"))

    with FakeAWS():
        assert this_year() == 2030


def test_freezegun_is_chosen_where_time_machine_is_not_installed(monkeypatch):
    """It is always there, for it is required."""
    monkeypatch.setattr("pytest_fakeaws.wire.host_time.find_spec", lambda _: None)

    with FakeAWS():
        assert (this_year(), dt.datetime.__name__) == (2030, "FakeDatetime")


@freeze_time("2024-05-01")
def test_a_fake_inside_a_freeze_starts_at_the_frozen_instant():
    """Whoever freezes time has said what time it is."""
    with FakeAWS() as aws:
        assert aws.clock.now() == datetime(2024, 5, 1, tzinfo=timezone.utc)


@freeze_time("2024-05-01")
def test_a_fake_inside_a_freeze_moves_what_the_freeze_shows():
    """Inside, the fake's clock is the one that counts; afterwards the user's freeze is back."""
    with FakeAWS() as aws:
        aws.clock.advance("1 day")
        assert date.today() == date(2024, 5, 2)

    assert date.today() == date(2024, 5, 1)


@freeze_time("2024-05-01")
def test_a_start_that_is_given_beats_the_freeze():
    """An explicit start wins."""
    with FakeAWS(start="2027-01-01"):
        assert this_year() == 2027


def test_a_fake_can_start_now():
    """With start="now" the first instant is the host's."""
    before = datetime.now(timezone.utc)
    with FakeAWS(start="now") as aws:
        started = aws.clock.now()

    assert before <= started <= datetime.now(timezone.utc)


def test_a_host_time_that_does_not_exist_is_refused():
    """The error lists what there is, and nothing has been touched."""
    with pytest.raises(UnknownOption, match='Did you mean "freezegun"'):
        FakeAWS(host_time="freezgun").start()

    assert this_year() != 2030


@EVERY
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_everything_is_restored_whatever_ends_the_test(host_time, error):
    """Clocks, sleep, environment and default session are as they were."""

    def world():
        clocks = [getattr(time, name) for name in ("time", "sleep", "monotonic", "localtime")]
        return [
            *clocks,
            datetime,
            dt.datetime,
            this_year(),
            dict(os.environ),
            boto3.DEFAULT_SESSION,
        ]

    before = world()
    with pytest.raises(error), FakeAWS(host_time=host_time):
        raise error

    assert world() == before


@BOTH
def test_the_zone_of_the_process_is_not_touched(host_time, monkeypatch):
    """Local time stays local: the same zone, on a virtual day."""
    before = (os.environ.get("TZ"), time.tzname)
    with FakeAWS(host_time=host_time) as aws:
        aws.clock.advance("1 day")

        assert (os.environ.get("TZ"), time.tzname) == before


@EVERY
def test_a_block_can_have_real_time(host_time):
    """Inside `clock.real()` the host's clock and sleep are its own, afterwards the fake's again."""
    real_sleep, year = time.sleep, this_year()
    with FakeAWS(host_time=host_time) as aws:
        virtual = this_year()
        with aws.clock.real():
            assert (time.sleep, this_year()) == (real_sleep, year)

        assert this_year() == virtual
        assert time.sleep is not real_sleep


def test_the_simulation_stands_still_in_real_time(fakeaws):
    """What happens in a real block takes no virtual time."""
    before = fakeaws.clock.now()
    with fakeaws.clock.real():
        time.sleep(0.001)

    assert fakeaws.clock.now() == before


def test_real_time_ends_with_an_error_too(fakeaws):
    """An exception in the block brings virtual time back."""
    with pytest.raises(ValueError), fakeaws.clock.real():  # noqa: PT011
        raise ValueError

    assert this_year() == 2030
