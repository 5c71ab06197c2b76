"""When: how often a fault strikes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pytest_fakeaws.sim.instants import FOREVER, Instant


class When(NamedTuple):
    """Which of the occasions that a fault has are its.

    All that is said holds at once: `When(times=2, every=3)` strikes at the third and the sixth occasion.

    Attributes:
        times: How often at the most.
        every: Each so-maniest occasion only.
        skip: How many occasions come before the first that counts.
        until: The instant at which it is over.
        probability: How likely it is at each of these occasions.
    """

    times: int | None = None
    every: int = 1
    skip: int = 0
    until: Instant = FOREVER
    probability: float = 1.0

    def strikes(
        self, occasion: int, struck: int, now: Instant, draw: Callable[[], float] = lambda: 0.0
    ) -> bool:
        """Whether this occasion is one of them.

        Args:
            occasion: Its number, counted from 1.
            struck: How often it has struck before.
            now: The present instant.
            draw: Draws a number from 0 to 1, not including 1; asked only where it matters.
        """
        if now >= self.until or (self.times is not None and struck >= self.times):
            return False
        counted = occasion - self.skip
        if counted <= 0 or counted % self.every:
            return False
        return self.probability >= 1.0 or draw() < self.probability
