"""`time.sleep` in virtual time, wherever the name was bound."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import ModuleType

from pytest_fakeaws.sim.instants import SECOND, Duration
from pytest_fakeaws.wire.tools import TOOLS, package_at

REAL_SLEEPERS = frozenset(
    {
        *TOOLS,
        "multiprocessing",
        "selectors",
        "socketserver",
        "subprocess",
    }
)
"""Packages that wait for the real world with `time.sleep`, and must go on doing so."""

_searched: dict[str, int] = {}
"""How many names each module had when all were searched; one that has grown is searched again."""

_bound: dict[str, tuple[str, ...]] = {}
"""The names by which modules know `time.sleep`, of those that do."""


class VirtualSleep:
    """Replaces `time.sleep`, and the names that modules bound it to.

    Args:
        sleep: Waits in virtual time.
        applies: Whether the current thread lives in virtual time.
    """

    def __init__(self, sleep: Callable[[Duration], None], applies: Callable[[], bool]) -> None:
        self._virtual = sleep
        self._applies = applies
        self._active = False
        self._real = time.sleep
        self._replaced: list[tuple[ModuleType, str]] = []

    def start(self) -> None:
        """Sleep in virtual time from now on."""
        self._real = time.sleep
        self._active = True
        self._replaced = [(time, "sleep"), *_names_bound_to(self._real)]
        for module, name in self._replaced:
            setattr(module, name, self._sleep)

    def stop(self) -> None:
        """Sleep in real time again, also by names bound in the meantime."""
        self._active = False
        for module, name in self._replaced:
            if vars(module).get(name) == self._sleep:
                setattr(module, name, self._real)

    def _sleep(self, seconds: float, /) -> None:
        if not self._active or package_at(sys._getframe(1)) in REAL_SLEEPERS or not self._applies():
            self._real(seconds)
            return
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._virtual(round(seconds * SECOND))


def _names_bound_to(sleep: Callable[[float], None]) -> list[tuple[ModuleType, str]]:
    """The names in imported modules that are *sleep*."""
    modules = sys.modules.copy()
    sizes = {name: len(getattr(module, "__dict__", ())) for name, module in modules.items()}
    if sizes != _searched:
        _search([name for name, size in sizes.items() if size != _searched.get(name)], sleep)
        _searched.clear()
        _searched.update(sizes)
    return [
        (module, name)
        for module_name, names in _bound.items()
        if (module := modules.get(module_name)) is not None
        for name in names
        if vars(module).get(name) is sleep
    ]


def _search(modules: list[str], sleep: Callable[[float], None]) -> None:
    for module_name in modules:
        _bound.pop(module_name, None)
        if module_name == "time" or module_name.partition(".")[0] in REAL_SLEEPERS:
            continue
        names = list(getattr(sys.modules.get(module_name), "__dict__", {}).items())
        found = tuple(name for name, value in names if value is sleep)
        if found:
            _bound[module_name] = found
