"""Back-off functions: how the waits between retries grow from the shortest to the longest.

AWS names four and draws them, from 5 to 260 seconds over ten retries, but gives no formulas; these have the
shapes of the drawing. See https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from pytest_fakeaws.sim.instants import SECOND, Duration

Backoff: TypeAlias = Callable[[float, float, int, int], float]
"""The wait before one of several retries: from the shortest wait, the longest, its place, and the last place."""

_MILLISECOND = SECOND // 1_000


def linear(low: float, high: float, place: int, last: int) -> float:
    """Each wait is longer than the one before by the same amount."""
    return low + (high - low) * place / last


def arithmetic(low: float, high: float, place: int, last: int) -> float:
    """Each wait is longer by an amount that itself grows by the same."""
    return low + (high - low) * place * (place + 1) / (last * (last + 1))


def geometric(low: float, high: float, place: int, last: int) -> float:
    """Each wait is longer by the same factor."""
    return low * math.pow(high / low, place / last)


def exponential(low: float, high: float, place: int, last: int) -> float:
    """Each wait is longer by an amount that doubles."""
    return low + (high - low) * (math.pow(2, place) - 1) / (math.pow(2, last) - 1)


BACKOFFS: Mapping[str, Backoff] = {
    "linear": linear,
    "arithmetic": arithmetic,
    "geometric": geometric,
    "exponential": exponential,
}
"""By AWS's names."""


def waits(name: str, count: int, low: Duration, high: Duration) -> tuple[Duration, ...]:
    """So many waits, the first *low* and the last *high*, in whole milliseconds.

    Args:
        name: The back-off function.
        count: How many waits.
        low: The shortest.
        high: The longest; a single wait is the shortest.

    Example:
        >>> [wait // SECOND for wait in waits("linear", 3, 10 * SECOND, 30 * SECOND)]
        [10, 20, 30]
    """
    last = max(count - 1, 1)
    lengths = (BACKOFFS[name](low, high, place, last) for place in range(count))
    return tuple(round(length / _MILLISECOND) * _MILLISECOND for length in lengths)
