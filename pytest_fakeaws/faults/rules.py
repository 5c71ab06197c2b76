"""Rules: which fault strikes where, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from pytest_fakeaws.faults.inside import Moment, Stumble
from pytest_fakeaws.faults.when import When
from pytest_fakeaws.journal.entries import FaultInjected
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.sim.instants import Instant


class Point(Protocol):
    """Where something can be made to go wrong."""

    @property
    def target(self) -> str:
        """What it happens to: an ARN, a call or the name of a consumer."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids of what it is about."""


class Once:
    """Remembers what has been struck, so that nothing is struck twice."""

    def __init__(self) -> None:
        self._struck: set[str] = set()

    def spares(self, point: Point) -> bool:
        """Whether *point* is about something that has been struck before."""
        return not self._struck.isdisjoint(point.subjects or (point.target,))

    def note(self, point: Point) -> None:
        """What *point* is about has been struck."""
        self._struck.update(point.subjects or (point.target,))


class Rule:
    """A fault, where it may strike and when.

    Args:
        told: What the journal says of it.
        when: How often it strikes.
        matches: Which points it is for.
        now: Reads the clock.
        journal: Where it says that it has struck.
        draw: Draws from a stream of its own.
        once: What has been struck, if nothing is to be struck twice.

    Attributes:
        hits: How often it has struck.
    """

    def __init__(
        self,
        told: str,
        when: When,
        matches: Callable[[Any], bool],
        *,
        now: Callable[[], Instant],
        journal: Journal,
        draw: Callable[[], float],
        once: Once | None = None,
    ) -> None:
        self.hits = 0
        self.told = told
        self._when = when
        self._matches = matches
        self._now = now
        self._journal = journal
        self._draw = draw
        self._once = once
        self._occasions = 0
        self._stopped = False

    def stop(self) -> None:
        """Strike no more."""
        self._stopped = True

    def concerns(self, point: Point) -> bool:
        """Whether it may strike at *point* at all."""
        return not self._stopped and self._matches(point)

    def strikes(self, point: Point) -> bool:
        """Whether it strikes at *point* now; if so, the journal says it."""
        if self._stopped or (self._once is not None and self._once.spares(point)):
            return False
        self._occasions += 1
        if not self._when.strikes(self._occasions, self.hits, self._now(), self._draw):
            return False
        self.hits += 1
        if self._once is not None:
            self._once.note(point)
        self._journal.record(FaultInjected(point.target, self.told, point.subjects))
        return True


class Strike:
    """Answers a point with an effect whenever its rule strikes.

    Args:
        rule: The rule.
        effect: What the point is told then.
    """

    def __init__(self, rule: Rule, effect: object) -> None:
        self.rule = rule
        self._effect = effect

    def __call__(self, point: Point) -> Any:
        """The effect, or `None`."""
        if self.rule.concerns(point) and self.rule.strikes(point):
            return self._effect
        return None


class Ambush:
    """Answers a run with what may happen to it at the moments that its rule is for.

    Args:
        rule: The rule.
        stumble: What happens; its `comes` is filled in.
        moments: The moments that count.
        count: At the so-maniest of them in each run; at each of them if 0.
    """

    def __init__(
        self, rule: Rule, stumble: Stumble, moments: frozenset[Moment], count: int = 1
    ) -> None:
        self.rule = rule
        self._stumble = stumble
        self._moments = moments
        self._count = count

    def __call__(self, point: Point) -> Stumble | None:
        """What may happen to this run, or `None`."""
        if not self.rule.concerns(point):
            return None
        return self._stumble._replace(comes=partial(self._comes, point, [0]))

    def _comes(self, point: Point, counted: list[int], moment: Moment) -> bool:
        if moment not in self._moments:
            return False
        counted[0] += 1
        return self._count in {0, counted[0]} and self.rule.strikes(point)


def first(asked: Sequence[Callable[[Any], Any]], point: Point) -> Any:
    """What the first says that says anything."""
    for ask in asked:
        effect = ask(point)
        if effect is not None:
            return effect
    return None


def every(asked: Sequence[Callable[[Any], Any]], point: Point) -> list[Any]:
    """What all say that say anything."""
    return [effect for ask in asked if (effect := ask(point)) is not None]
