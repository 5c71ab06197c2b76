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
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.samples import STILL, Samples, waits_for_the_world
from pytest_fakeaws.wire.stragglers import ThreadEnded, refuse_straggler
from pytest_fakeaws.wire.tools import TOOLS, package

__tracebackhide__ = HIDE_FROM_TRACEBACK

PATIENCE = 60.0
"""Real seconds for which time waits for a thread that is busy."""


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


class Threads:
    """Every thread of the process but the one that the fake lives on.

    Args:
        gate: Goes into the simulation.
        simulation: Returns the simulation; a reset makes a new one.
    """

    def __init__(self, gate: Gate, simulation: Callable[[], Simulation]) -> None:
        self._gate = gate
        self._simulation = simulation
        self._owner = threading.current_thread()
        self._before = WeakSet(threading.enumerate())
        self._tools: WeakKeyDictionary[threading.Thread, bool] = WeakKeyDictionary()
        self._parked: dict[threading.Thread, _Parked] = {}
        self._samples = Samples()
        self._stir = allocate_lock()
        self._stir.acquire()
        self._pausing = False
        self._impatient_since = 0.0
        self._patches = Patches()

    def start(self) -> None:
        """Let the threads that we end go silently."""
        report = threading.excepthook

        def report_others(args: threading.ExceptHookArgs) -> None:
            if not issubclass(args.exc_type, ThreadEnded):
                report(args)

        self._patches.replace(threading, "excepthook", report_others)

    def stop(self) -> None:
        """Put back what reported how threads end."""
        self._patches.undo()

    # Who they are

    @property
    def alone(self) -> bool:
        """Whether the test's thread is the only one of the process, but for those that have no work."""
        if threading.active_count() == 1:
            return True
        frames = sys._current_frames()
        return all(
            thread is self._owner or _has_no_work(frames.get(thread.ident or 0))
            for thread in threading.enumerate()
        )

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
        if busy is None:
            self._impatient_since = 0.0
            return True
        if not self._impatient_since:
            self._impatient_since = real_time()
        elif real_time() - self._impatient_since > PATIENCE:
            raise ClockStopped(
                f'Time cannot go on: the thread "{busy.name}" has not waited for {PATIENCE:.0f} real seconds.',
                _stack(busy),
                "Does it poll without waiting? Let it use WaitTimeSeconds or time.sleep(), or end it.",
            )
        return False

    def _busy(self, frames: dict[int, FrameType]) -> threading.Thread | None:
        me = threading.current_thread()
        for thread in self.known():
            if (
                thread is not me
                and thread not in self._parked
                and not self._samples.still(thread, frames)
            ):
                return thread
        if me is not self._owner and not self._owner_waits(frames):
            return self._owner
        return None

    def _owner_waits(self, frames: dict[int, FrameType]) -> bool:
        """Whether the test's thread is blocked by something inside this process."""
        still = self._samples.still(self._owner, frames)
        return still and not waits_for_the_world(frames.get(self._owner.ident or 0))

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

        timeout = simulation.at(deadline, wake, who=thread.name, work=work)
        self._parked[thread] = parked
        if watched is not None:
            watched.watch(watcher)
        self._stirred()
        try:
            with simulation.outside:
                self._block(simulation, parked, watched)
        finally:
            self._parked.pop(thread, None)
            simulation.cancel(timeout)
            if watched is not None:
                watched.unwatch(watcher)
        if parked.ended:
            raise ThreadEnded("The fake has stopped.")
        return parked.called

    def _block(self, simulation: Simulation, parked: _Parked, watched: Watchable | None) -> None:
        host = watched if isinstance(watched, HostEvent) else None
        while not parked.go.acquire(timeout=STILL * max(1, len(self._parked))):
            if host is not None and host.over(0):
                parked.called = True
                return
            with self._gate.inside:
                if self._is_to_drive(parked):
                    self._drive(simulation)

    def _is_to_drive(self, parked: _Parked) -> bool:
        if self._pausing or parked.thread not in self._parked:
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

    def end_wait(self, thread: threading.Thread) -> None:
        """End the wait of *thread*, if it waits with us."""
        parked = self._parked.pop(thread, None)
        if parked is not None:
            parked.ended = True
            self._samples.forget(thread)
            parked.go.release()

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
            if thread in self._parked or not _is_idle_in_a_pool(frames.get(thread.ident or 0))
        ]

    def _let_settle(self, threads: list[threading.Thread]) -> None:
        latest = real_time() + 1
        while real_time() < latest:
            frames = sys._current_frames()
            if all(not each.is_alive() or self._samples.still(each, frames) for each in threads):
                return
            with self._gate.outside:
                self._stir.acquire(timeout=0.001)


def _is_idle_in_a_pool(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_globals.get("__name__") == "concurrent.futures.thread"


def _has_no_work(frame: FrameType | None) -> bool:
    """Whether a thread waits for what its pool is given: such as asyncio keeps from one `to_thread` to another."""
    return _is_idle_in_a_pool(frame) and frame is not None and frame.f_code.co_name == "_worker"


def _stack(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return (
        "".join(traceback.format_stack(frame)[-4:]).rstrip()
        if frame is not None
        else "  it has ended"
    )
