"""Throttles: at most so many deliveries in any second."""

from __future__ import annotations

from collections import deque

from pytest_fakeaws.sim.instants import SECOND, Instant


class Throttle:
    """Tells when the next delivery may be.

    Args:
        per_second: How many there may be in a second.

    Example:
        >>> throttle = Throttle(2)
        >>> [throttle.next(0) / SECOND for _ in range(5)]
        [0.0, 0.0, 1.0, 1.0, 2.0]
    """

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self._latest: deque[Instant] = deque(maxlen=per_second)

    def next(self, now: Instant) -> Instant:
        """When another delivery may be, which counts from then on."""
        latest = self._latest
        when = now
        if len(latest) == self.per_second:
            when = max(now, latest[0] + SECOND)
        latest.append(when)
        return when
