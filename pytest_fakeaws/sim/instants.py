"""Instants and durations: whole microseconds inside, people's spellings at the door.

An `Instant` counts microseconds since the Unix epoch, a `Duration` counts microseconds. Integers keep
sums exact, and convert to and from `datetime` and `timedelta` without loss.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, InvalidTime

__tracebackhide__ = HIDE_FROM_TRACEBACK

Instant: TypeAlias = int
Duration: TypeAlias = int

SECOND: Duration = 1_000_000
FOREVER: Instant = 2**62
"""Later than any instant that a calendar knows."""

LAST: Instant = 253_402_300_799 * SECOND
"""The end of the year 9999, beyond which no `datetime` goes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)

_UNITS: dict[str, Duration] = {
    unit: length
    for length, units in {
        1: ("us", "µs", "microsecond", "microseconds"),
        1_000: ("ms", "millisecond", "milliseconds"),
        SECOND: ("s", "sec", "secs", "second", "seconds"),
        60 * SECOND: ("m", "min", "mins", "minute", "minutes"),
        3_600 * SECOND: ("h", "hour", "hours"),
        86_400 * SECOND: ("d", "day", "days"),
        7 * 86_400 * SECOND: ("w", "week", "weeks"),
    }.items()
    for unit in units
}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zµ]+)\s*,?", re.IGNORECASE)


def duration(by: float | timedelta | str) -> Duration:
    """Read a duration as people write it.

    Args:
        by: Seconds, a `timedelta`, or text such as `"90s"`, `"15 min"`, `"1h 30min"`, `"4 days"`.

    Raises:
        InvalidTime: The text has no known unit, or the duration is negative.

    Example:
        >>> duration("1 min 30 s") == duration(90) == 90 * SECOND
        True
    """
    length: float
    if isinstance(by, str):
        length = _duration_of_text(by)
    elif isinstance(by, timedelta):
        length = by // _MICROSECOND
    else:
        length = _duration_of_number(by)
    if length < 0:
        raise InvalidTime(
            f"A duration cannot be negative: {by!r}.",
            "Virtual time only moves forward; what has happened stays so.",
            "Start another fake with an earlier start= to test an earlier time.",
        )
    if length >= FOREVER:
        raise _not_a_duration(by)
    return round(length)


def _duration_of_number(by: object) -> float:
    if isinstance(by, (int, float)) and not isinstance(by, bool):
        length = by * SECOND
        if abs(length) < FOREVER:  # refuses infinity and NaN as well
            return length
    raise _not_a_duration(by)


def _duration_of_text(text: str) -> float:
    length: float = 0
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None or part[2].lower() not in _UNITS:
            raise _not_a_duration(text)
        length += float(part[1]) * _UNITS[part[2].lower()]
        position = part.end()
    if not text.strip():
        raise _not_a_duration(text)
    return length


def _not_a_duration(by: object) -> InvalidTime:
    return InvalidTime(
        f"{by!r} is not a duration.",
        "Units: us, ms, s, min, h, days, weeks (and their longer spellings).",
        'Give seconds (90), a timedelta, or text such as "90s", "15 min", "1h 30min", "4 days".',
    )


def instant(when: datetime | str) -> Instant:
    """Read a point in time.

    Args:
        when: A `datetime` or ISO 8601 text; without an offset it is taken as UTC.

    Raises:
        InvalidTime: The text is not ISO 8601.
    """
    if isinstance(when, str):
        try:
            # Python 3.10 does not read the "Z" that every AWS timestamp ends with.
            when = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", when.strip()))
        except ValueError:
            raise _not_an_instant(when) from None
    if not isinstance(when, datetime):
        raise _not_an_instant(when)
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return (when - _EPOCH) // _MICROSECOND


def _not_an_instant(when: object) -> InvalidTime:
    return InvalidTime(
        f"{when!r} is not a point in time.",
        "Expected a datetime, or ISO 8601 text.",
        'Write, for example, "2030-01-01T09:30:00Z".',
    )


def to_datetime(when: Instant) -> datetime:
    """The aware UTC `datetime` of an instant."""
    return _EPOCH + timedelta(microseconds=when)


def to_timedelta(length: Duration) -> timedelta:
    """The `timedelta` of a duration."""
    return timedelta(microseconds=length)


def seconds(length: Duration) -> str:
    """A duration in seconds, with only the decimals it needs.

    Example:
        >>> seconds(1_500_000), seconds(30 * SECOND)
        ('1.5', '30')
    """
    return f"{length / SECOND:f}".rstrip("0").rstrip(".")


def timer(length: Duration) -> str:
    """A duration as a stopwatch shows it.

    Example:
        >>> timer(90 * SECOND), timer(86_400 * SECOND + 250_000)
        ('00:01:30', '1d 00:00:00.250')
    """
    whole, fraction = divmod(length, SECOND)
    days, rest = divmod(whole, 86_400)
    text = f"{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    if fraction:
        text += f".{fraction // 1_000:03}" if fraction % 1_000 == 0 else f".{fraction:06}"
    return f"{days}d {text}" if days else text
