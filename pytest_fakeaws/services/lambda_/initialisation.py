"""The Init phase: an execution environment loads its code, within a limit of its own.

See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from pytest_fakeaws.journal.journal import current_cause
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.environment import Environment, InitFailed
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant
from pytest_fakeaws.sim.process import Process, Surroundings
from pytest_fakeaws.sim.simulation import Simulation

EXITED = "Runtime.ExitError"
"""AWS's name for the error of code that ends its process."""


class Phase(NamedTuple):
    """How the initialisation of an environment went, this time.

    Attributes:
        name: `init`, or `invoke` where it was tried again for an invocation.
        status: How it ended.
        began: When it began.
        duration: How long it took.
        error: AWS's name for what went wrong; empty if nothing did, or only time ran out.
    """

    name: Literal["init", "invoke"]
    status: Literal["success", "error", "timeout"]
    began: Instant
    duration: Duration = 0
    error: str = ""

    @property
    def ended(self) -> Instant:
        """When it ended."""
        return self.began + self.duration


class Initialisation:
    """Loads the code of an environment in a process of its own.

    If that fails or takes too long, the environment is as if nothing had run in it: the invocation then
    tries again, in its own time.

    Args:
        environment: The environment.
        name: What its process is called.
        simulation: The clock.
        surroundings: What the host looks like to the code.
        cause: The number of the journal entry that it follows from.
    """

    def __init__(
        self,
        environment: Environment,
        name: str,
        simulation: Simulation,
        surroundings: Surroundings,
        cause: int,
    ) -> None:
        self._environment = environment
        self._name = name
        self._simulation = simulation
        self._surroundings = surroundings
        self._cause = cause
        self._began = simulation.now
        self._phase: Phase | None = None
        self._process: Process
        self._limit: Event

    def start(self, then: Callable[[Phase], None]) -> None:
        """Let the code be loaded, the next time the simulation is driven, and call *then* in the end."""
        simulation = self._simulation
        self._process = simulation.spawn(
            self._name,
            self._load,
            on_end=lambda: self._ended(then),
            surroundings=self._surroundings,
        )
        self._limit = simulation.at(
            simulation.now + limits.INIT * SECOND,
            lambda: self._time_out(then),
            who=f"{self._name}: limit of its initialisation",
            home=True,
        )

    def _load(self) -> None:
        current_cause.set(self._cause)
        error = self._error()
        if self._phase is None:  # else it has timed out, whatever came of its unwinding
            self._phase = self._over("error" if error else "success", error)

    def _error(self) -> str:
        """AWS's name for what goes wrong, or nothing; the invocation tells more."""
        try:
            self._environment.load()
        except InitFailed as error:
            return error.kind
        except Exception as error:  # noqa: BLE001 - whatever a module raises
            return type(error).__name__
        except SystemExit:
            return EXITED
        return ""

    def _over(self, status: Literal["success", "error", "timeout"], error: str = "") -> Phase:
        duration = self._simulation.now - self._began
        return Phase("init", status, self._began, duration, error)

    def _time_out(self, then: Callable[[Phase], None]) -> None:
        self._phase = self._over("timeout")
        self._simulation.end(self._process, f"{self._name} took too long to load")
        if self._process.alive:
            self._ended(then)  # it swallowed its end, and stays parked for good

    def _ended(self, then: Callable[[Phase], None]) -> None:
        self._simulation.cancel(self._limit)
        if self._phase is None:
            return  # the test is over, or was interrupted
        if self._phase.status != "success":
            self._environment.restart()
        then(self._phase)
