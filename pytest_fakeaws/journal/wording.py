"""How the journal's facts are put into words: names, counts, and texts cut short."""

from __future__ import annotations

from collections import Counter

from pytest_fakeaws.sim.instants import SECOND, Duration, seconds

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_SHORT = 60
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = (11, 12, 13)


def name(arn: str) -> str:
    """The last part of an ARN, by which people know the resource."""
    return arn.rpartition(":")[2]


def short(text: str, length: int = _SHORT) -> str:
    """*text* in one line of at most *length* characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def number(count: int, noun: str) -> str:
    """A count of things.

    Example:
        >>> number(1, "message"), number(1_200, "message")
        ('1 message', '1,200 messages')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def times(count: int) -> str:
    """How often.

    Example:
        >>> times(1), times(3)
        ('once', '3 times')
    """
    return "once" if count == 1 else f"{count:,} times"


def ordinal(count: int) -> str:
    """Which one of several.

    Example:
        >>> ordinal(4), ordinal(21), ordinal(112)
        ('fourth', '21st', '112th')
    """
    if count < len(_ORDINALS):
        return _ORDINALS[count]
    ending = "th" if count % 100 in _TEENS else _ENDINGS.get(count % 10, "th")
    return f"{count:,}{ending}"


def lasting(length: Duration) -> str:
    """How long something lasts, in the largest unit that needs no decimals.

    Example:
        >>> lasting(345_600 * SECOND), lasting(90 * SECOND), lasting(1_500_000)
        ('4 days', '90 seconds', '1.5 seconds')
    """
    for unit, size in _UNITS:
        count, rest = divmod(length, size * SECOND)
        if count and not rest:
            return number(count, unit)
    return f"{seconds(length)} seconds"


def counted(reasons: Counter[str]) -> str:
    """Reasons, each with how often it held if that was more than once."""
    return "; ".join(
        why if count == 1 else f"{why} ({times(count)})" for why, count in reasons.items()
    )
