"""asyncio's event loops in virtual time.

A loop that has nothing to do waits for its next timer or for its selector. While a fake is active it
waits in virtual time instead: in the test's thread it drives, in a process it parks, in another thread
it waits as that thread does. Timers of all loops so come up in order with the agenda.

Taken from asyncio beyond its documented API: `BaseEventLoop._run_once`, `time` of the class, `_ready`,
`_scheduled`, `_stopping`, `_selector`, `_process_events`, `_call_soon`, `_clock_resolution`.
"""

from __future__ import annotations

import asyncio
import heapq
from asyncio import BaseEventLoop
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from pytest_fakeaws.sim.companions import HostEvent, Watchable
from pytest_fakeaws.sim.instants import FOREVER, SECOND, Duration
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.real_time import real_time

_RESOLUTION = 1 / SECOND
"""Virtual time has whole microseconds, so that much before a timer is time enough."""

_OWN_DESCRIPTORS = 1
"""How many a loop listens to for itself: the pipe through which other threads wake it."""


class Loops:
    """Puts every loop that runs meanwhile into virtual time.

    Args:
        gate: Goes into the simulation.
        wait: Waits in virtual time, for something or for a length of time.
        applies: Whether the current thread lives in virtual time.
        elapsed: Virtual time since the fake started.
    """

    def __init__(
        self,
        gate: Gate,
        wait: Callable[[Watchable, Duration], bool],
        applies: Callable[[], bool],
        elapsed: Callable[[], Duration],
    ) -> None:
        self._gate = gate
        self._wait = wait
        self._applies = applies
        self._elapsed = elapsed
        self._patches = Patches()
        self._seen: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._base = 0.0

    def start(self) -> None:
        """Let loops live in virtual time from now on; what they have timed goes on from here."""
        self._base = real_time() - self._elapsed() / SECOND
        run_once = vars(BaseEventLoop)["_run_once"]

        def virtual_run_once(loop: Any) -> None:
            if self._applies():
                self._turn(loop)
            run_once(loop)

        def time_of(loop: Any) -> float:
            return self._time_of(loop)

        self._patches.replace(BaseEventLoop, "_run_once", virtual_run_once)
        self._patches.replace(BaseEventLoop, "time", time_of)

    def stop(self) -> None:
        """Let them live in real time again; what is still timed keeps its distance."""
        shift = real_time() - self._time()
        self._patches.undo()
        for loop, resolution in self._seen.items():
            loop._clock_resolution = resolution
            for handle in loop._scheduled:
                handle._when += shift
        self._seen.clear()

    def _time_of(self, loop: Any) -> float:
        """The clock of *loop*: that of a thread which knows nothing of us stays real."""
        if loop in self._seen or self._applies():
            return self._time()
        return real_time()

    def _time(self) -> float:
        return self._base + self._elapsed() / SECOND

    def _turn(self, loop: Any) -> None:
        """Wait, if the loop has nothing to do now, until it has."""
        if loop._ready:
            return
        if loop not in self._seen:
            self._seen[loop] = loop._clock_resolution
            loop._clock_resolution = _RESOLUTION
        _forget_cancelled_timers(loop)
        turn = _Turn(loop, self._gate)
        if not turn.over(0):
            self._wait(turn, self._until_next_timer(loop))

    def _until_next_timer(self, loop: Any) -> Duration:
        if not loop._scheduled:
            return FOREVER
        when: float = loop._scheduled[0]._when
        return max(0, round((when - self._base) * SECOND) - self._elapsed())


class _Turn(HostEvent):
    """That a loop has something to do, as an event of the host.

    Args:
        loop: The loop.
        gate: Goes into the simulation.
    """

    def __init__(self, loop: Any, gate: Gate) -> None:
        super().__init__()
        self._loop = loop
        self._gate = gate

    @property
    def from_afar(self) -> bool:
        """Whether it listens to more than itself: sockets, child processes, signals."""
        get_map: Callable[[], Any] = getattr(self._loop._selector, "get_map", dict)
        listens = len(get_map() or ()) > _OWN_DESCRIPTORS
        return listens or bool(getattr(self._loop, "_signal_handlers", None))

    def over(self, seconds: float) -> bool:
        """Listen for so long, unless there is something to do already."""
        loop = self._loop
        if not loop._ready and not loop._stopping:
            loop._process_events(loop._selector.select(seconds))
        return bool(loop._ready or loop._stopping)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* when somebody gives the loop something to do."""
        call_soon = self._loop._call_soon

        def telling_call_soon(*args: Any) -> asyncio.Handle:
            handle: asyncio.Handle = call_soon(*args)
            with self._gate.inside:
                watcher()
            return handle

        self._loop._call_soon = telling_call_soon

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* any more."""
        vars(self._loop).pop("_call_soon", None)


def _forget_cancelled_timers(loop: Any) -> None:
    """As the loop would: time does not go on to a timer that was cancelled."""
    scheduled = loop._scheduled
    while scheduled and scheduled[0]._cancelled:
        loop._timer_cancelled_count -= 1
        heapq.heappop(scheduled)._scheduled = False
