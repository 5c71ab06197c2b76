"""Every way in which code of this process waits, put into virtual time while a fake is active."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_fakeaws.sim.companions import Watchable
from pytest_fakeaws.sim.instants import FOREVER, SECOND, Duration
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.blocking import Blocking
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.imports import ImportWatch
from pytest_fakeaws.wire.sleep import VirtualSleep
from pytest_fakeaws.wire.threads import Threads
from pytest_fakeaws.wire.timeouts import Timeouts
from pytest_fakeaws.wire.watchdog import Watchdog

if TYPE_CHECKING:
    from pytest_fakeaws.wire.loops import Loops


class Waits:
    """`time.sleep`, locks, threads and event loops.

    Args:
        gate: Goes into the simulation.
        simulation: Returns the simulation; a reset makes a new one.
    """

    def __init__(self, gate: Gate, simulation: Callable[[], Simulation]) -> None:
        self._gate = gate
        self._simulation = simulation
        self._before_reset: Duration = 0
        self.threads = Threads(gate, simulation)
        self.watchdog = Watchdog(self.threads, simulation)
        applies = self.threads.live_in_virtual_time
        self._sleep = VirtualSleep(self.sleep, applies)
        self._blocking = Blocking(gate, self._wait, applies, self.threads.waking)
        self._timeouts = Timeouts(lambda: gate.is_home, applies, lambda: self._elapsed() / SECOND)
        self._loops: Loops | None = None
        self._asyncio = ImportWatch("asyncio.base_events", self._start_loops)

    def start(self) -> None:
        """Wait in virtual time from now on."""
        self.threads.start()
        self.watchdog.start()
        self._sleep.start()
        self._blocking.start()
        self._timeouts.start()
        self._asyncio.start()

    def stop(self) -> None:
        """Wait in real time again."""
        self._asyncio.stop()
        if self._loops is not None:
            self._loops.stop()
            self._loops = None
        self._timeouts.stop()
        self._blocking.stop()
        self._sleep.stop()
        self.watchdog.stop()
        self.threads.stop()

    def sleep(self, length: Duration) -> None:
        """Wait for *length* of virtual time."""
        with self._gate.inside:
            self._simulation().sleep(length)

    async def settled(self) -> None:
        """Wait in asyncio's running loop until nothing is left to do at the present instant."""
        if self._loops is not None:
            await self._loops.settled()

    def before_reset(self) -> None:
        """The clock is about to be set back; what measures how long a wait takes must not notice."""
        self._before_reset = self._elapsed()

    def _wait(self, watched: Watchable, length: Duration) -> bool:
        with self._gate.inside:
            simulation = self._simulation()
            deadline = FOREVER if length == FOREVER else simulation.now + length
            return simulation.wait(watched, deadline, work=length < FOREVER)

    def _elapsed(self) -> Duration:
        simulation = self._simulation()
        return self._before_reset + simulation.now - simulation.start

    def _start_loops(self) -> None:
        from pytest_fakeaws.wire.loops import Loops

        applies = self.threads.live_in_virtual_time
        self._loops = Loops(self._gate, self._wait, applies, self._elapsed)
        self._loops.start()
