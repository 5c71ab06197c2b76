"""The clocks by which the run measures itself: they go on showing real time.

freezegun is told which modules to leave alone. time-machine changes the function `time.time` in place, for
whoever holds it, so those modules are given another one.

Taken from freezegun beyond its documented API: `freezegun.api.real_time`. Taken from the tools: that they
know the clock, or the module it is in, by the global name `time`.
"""

from __future__ import annotations

import sys
import time
from types import ModuleType
from typing import Any

from pytest_fakeaws.wire.host_time import REAL_TIME_MODULES


class Stopwatches:
    """Gives the modules that measure the run a clock of their own, as far as they are loaded."""

    def __init__(self) -> None:
        self._before: list[tuple[ModuleType, Any, Any]] = []

    def start(self) -> None:
        """Let them show real time, whatever the host's clock is made to show."""
        clocks = {id(time): _REAL, id(time.time): _REAL.time}  # noqa: TID251
        for name in REAL_TIME_MODULES:
            module = sys.modules.get(name)
            bound = getattr(module, "time", None)
            if module is not None and id(bound) in clocks:
                self._before.append((module, bound, clocks[id(bound)]))
                module.time = clocks[id(bound)]  # type: ignore[attr-defined]

    def stop(self) -> None:
        """Give them back what they had, unless somebody else has changed it since."""
        while self._before:
            module, bound, ours = self._before.pop()
            if getattr(module, "time", None) is ours:
                module.time = bound  # type: ignore[attr-defined]


class _RealTime(ModuleType):
    """The module `time`, but for its wall clock."""

    @staticmethod
    def time() -> float:
        """Real `time.time()`, under whatever travel or freeze."""
        machine: Any = sys.modules.get("time_machine")
        if machine is not None and machine.escape_hatch.is_travelling():
            return float(machine.escape_hatch.time.time())
        freezer: Any = sys.modules.get("freezegun.api")
        return time.time() if freezer is None else float(freezer.real_time())  # noqa: TID251

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


_REAL = _RealTime("time", "The module `time` with a wall clock that nobody turns.")
