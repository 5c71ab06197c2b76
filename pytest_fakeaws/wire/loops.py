"""asyncio's event loops in virtual time.

A loop that has nothing to do waits for its next timer or for its selector. While a fake is active it
waits in virtual time instead: in the test's thread it drives, in a process it parks, in another thread
it waits as that thread does. Timers of all loops so come up in order with the agenda.

The clock of a loop never jumps but with its timers: it goes on from where it was when the fake began,
and afterwards from where virtual time ended.

Taken from asyncio beyond its documented API: `BaseEventLoop._run_once`, `time` of the class, `_ready`,
`_scheduled`, `_stopping`, `_selector`, `_process_events`, `_call_soon`, `_clock_resolution`,
`_timer_cancelled_count`, `_signal_handlers`, and of its timers `_when`, `_cancelled`, `_scheduled`,
`_callback`.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from asyncio.base_events import BaseEventLoop
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped
from pytest_fakeaws.sim.companions import HostEvent, Watchable
from pytest_fakeaws.sim.instants import FOREVER, SECOND, Duration
from pytest_fakeaws.sim.process import ProcessEnded
from pytest_fakeaws.wire.children import Children
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.patience import PATIENCE
from pytest_fakeaws.wire.real_time import real_time

__tracebackhide__ = HIDE_FROM_TRACEBACK

_RESOLUTION = 1 / SECOND
"""Virtual time has whole microseconds, so that much before a timer is time enough."""

_OWN_DESCRIPTORS = 1
"""How many a loop listens to for itself: the pipe through which other threads wake it."""

_IDLE_LISTENERS = frozenset({"_accept_connection", "_read_from_self"})
"""What a loop does with what it hears from a server's socket, and from that pipe."""

_GRACE = 0.01
"""Real seconds for which a loop listens to its sockets before time goes on: data may be on its way."""

_ahead: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
"""By how many seconds the clock of a loop that has lived in virtual time is ahead of the real one."""


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
        self._children = Children()
        self._seen: WeakKeyDictionary[Any, _Seen] = WeakKeyDictionary()
        self._real: WeakSet[Any] = WeakSet()
        self._base = 0.0
        self._active = False

    def start(self) -> None:
        """Let loops live in virtual time from now on; what they have timed goes on from here."""
        self._base = real_time() - self._elapsed() / SECOND
        for loop in list(_ahead):
            vars(loop).pop("time", None)
        run_once = vars(BaseEventLoop)["_run_once"]
        report = vars(BaseEventLoop)["call_exception_handler"]

        def virtual_run_once(loop: Any) -> None:
            if self._applies():
                self._turn(loop)
            run_once(loop)

        def time_of(loop: Any) -> float:
            return self._time_of(loop)

        def report_others(loop: Any, context: dict[str, Any]) -> None:
            if not isinstance(context.get("exception"), ProcessEnded):
                report(loop, context)

        self._children.start()
        self._patches.replace(BaseEventLoop, "_run_once", virtual_run_once)
        for kind in _kinds_with_the_clock_of_all():
            self._patches.replace(kind, "time", time_of)
        # A task that still calls AWS when its process has been killed is refused, and that is no news.
        self._patches.replace(BaseEventLoop, "call_exception_handler", report_others)
        self._active = True

    def stop(self) -> None:
        """Let them live in real time again; their clocks go on from where they are."""
        self._active = False
        self._patches.undo()
        self._children.stop()
        _forget_copies()
        for loop, seen in self._seen.items():
            loop._clock_resolution = seen.resolution
            _ahead[loop] = ahead = self._time(seen) - real_time()
            loop.time = partial(_time_ahead, ahead)
            seen.let_settlers_go()
        self._seen.clear()

    async def settled(self) -> None:
        """Wait until nothing is left to do at the present instant, in the running loop and around it."""
        loop = asyncio.get_running_loop()
        settled: asyncio.Future[None] = loop.create_future()
        self._see(loop).settlers.append(settled)
        await settled

    def _see(self, loop: Any) -> _Seen:
        seen = self._seen.get(loop)
        if seen is None:
            base = self._base
            if loop in self._real:  # its clock went on until now
                base = real_time() - self._elapsed() / SECOND
            base += _ahead.get(loop, 0.0)
            seen = self._seen[loop] = _Seen(base, loop._clock_resolution)
            # Its own, for a freeze with `real_asyncio` replaces that of the class.
            loop.time = partial(self._time, seen)
        return seen

    def _time_of(self, loop: Any) -> float:
        """The clock of a *loop* that has not been seen: in a thread that does not know us it is real."""
        if self._active and self._applies():
            return self._time(self._see(loop))
        self._real.add(loop)
        return _time_ahead(_ahead.get(loop, 0.0))

    def _time(self, seen: _Seen) -> float:
        return seen.base + self._elapsed() / SECOND

    def _turn(self, loop: Any) -> None:
        """Wait, if the loop has nothing to do now, until it has."""
        seen = self._see(loop)
        # The further the clock is on, the coarser its numbers.
        loop._clock_resolution = max(_RESOLUTION, 2 * math.ulp(self._time(seen)))
        if loop._ready:
            return
        _forget_cancelled_timers(loop)
        turn = _Turn(loop, self._gate)
        if turn.over(0) or self._comes_at_this_instant(turn, seen):
            return
        self._wait(turn, self._until_next_timer(loop, seen))

    def _comes_at_this_instant(self, turn: _Turn, seen: _Seen) -> bool:
        """Whether the loop has something to do before time goes on; nobody looks if nobody needs to know."""
        awaits_child = self._children.awaited(turn.loop)
        if not (seen.settlers or awaits_child or turn.from_afar):
            return False
        if self._wait(turn, 0) or not self._until_next_timer(turn.loop, seen):
            return True
        if awaits_child:
            self._await_child(turn)
            return True
        if turn.is_connected and turn.over(_GRACE):
            return True
        return seen.let_a_settler_go()

    def _await_child(self, turn: _Turn) -> None:
        latest = real_time() + PATIENCE
        while not (turn.over(_GRACE) or self._wait(turn, 0)):
            if real_time() > latest:
                raise ClockStopped(
                    f"Time cannot go on: a task has awaited a child process for {PATIENCE:.0f} real seconds.",
                    "A child lives in real time, and virtual time stands still while its end or its "
                    "output is awaited.",
                    "Let it end, or let it write to a file instead of a pipe.",
                )

    def _until_next_timer(self, loop: Any, seen: _Seen) -> Duration:
        if not loop._scheduled:
            return FOREVER
        when: float = loop._scheduled[0]._when
        return max(0, round((when - seen.base) * SECOND) - self._elapsed())


class _Seen:
    """What we know of a loop.

    Args:
        base: What its clock showed when virtual time began.
        resolution: That of its clock, in real time.

    Attributes:
        settlers: Resolved, one by one, whenever there is nothing left to do at an instant.
    """

    def __init__(self, base: float, resolution: float) -> None:
        self.base = base
        self.resolution = resolution
        self.settlers: deque[asyncio.Future[None]] = deque()

    def let_a_settler_go(self) -> bool:
        """Go on with whoever waits for everything to settle; say whether there was anybody."""
        while self.settlers:
            settler = self.settlers.popleft()
            if not settler.done():  # else its task was cancelled
                settler.set_result(None)
                return True
        return False

    def let_settlers_go(self) -> None:
        """Let nobody wait any longer."""
        while self.let_a_settler_go():
            pass


class _Turn(HostEvent):
    """That a loop has something to do, as an event of the host.

    Args:
        loop: The loop.
        gate: Goes into the simulation.
    """

    def __init__(self, loop: Any, gate: Gate) -> None:
        super().__init__()
        self.loop = loop
        self._gate = gate

    @property
    def from_afar(self) -> bool:
        """Whether it listens to more than itself: sockets, child processes, signals."""
        listens = len(self._listened_to()) > _OWN_DESCRIPTORS
        return listens or bool(getattr(self.loop, "_signal_handlers", None))

    @property
    def is_connected(self) -> bool:
        """Whether data may be on its way to it, as no server has that nobody has connected to."""
        return any(
            writer is not None
            or getattr(reader and reader._callback, "__name__", "") not in _IDLE_LISTENERS
            for reader, writer in (key.data for key in self._listened_to())
        )

    def _listened_to(self) -> list[Any]:
        get_map: Callable[[], Any] = getattr(self.loop._selector, "get_map", dict)
        return list((get_map() or {}).values())

    def over(self, seconds: float) -> bool:
        """Listen for so long, unless there is something to do already."""
        loop = self.loop
        if not loop._ready and not loop._stopping:
            loop._process_events(loop._selector.select(seconds))
        return bool(loop._ready or loop._stopping)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* when somebody gives the loop something to do."""
        call_soon = self.loop._call_soon

        def telling_call_soon(*args: Any) -> asyncio.Handle:
            handle: asyncio.Handle = call_soon(*args)
            with self._gate.inside:
                watcher()
            return handle

        self.loop._call_soon = telling_call_soon

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* any more."""
        vars(self.loop).pop("_call_soon", None)


def _forget_cancelled_timers(loop: Any) -> None:
    """As the loop would: time does not go on to a timer that was cancelled."""
    scheduled = loop._scheduled
    while scheduled and scheduled[0]._cancelled:
        loop._timer_cancelled_count -= 1
        heapq.heappop(scheduled)._scheduled = False


def _kinds() -> list[type[BaseEventLoop]]:
    kinds = [BaseEventLoop]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds


def _kinds_with_the_clock_of_all() -> list[type[BaseEventLoop]]:
    """The class of all loops, and those to which a freeze with `real_asyncio` has given a copy of its clock."""
    clock = vars(BaseEventLoop)["time"]
    return [
        kind
        for kind in _kinds()
        if (own := vars(kind).get("time")) is clock
        or getattr(own, "__module__", "") == "freezegun.api"
    ]


def _forget_copies() -> None:
    """Take our own clock from where such a freeze "put it back"."""
    for kind in _kinds():
        if getattr(vars(kind).get("time"), "__module__", "") == __name__:
            del kind.time


def _time_ahead(ahead: float) -> float:
    return real_time() + ahead
