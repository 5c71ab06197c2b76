"""The threads beside the test's own: who they are, whether they wait, and how they wait for virtual time.

Time moves only when all of them wait. Only the test's own thread runs what the simulation has of user
code, so it is the one that turns the clock; where it is blocked in a lock that we cannot see, whoever
waits for the earliest instant turns it.
"""

from __future__ import annotations

import sys
import threading
from _thread import allocate_lock
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from weakref import WeakSet

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped
from pytest_fakeaws.sim.companions import HostEvent, Watchable
from pytest_fakeaws.sim.instants import FOREVER, Instant
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.circle import Circle
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.patience import Patience, stack
from pytest_fakeaws.wire.pools import Pools, stands_in_a_pool
from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.samples import STILL, Samples, waits_for_the_world
from pytest_fakeaws.wire.stragglers import SilentEnds, ThreadEnded, is_left

__tracebackhide__ = HIDE_FROM_TRACEBACK


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

    Attributes:
        waking: Threads that have been let go on, and have yet to do so.
        live_in_virtual_time: Tells whether the current thread does.
        greet: Told of each call of AWS by another thread.
        guest: A block in which the current thread does something for somebody outside the process.
        expects_guests: Tells whether somebody outside is about to do something, so that time must not move.
    """

    def __init__(self, gate: Gate, simulation: Callable[[], Simulation]) -> None:
        self.waking: WeakSet[threading.Thread] = WeakSet()
        self._gate = gate
        self._simulation = simulation
        self._circle = Circle()
        self.live_in_virtual_time = self._circle.has_current
        self.greet = self._circle.greet
        self.guest = self._circle.guest
        self.expects_guests: Callable[[], bool] = lambda: False
        self._parked: dict[threading.Thread, _Parked] = {}
        self._samples = Samples()
        self._pools = Pools(self._circle.has_current, self._circle.adopt)
        self._active = False
        self._stir = allocate_lock()
        self._stir.acquire()
        self._pausing = False
        self._patience = Patience()
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

    # Whether they wait

    @property
    def alone(self) -> bool:
        """Whether there is nobody else who could do anything of himself."""
        if threading.active_count() == 1:
            return True
        frames = sys._current_frames()
        return all(
            self._pools.has_nothing_to_do(thread, frames.get(thread.ident or 0))
            for thread in self._circle.strangers_and_others()
        )

    def at_rest(self) -> bool:
        """Whether everybody else waits.

        Raises:
            ClockStopped: Somebody has been busy for longer than a minute of real time.
        """
        if threading.active_count() == 1:
            return True
        if self.expects_guests():
            return False
        busy = self._busy(sys._current_frames())
        if busy is not None:
            self._patience.wait_for(busy)
        return busy is None

    def _busy(self, frames: dict[int, FrameType]) -> threading.Thread | None:
        me = threading.current_thread()
        for thread in self._circle.others():
            if (
                thread is not me
                and thread not in self._parked
                and not self._waits_unseen(thread, frames)
            ):
                return thread
        if me is not self._circle.owner and not self._owner_waits(frames):
            return self._circle.owner
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
        if waits_for_the_world(self._circle.owner, frames):
            return False
        return self._samples.still(self._circle.owner, frames)

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

    def stir(self) -> None:
        """Whoever pauses has something to look at."""
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
        self._circle.enter()
        parked = _Parked(thread, deadline)

        def wake() -> None:
            # Busy from this very moment, before time can move on.
            if self._parked.pop(thread, None) is parked:
                self._samples.forget(thread)
                parked.go.release()

        def watcher() -> None:
            parked.called = True
            wake()
            self.stir()

        host = watched if isinstance(watched, HostEvent) else None
        timeout = simulation.at(deadline, wake, who=thread.name, work=work)
        self._parked[thread] = parked
        if watched is not None:
            watched.watch(watcher)
        self.stir()
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
                f"It stands here:\n{stack(self._circle.owner)}",
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

    @property
    def guests(self) -> int:
        """How many threads do something for somebody outside."""
        return len(self._circle.guests)

    def see_guests_out(self) -> None:
        """End the waits of all threads that do something for somebody outside."""
        for thread in self._circle.guests:
            self.end_wait(thread)

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
            for thread in self._circle.others()
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
