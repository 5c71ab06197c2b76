"""What only the test's own thread may do, and its time for it.

Handlers run on that thread alone, and only it may turn the clock. So what comes from outside and needs it
waits until it attends: while it waits for a child process, for something outside, or does nothing else, as
in a server of its own.
"""

from __future__ import annotations

from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from typing import Any

from pytest_fakeaws.errors import WrongState
from pytest_fakeaws.sim.instants import SECOND, Instant
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.threads import Threads

PATIENCE = 30.0
"""Real seconds for which an errand waits for the test's thread."""

LOOK = 0.05
"""Real seconds between two looks at what is waited for."""


class Errand:
    """Something that is to be done.

    Args:
        do: Does it.
    """

    def __init__(self, do: Callable[[], Any]) -> None:
        self._do = do
        self._done = allocate_lock()
        self._done.acquire()
        self._result: Any = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Do it; what goes wrong is the asker's."""
        try:
            self._result = self._do()
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            self._error = error
        finally:
            self._done.release()

    def result(self, patience: float) -> Any:
        """What came of it, once it is done.

        Raises:
            TimeoutError: It was not.
        """
        if not self._done.acquire(timeout=patience):
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._result


class Errands:
    """Does errands on the test's thread, and lets happen what is due.

    Args:
        gate: Goes into the simulation.
        simulation: Returns the simulation; a reset makes a new one.
        threads: Those beside the test's.
        follow: Whether virtual time follows real time meanwhile; else it stands still.
    """

    def __init__(
        self, gate: Gate, simulation: Callable[[], Simulation], threads: Threads, *, follow: bool
    ) -> None:
        self._gate = gate
        self._simulation = simulation
        self._threads = threads
        self._follow = follow
        self._waiting: deque[Errand] = deque()
        self._set()

    # From any thread

    def ask(self, do: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Have something done by the test's thread, and return what came of it.

        Raises:
            WrongState: It was busy with something else for too long.
        """
        errand = Errand(do)
        self._waiting.append(errand)
        self._threads.stir()
        try:
            return errand.result(patience)
        except TimeoutError:
            if errand in self._waiting:
                self._waiting.remove(errand)
            raise WrongState(
                f"The test's own thread was busy with something else for {patience:.0f} real seconds.",
                "Only that thread turns the clock and runs handlers.",
                "Let the test wait for the other process: in subprocess.run(), in wait() or "
                "communicate() of a Popen, or in endpoint.wait_for(condition).",
            ) from None

    # On the test's thread

    @property
    def may_attend(self) -> bool:
        """Whether the current code is that of the test's thread, outside handlers and consumers."""
        return self._gate.is_home and self._simulation().running is None

    def attend(self, over: Callable[[], bool], look: float = LOOK) -> None:
        """Do errands, and let happen what is due, until *over* says so.

        Args:
            over: Asked at least every few hundredths of a second.
            look: Real seconds after which it is asked again.
        """
        self._set()
        while not over():
            self.turn(over)
            self._threads.pause(self._pause(look), None)

    def turn(self, over: Callable[[], bool] = lambda: False) -> None:
        """Do errands, and let happen what is due now."""
        while self._waiting:
            self._waiting.popleft().run()
        with self._gate.inside:
            simulation = self._simulation()
            simulation.drive(
                self._present(), lambda: bool(self._waiting) or _says(over, simulation)
            )

    def _present(self) -> Instant:
        now = self._simulation().now
        if not self._follow:
            return now
        present = self._anchor + round((real_time() - self._since) * SECOND)
        if present < now:  # somebody turned the clock
            self._set()
        return max(present, now)

    def _pause(self, look: float) -> float:
        if self._waiting:
            return 0
        if not self._follow:
            return look
        until_due = (self._simulation().next_due - self._present()) / SECOND
        return min(look, max(0.0, until_due))

    def _set(self) -> None:
        self._anchor = self._simulation().now
        self._since = real_time()


def _says(over: Callable[[], bool], simulation: Simulation) -> bool:
    with simulation.outside:
        return over()
