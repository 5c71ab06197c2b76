from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeaws.errors import InvalidTime
from pytest_fakeaws.sim.instants import (
    SECOND,
    duration,
    instant,
    seconds,
    timer,
    to_datetime,
    to_timedelta,
)

DURATIONS = st.integers(0, 10 * 366 * 86_400 * SECOND)
OFFSETS = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
DATETIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", 90),
        ("90 s", 90),
        ("90 seconds", 90),
        ("1.5 s", 1.5),
        ("15 min", 900),
        ("15m", 900),
        ("2h", 7_200),
        ("1h 30min", 5_400),
        ("1 hour, 30 minutes", 5_400),
        ("4 days", 345_600),
        ("1 WEEK", 604_800),
        ("250 ms", 0.25),
        ("7us", 0.000007),
        ("7 µs", 0.000007),
        (" 1 s ", 1),
        ("0s", 0),
    ],
)
def test_a_duration_is_read_as_people_write_it(text, length):
    """A number and a unit, or several of them."""
    assert duration(text) == round(length * SECOND)


@pytest.mark.parametrize("by", [90, 90.0, timedelta(seconds=90), "90 s", "1 min 30 s"])
def test_a_duration_may_be_a_number_a_timedelta_or_text(by):
    """A bare number counts seconds."""
    assert duration(by) == 90 * SECOND


@given(DURATIONS)
def test_a_duration_survives_a_timedelta(length):
    """No microsecond is lost on the way there and back."""
    assert duration(to_timedelta(length)) == length


@given(DURATIONS)
def test_a_duration_survives_its_text(length):
    """What is shown can be read again."""
    assert duration(f"{seconds(length)} s") == length


@given(st.integers(0, 10**6), st.integers(0, 59))
def test_parts_of_a_duration_add_up(minutes, rest):
    """The sum of the parts is the whole."""
    assert duration(f"{minutes} min {rest} s") == duration(60 * minutes + rest)


@given(DATETIMES)
def test_an_instant_survives_a_datetime(when):
    """The same instant comes back, in UTC."""
    assert to_datetime(instant(when)) == when


@given(DATETIMES)
def test_an_instant_survives_iso_8601(when):
    """The text of an instant reads as the instant."""
    exact = instant(when)
    assert instant(to_datetime(exact).isoformat()) == exact


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-01T09:30:00Z",
        "2030-01-01T09:30:00z",
        "2030-01-01T09:30:00+00:00",
        "2030-01-01T10:30:00+01:00",
        "2030-01-01 09:30:00",
        " 2030-01-01T09:30:00Z ",
    ],
)
def test_an_instant_is_read_from_iso_8601(text):
    """Without an offset it is UTC."""
    assert to_datetime(instant(text)) == datetime(2030, 1, 1, 9, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "by",
    [
        *(
            "",
            " ",
            "soon",
            "90",
            "90 parsecs",
            "-5 s",
            "5 s later",
            "s 5",
            "1e3 s",
            "9" * 400 + " s",
        ),
        *(None, True, [], float("nan"), float("inf"), -float("inf"), 1e300, b"5s"),
        *(timedelta.max, "99999999 weeks"),
    ],
)
def test_what_is_no_duration_is_explained(by):
    """The error quotes what was given, lists the units and shows examples."""
    with pytest.raises(InvalidTime) as caught:
        duration(by)
    assert (caught.value.what, caught.value.evidence, caught.value.advice) == (
        f"{by!r} is not a duration.",
        "Units: us, ms, s, min, h, days, weeks (and their longer spellings).",
        'Give seconds (90), a timedelta, or text such as "90s", "15 min", "1h 30min", "4 days".',
    )


@pytest.mark.parametrize("by", [-1, -0.5, timedelta(microseconds=-1)])
def test_a_negative_duration_is_explained(by):
    """Virtual time only moves forward."""
    with pytest.raises(InvalidTime) as caught:
        duration(by)
    assert str(caught.value) == (
        f"A duration cannot be negative: {by!r}.\n\n"
        "  Virtual time only moves forward; what has happened stays so.\n\n"
        "Start another fake with an earlier start= to test an earlier time."
    )


@pytest.mark.parametrize("when", ["", "now", "tomorrow", "2030-13-01", "09:30", None, 0])
def test_what_is_no_instant_is_explained(when):
    """The error quotes what was given and shows how to write it."""
    with pytest.raises(InvalidTime) as caught:
        instant(when)
    assert str(caught.value) == (
        f"{when!r} is not a point in time.\n\n"
        "  Expected a datetime, or ISO 8601 text.\n\n"
        'Write, for example, "2030-01-01T09:30:00Z".'
    )


@pytest.mark.parametrize(
    ("length", "text"),
    [(0, "0"), (1, "0.000001"), (100_000, "0.1"), (10 * SECOND, "10"), (1_500_000, "1.5")],
)
def test_seconds_show_only_the_decimals_they_need(length, text):
    """Whole seconds have none."""
    assert seconds(length) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "00:00:00"),
        (3_661 * SECOND, "01:01:01"),
        (86_400 * SECOND, "1d 00:00:00"),
        (1_000, "00:00:00.001"),
        (1, "00:00:00.000001"),
    ],
)
def test_a_timer_reads_like_a_stopwatch(length, text):
    """Days where there are any, and fractions where there are any."""
    assert timer(length) == text
