"""Blocking waits of the standard library in virtual time: conditions, events, queues, futures, joins.

Everything in `threading`, `queue` and `concurrent.futures` that blocks, but for a bare lock and
`SimpleQueue`, blocks in `Condition.wait`, which makes itself a lock for it, or in `Thread.join`. In the
test's thread such a wait drives (in a process of the simulation it parks), its timeout in virtual
time. In other threads the timeout of `Event.wait` is virtual, for it means to sleep.

Taken from the standard library beyond its documented API: `threading._allocate_lock`.
"""

from __future__ import annotations

import sys
import threading
from _thread import allocate_lock
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol
from weakref import WeakSet

from pytest_fakeaws.sim.companions import HostEvent, Watchable
from pytest_fakeaws.sim.instants import FOREVER, SECOND, Duration
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.tools import TOOLS, package_at

_real_join = threading.Thread.join
_LAST_STEPS = 1.0
"""Real seconds for a thread to end that has left the list of threads already."""

_STANDARD = frozenset({"concurrent", "queue", "threading"})


class VirtualWait(Protocol):
    """Waits in virtual time, whoever asks."""

    def __call__(self, watched: Watchable, length: Duration) -> bool:
        """Wait until *watched* happens, for *length* at most, and say whether it has."""


class Blocking:
    """Replaces what blocks.

    Args:
        gate: Goes into the simulation.
        wait: Waits in virtual time.
        applies: Whether the current thread lives in virtual time.
        waking: Threads that have been let go on, and have yet to do so.
    """

    def __init__(
        self,
        gate: Gate,
        wait: VirtualWait,
        applies: Callable[[], bool],
        waking: WeakSet[threading.Thread],
    ) -> None:
        self.waking = waking
        self.gate = gate
        self.wait = wait
        self._applies = applies
        self._active = False
        self._patches = Patches()

    def start(self) -> None:
        """Block in virtual time from now on."""
        self._active = True
        blocking = self

        def join(thread: threading.Thread, timeout: float | None = None) -> None:
            blocking.join(thread, timeout)

        self._patches.replace(threading, "_allocate_lock", self._make_lock)
        self._patches.replace(threading.Thread, "join", join)

    def stop(self) -> None:
        """Block in real time again."""
        self._active = False
        self._patches.undo()

    def is_virtual(self, *, sleeps: bool) -> bool:
        """Whether the current thread waits in virtual time.

        Args:
            sleeps: Whether it waits as in a sleep, and not for somebody else.
        """
        if not self._active:
            return False
        return self.gate.is_home or (sleeps and self._applies())

    def _make_lock(self) -> Any:
        """A lock as `threading` asks for it: one of ours to wait in, a real one for its own affairs."""
        waits = sys._getframe(1).f_code is threading.Condition.wait.__code__
        return _Lock(self) if waits else allocate_lock()

    def join(self, thread: threading.Thread, timeout: float | None) -> None:
        """`Thread.join`: in the test's thread time goes on meanwhile."""
        at_once = timeout is not None and timeout <= 0
        if at_once or not thread.is_alive() or not self.is_virtual(sleeps=False):
            _real_join(thread, timeout)
        else:
            self.wait(_End(thread), FOREVER if timeout is None else round(timeout * SECOND))


class _End(HostEvent):
    """The end of a thread, which nobody tells us of: it is looked for."""

    def __init__(self, thread: threading.Thread) -> None:
        super().__init__()
        self._thread = thread

    @property
    def from_afar(self) -> bool:
        return True  # a thread that has almost ended is in no list any more

    def over(self, seconds: float) -> bool:
        if self._thread not in threading.enumerate():
            seconds = _LAST_STEPS
        _real_join(self._thread, seconds)
        return not self._thread.is_alive()


class _Lock(HostEvent):
    """The lock in which a `Condition` waits: its maker acquires it at once, and is released by another."""

    def __init__(self, blocking: Blocking) -> None:
        super().__init__()
        self._blocking = blocking
        self._lock = allocate_lock()
        self._has_it = False
        self._waiting: threading.Thread | None = None

    def acquire(self, block: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002
        if self._lock.acquire(blocking=False):
            return True
        blocking, caller = self._blocking, sys._getframe(1)
        virtual = blocking.is_virtual(sleeps=timeout >= 0 and _sleeps(caller))
        if not block or not virtual or _is_real(caller):
            return self._acquire_in_real_time(block, timeout)
        length = FOREVER if timeout < 0 else round(timeout * SECOND)
        return blocking.wait(self, length) or self.over(0)

    def _acquire_in_real_time(self, block: bool, timeout: float) -> bool:  # noqa: FBT001
        thread = self._waiting = threading.current_thread()
        try:
            if block and timeout < 0:
                return self._lock.acquire()  # without arguments, as the watchdog tells it by
            return self._lock.acquire(block, timeout)
        finally:
            self._waiting = None
            self._blocking.waking.discard(thread)

    def release(self) -> None:
        thread = self._waiting
        if thread is not None:  # busy before it is let go on
            self._blocking.waking.add(thread)
            if self._waiting is None:
                self._blocking.waking.discard(thread)
        self._lock.release()
        if self.watchers:
            with self._blocking.gate.inside:
                for watcher in list(self.watchers):
                    watcher()

    def over(self, seconds: float) -> bool:
        if not self._has_it:
            self._has_it = self._lock.acquire(timeout=seconds)
        return self._has_it


def _sleeps(frame: FrameType) -> bool:
    """Whether `Condition.wait`, at *frame*, was called by `Event.wait`."""
    return frame.f_back is not None and frame.f_back.f_code is threading.Event.wait.__code__


def _is_real(frame: FrameType) -> bool:
    """Whether what called `Condition.wait` is a tool's, or the start of a thread, which takes no time."""
    caller: FrameType | None = frame
    while caller is not None and package_at(caller) in _STANDARD:
        if caller.f_code is threading.Thread.start.__code__:
            return True
        caller = caller.f_back
    return caller is not None and package_at(caller) in TOOLS
