"""Waits for child processes: while the test's thread waits for one, it attends to what comes from outside.

Without it a function that a child process invokes would wait for the thread that waits for the child.

Taken from the standard library: `subprocess.Popen.wait` and `communicate`, through which `subprocess.run` and
its kin wait; `communicate` may be called again after it has timed out, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from subprocess import Popen, TimeoutExpired
from typing import Any

from pytest_fakeaws.wire.endpoint.errands import Errands
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.real_time import real_time

_LOOK = 0.01


class ChildWaits:
    """Lets the test's thread attend while it waits for a child.

    Args:
        errands: What there is to attend to.
    """

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._patches = Patches()

    def start(self) -> None:
        """Attend from now on."""
        self._patches.replace(Popen, "wait", self._waiting(Popen.wait))
        self._patches.replace(Popen, "communicate", self._communicating(Popen.communicate))

    def stop(self) -> None:
        """Let children be waited for as ever."""
        self._patches.undo()

    def _waiting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def wait(child: Any, timeout: float | None = None) -> Any:
            if not self._errands.may_attend:
                return original(child, timeout)
            late = _lateness(timeout)
            self._errands.attend(lambda: child.poll() is not None or late(), _LOOK)
            if child.poll() is None:
                raise TimeoutExpired(child.args, timeout or 0)
            return child.returncode

        return wait

    def _communicating(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def communicate(child: Any, input: Any = None, timeout: float | None = None) -> Any:  # noqa: A002 - its name
            if not self._errands.may_attend:
                return original(child, input, timeout)
            late = _lateness(timeout)
            while True:
                try:
                    return original(child, input, _LOOK)
                except TimeoutExpired as error:
                    if late():
                        error.timeout = timeout or 0
                        raise
                input = None  # noqa: A001 - it is sent on without being given again
                self._errands.turn()

        return communicate


def _lateness(timeout: float | None) -> Callable[[], bool]:
    """Tells whether so many real seconds are over."""
    end = None if timeout is None else real_time() + timeout
    return lambda: end is not None and real_time() >= end
