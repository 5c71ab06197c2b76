"""Schedules: the ways in which one program can go, numbered from tame to wild.

A schedule is what its number and the seed make it, and nothing else. Number 0 is the plain one. The lower numbers do
one thing to the program, and nothing else is different: they are the ones to read when it fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pytest_fakeaws.faults import chaos
from pytest_fakeaws.faults.chaos import Measure
from pytest_fakeaws.faults.injector import Injector
from pytest_fakeaws.faults.inside import Mishap, Moment, Stumble, never
from pytest_fakeaws.faults.rules import Ambush, Once, Strike
from pytest_fakeaws.faults.when import When
from pytest_fakeaws.journal.wording import ordinal

_SEEDS = 1_000_003
"""Keeps the seeds of schedules apart: those of one seed from those of the next."""

_STEP = 0.005
_WILDEST = 0.3

_POINTS = frozenset({Moment.CALLING, Moment.CALLED, Moment.RETURNED})


class Schedule(NamedTuple):
    """One way in which a program can go.

    Attributes:
        number: Its number.
        seed: The seed of everything random in it.
        crash_at: The so-maniest point at which a handler or consumer crashes: before each call of AWS, after
            each, and when a handler has returned; 0 for nowhere.
        copy_of: The so-maniest deletion of a message after which it is delivered again; 0 for none.
        shuffled: Whether things due at one instant, and messages that wait, come in another order.
        probability: How likely a crash and a second delivery are wherever they can be.
    """

    number: int
    seed: int
    crash_at: int = 0
    copy_of: int = 0
    shuffled: bool = False
    probability: float = 0

    @classmethod
    def of(cls, number: int, seed: int) -> Schedule:
        """The schedule of this number."""
        if number == 0:
            return cls(number, seed)
        turn, kind = divmod(number - 1, 4)
        if kind in {0, 2}:
            return cls(number, seed, crash_at=2 * turn + 1 + kind // 2)
        if kind == 1:
            return cls(number, seed, copy_of=turn + 1)
        mixed = turn % 2
        probability = min(_WILDEST, _STEP * turn) if mixed else 0
        return cls(number, seed + _SEEDS * number, shuffled=True, probability=probability)

    def install(self, injector: Injector) -> None:
        """Let everything go by it from now on."""
        for measure in self._measures(injector):
            injector.add(measure.hook, measure.asked)

    def _measures(self, injector: Injector) -> Iterator[Measure]:
        if self.crash_at:
            yield _crash(injector, When(times=1, skip=self.crash_at - 1), None)
        if self.copy_of:
            yield _copy(injector, When(times=1, skip=self.copy_of - 1), None)
        if self.shuffled:
            yield chaos.shuffling(injector, When())
        if self.probability:
            yield _crash(injector, When(probability=self.probability), Once())
            yield _copy(injector, When(probability=self.probability), Once())

    def __str__(self) -> str:
        return f"schedule {self.number}: {', '.join(self._words()) or 'the plain one'}"

    def _words(self) -> Iterator[str]:
        if self.crash_at:
            yield f"a crash at the {ordinal(self.crash_at)} point"
        if self.copy_of:
            yield f"a second delivery after the {ordinal(self.copy_of)} deletion"
        if self.shuffled:
            yield "another seed and another order"
        if self.probability:
            yield f"crashes and second deliveries, {self.probability:.1%} likely"


def _crash(injector: Injector, when: When, once: Once | None) -> Measure:
    rule = injector.rule("crashed", when, chaos.redelivered, once=once)
    stumble = Stumble(Mishap.CRASH, never, restart=chaos.RESTART)
    return Measure("run", Ambush(rule, stumble, _POINTS, 0))


def _copy(injector: Injector, when: When, once: Once | None) -> Measure:
    rule = injector.rule("will be delivered again", when, lambda _: True, once=once)
    return Measure("deleting", Strike(rule, 0))
