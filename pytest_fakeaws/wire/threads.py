"""The threads beside the test's own: who they are, whether they wait, and how they wait for virtual time.

Time moves only when all of them wait. Only the test's own thread runs what the simulation has of user
code, so it is the one that turns the clock; where it is blocked in a lock that we cannot see, whoever
waits for the earliest instant turns it.
"""

from __future__ import annotations

import sys
import threading
import traceback
from _thread import allocate_lock
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from weakref import WeakKeyDictionary, WeakSet

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped
from pytest_fakeaws.sim.companions import HostEvent, Watchable
from pytest_fakeaws.sim.instants import FOREVER, Instant
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.pools import Pools, stands_in_a_pool
from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.samples import STILL, Samples, waits_for_the_world
from pytest_fakeaws.wire.stragglers import (
    SilentEnds,
    ThreadEnded,
    forgive,
    is_left,
    refuse_straggler,
)
from pytest_fakeaws.wire.tools import TOOLS, package

__tracebackhide__ = HIDE_FROM_TRACEBACK

PATIENCE = 60.0
"""Real seconds for which time waits for a thread that is busy."""

_ANOTHER_WAIT = 1.0
"""Real seconds in which nobody asked whether time may move, after which patience begins anew."""


class _Parked:
    """A thread that waits with us.

    Args:
        thread: The thread.
        deadline: The instant at which it goes on at the latest.
    """

    def __init__(self, thread: threading.Thread, deadline: Instant) -> None:
        self.thread = thread
        self.deadline = deadline
        self.called = False
        self.ended = False
        self.go = allocate_lock()
        self.go.acquire()


class _Impatience:
    """For how long whoever wants time to move has been kept waiting by the same thread."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._since = 0.0
        self._asked = 0.0

    def exhausted_by(self, thread: threading.Thread) -> bool:
        """Whether *thread*, found busy again, has used up all patience; if so, that begins anew."""
        now = real_time()
        if thread is not self._thread or now - self._asked > _ANOTHER_WAIT:
            self._thread, self._since = thread, now
        self._asked = now
        if now - self._since <= PATIENCE:
            return False
        self._thread = None
        return True


class Threads:
    """Every thread of the process but the one that the fake lives on.

    Args:
        gate: Goes into the simulation.
        simulation: Returns the simulation; a reset makes a new one.

    Attributes:
        waking: Threads that have been let go on, and have yet to do so.
    """

    def __init__(self, gate: Gate, simulation: Callable[[], Simulation]) -> None:
        self.waking: WeakSet[threading.Thread] = WeakSet()
        self._gate = gate
        self._simulation = simulation
        self._owner = threading.current_thread()
        self._before = WeakSet(threading.enumerate())
        self._tools: WeakKeyDictionary[threading.Thread, bool] = WeakKeyDictionary()
        self._parked: dict[threading.Thread, _Parked] = {}
        self._samples = Samples()
        self._pools = Pools(self.live_in_virtual_time, self._adopt)
        self._active = False
        self._stir = allocate_lock()
        self._stir.acquire()
        self._pausing = False
        self._impatience = _Impatience()
        self._silence = SilentEnds()

    def start(self) -> None:
        """Follow them, and let those that we end go silently."""
        self._active = True
        self._pools.start()
        self._silence.start()

    def stop(self) -> None:
        """Let them be."""
        self._active = False
        self._pools.stop()
        self._silence.stop()

    # Who they are

    @property
    def alone(self) -> bool:
        """Whether the test's thread is the only one of the process."""
        return threading.active_count() == 1

    def live_in_virtual_time(self) -> bool:
        """Whether the current thread does."""
        thread = threading.current_thread()
        return thread is self._owner or self._knows(thread)

    def greet(self, event_name: str) -> None:
        """Know the current thread from now on: it calls AWS.

        Raises:
            UnansweredCall: It was left over from a fake before.
        """
        refuse_straggler(event_name)
        self._before.discard(threading.current_thread())

    def _adopt(self) -> None:
        """The current thread begins to work for one that we know, whatever it did before."""
        forgive()
        self._before.discard(threading.current_thread())

    def known(self) -> list[threading.Thread]:
        """The other threads that concern us: started while the fake is active, or seen calling it."""
        return [
            thread
            for thread in threading.enumerate()
            if thread is not self._owner and self._knows(thread)
        ]

    def _knows(self, thread: threading.Thread) -> bool:
        return thread not in self._before and not self._is_a_tool(thread)

    def _is_a_tool(self, thread: threading.Thread) -> bool:
        answer = self._tools.get(thread)
        if answer is None:
            makers = (
                type(thread),
                getattr(thread, "_target", None),
                getattr(thread, "function", None),
            )
            answer = self._tools[thread] = any(package(maker) in TOOLS for maker in makers)
        return answer

    # Whether they wait

    def at_rest(self) -> bool:
        """Whether everybody else waits.

        Raises:
            ClockStopped: Somebody has been busy for longer than a minute of real time.
        """
        if threading.active_count() == 1:
            return True
        busy = self._busy(sys._current_frames())
        if busy is not None and self._impatience.exhausted_by(busy):
            raise ClockStopped(
                f'Time cannot go on: the thread "{busy.name}" has not waited for {PATIENCE:.0f} real seconds.',
                _stack(busy),
                "Does it poll without waiting? Let it use WaitTimeSeconds or time.sleep(), or end it.",
            )
        return busy is None

    def _busy(self, frames: dict[int, FrameType]) -> threading.Thread | None:
        me = threading.current_thread()
        for thread in self.known():
            if (
                thread is not me
                and thread not in self._parked
                and not self._waits_unseen(thread, frames)
            ):
                return thread
        if me is not self._owner and not self._owner_waits(frames):
            return self._owner
        return None

    def _waits_unseen(self, thread: threading.Thread, frames: dict[int, FrameType]) -> bool:
        """Whether a thread waits that does not wait with us."""
        if thread in self.waking:
            return False
        idle = self._pools.has_nothing_to_do(thread, frames.get(thread.ident or 0))
        return idle or self._samples.still(thread, frames)

    def _owner_waits(self, frames: dict[int, FrameType]) -> bool:
        """Whether the test's thread is blocked by something inside this process."""
        # In this order: what has just come from the world has moved.
        if waits_for_the_world(self._owner, frames):
            return False
        return self._samples.still(self._owner, frames)

    def pause(self, seconds: float, event: HostEvent | None) -> None:
        """Give the others real time, until one of them does something worth looking at."""
        self._pausing = True
        try:
            if event is not None:
                event.over(seconds)
            else:
                self._stir.acquire(timeout=seconds)
        finally:
            self._pausing = False

    def _stirred(self) -> None:
        with suppress(RuntimeError):  # nobody has come for the last one yet
            self._stir.release()

    # How they wait

    def wait(self, watched: Watchable | None, deadline: Instant, *, work: bool) -> bool:
        """Wait as the current thread until *watched* calls or *deadline* comes.

        Raises:
            ThreadEnded: The fake has stopped meanwhile.
            ClockStopped: The test's thread is blocked where it can run nothing that is due.
        """
        simulation = self._simulation()
        thread = threading.current_thread()
        self._before.discard(thread)
        parked = _Parked(thread, deadline)

        def wake() -> None:
            # Busy from this very moment, before time can move on.
            if self._parked.pop(thread, None) is parked:
                self._samples.forget(thread)
                parked.go.release()

        def watcher() -> None:
            parked.called = True
            wake()
            self._stirred()

        host = watched if isinstance(watched, HostEvent) else None
        timeout = simulation.at(deadline, wake, who=thread.name, work=work)
        self._parked[thread] = parked
        if watched is not None:
            watched.watch(watcher)
        self._stirred()
        try:
            parked.called = host is not None and host.over(0)
            if not parked.called:
                with simulation.outside:
                    self._block(simulation, parked, host)
        finally:
            self._parked.pop(thread, None)
            simulation.cancel(timeout)
            if watched is not None:
                watched.unwatch(watcher)
        if parked.ended:
            raise ThreadEnded("The fake has stopped.")
        return parked.called

    def _block(self, simulation: Simulation, parked: _Parked, host: HostEvent | None) -> None:
        while not parked.go.acquire(timeout=STILL * max(1, len(self._parked))):
            if host is not None and host.over(0):
                parked.called = True
                return
            if is_left(parked.thread):
                parked.ended = True
                return
            with self._gate.inside:
                if self._is_to_drive(parked):
                    self._drive(simulation)

    def _is_to_drive(self, parked: _Parked) -> bool:
        if not self._active or self._pausing or parked.thread not in self._parked:
            return False
        first = min(self._parked.values(), key=lambda other: other.deadline)
        return first is parked and self._busy(sys._current_frames()) is None

    def _drive(self, simulation: Simulation) -> None:
        """Run what is due next in place of the test's thread."""
        if simulation.next_is_home:
            raise ClockStopped(
                "The test's thread is blocked where virtual time cannot reach it, and something is due there.",
                f"It stands here:\n{_stack(self._owner)}",
                "Wait with an Event, a Condition, a queue, a future or join(): they let time go on.",
            )
        if simulation.next_due < FOREVER:
            simulation.step()

    def end_waits(self) -> None:
        """End the waits of all threads that wait with us, and give them a moment to unwind."""
        ended = list(self._parked.values())
        self._parked.clear()
        for parked in ended:
            parked.ended = True
            parked.go.release()
        self._let_settle([parked.thread for parked in ended])

    def left_over(self) -> list[threading.Thread]:
        """The threads that were started while the fake was active, and are in the middle of something."""
        frames = sys._current_frames()
        return [
            thread
            for thread in self.known()
            if thread in self._parked or not stands_in_a_pool(frames.get(thread.ident or 0))
        ]

    def _let_settle(self, threads: list[threading.Thread]) -> None:
        latest = real_time() + 1
        while real_time() < latest:
            frames = sys._current_frames()
            if all(not each.is_alive() or self._samples.still(each, frames) for each in threads):
                return
            with self._gate.outside:
                self._stir.acquire(timeout=0.001)


def _stack(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return (
        "".join(traceback.format_stack(frame)[-4:]).rstrip()
        if frame is not None
        else "  it has ended"
    )
