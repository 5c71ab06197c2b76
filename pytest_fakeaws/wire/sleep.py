"""`time.sleep` in virtual time, wherever the name was bound."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from pytest_fakeaws.sim.instants import SECOND, Duration

REAL_SLEEPERS = frozenset(
    {
        "_pytest",
        "asyncio",
        "concurrent",
        "debugpy",
        "execnet",
        "freezegun",
        "multiprocessing",
        "pdb",
        "pydevd",
        "pytest_rerunfailures",
        "pytest_timeout",
        "selectors",
        "socketserver",
        "subprocess",
        "threading",
        "time_machine",
        "xdist",
    }
)
"""Packages that wait for the real world with `time.sleep`, and must go on doing so."""

_searched: dict[str, int] = {}
"""How many names each module had when it was searched; one that has grown is searched again."""

_bound: dict[str, tuple[str, ...]] = {}
"""The names by which modules that were searched know `time.sleep`, where there are any."""


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
        caller = sys._getframe(1).f_globals.get("__name__", "").partition(".")[0]
        if not self._active or caller in REAL_SLEEPERS or not self._applies():
            self._real(seconds)
            return
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._virtual(round(seconds * SECOND))


def _names_bound_to(sleep: Callable[[float], None]) -> list[tuple[ModuleType, str]]:
    """The names in imported modules that are *sleep*."""
    grown = [
        module_name
        for module_name, module in list(sys.modules.items())
        if _searched.get(module_name) != len(getattr(module, "__dict__", ()))
    ]
    for module_name in grown:
        names = getattr(sys.modules[module_name], "__dict__", {})
        _searched[module_name] = len(names)
        _bound[module_name] = _search(module_name, names, sleep)
    return [
        (module, name)
        for module_name, names in _bound.items()
        if names and (module := sys.modules.get(module_name)) is not None
        for name in names
        if vars(module).get(name) is sleep
    ]


def _search(
    module_name: str, names: dict[str, Any], sleep: Callable[[float], None]
) -> tuple[str, ...]:
    if module_name == "time" or module_name.partition(".")[0] in REAL_SLEEPERS:
        return ()
    return tuple(name for name, value in list(names.items()) if value is sleep)
