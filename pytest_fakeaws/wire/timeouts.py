"""The clocks by which libraries measure how long they may wait: virtual wherever the wait itself is.

`time.monotonic` stays real, for most of what reads it measures the real world. These modules wait in
virtual time, so they are given a clock of their own.

Taken from each module beyond its documented API: the global name by which it knows its clock.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

from pytest_fakeaws.wire.imports import ImportWatch
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.real_time import real_time

_NANOSECOND = 1e-9


class _Clock(NamedTuple):
    """Where a library keeps its clock.

    Attributes:
        module: The module.
        name: Its global name for `time.monotonic`, or for the module `time`.
        everywhere: Whether it is virtual in every thread that sleeps virtually, for it measures sleeps;
            otherwise in the test's thread only.
    """

    module: str
    name: str
    everywhere: bool = False


CLOCKS = (
    _Clock("threading", "_time"),
    _Clock("queue", "time"),
    _Clock("concurrent.futures._base", "time"),
    _Clock("tenacity", "time", everywhere=True),
)
"""Those that we know."""


class Timeouts:
    """Gives those modules a virtual clock, whether they are imported already or while it is active.

    Args:
        at_home: Whether the current thread is the test's.
        applies: Whether the current thread lives in virtual time.
        elapsed: Seconds of virtual time since the fake started.
    """

    def __init__(
        self,
        at_home: Callable[[], bool],
        applies: Callable[[], bool],
        elapsed: Callable[[], float],
    ) -> None:
        self._elapsed = elapsed
        self._origin = real_time()
        self._reads = 0
        self._active = False
        self._clocks = {False: self._clock(at_home), True: self._clock(applies)}
        self._patches = Patches()
        self._watches = [
            ImportWatch(clock.module, partial(self._replace, clock)) for clock in CLOCKS
        ]

    def start(self) -> None:
        """Measure in virtual time from now on."""
        self._active = True
        for watch in self._watches:
            watch.start()

    def stop(self) -> None:
        """Measure in real time again."""
        self._active = False
        for watch in self._watches:
            watch.stop()
        self._patches.undo()

    def _clock(self, applies: Callable[[], bool]) -> Callable[[], float]:
        def monotonic() -> float:
            return self._virtual() if self._active and applies() else real_time()

        return monotonic

    def _virtual(self) -> float:
        """Never the same twice, for there are loops that wait until a deadline has passed."""
        self._reads += 1
        return self._origin + self._elapsed() + self._reads * _NANOSECOND

    def _replace(self, clock: _Clock) -> None:
        module = sys.modules[clock.module]
        monotonic = self._clocks[clock.everywhere]
        as_module = isinstance(getattr(module, clock.name), ModuleType)
        self._patches.replace(module, clock.name, _Time(monotonic) if as_module else monotonic)


class _Time(ModuleType):
    """The module `time` with another monotonic clock."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__("time", "The module `time` with a monotonic clock of its own.")
        self.monotonic = monotonic

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
