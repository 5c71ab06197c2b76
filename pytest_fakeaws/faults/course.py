"""The course of a run: its moments, and what happens to it at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_fakeaws.faults.inside import Mishap, Moment, Stumble
from pytest_fakeaws.sim.instants import FOREVER
from pytest_fakeaws.sim.simulation import Simulation


class Course:
    """Lets one run stumble.

    Args:
        stumbles: What may happen to it.
        simulation: The clock.
        crash: Ends the run.
    """

    def __init__(
        self,
        stumbles: Sequence[Stumble],
        simulation: Simulation,
        crash: Callable[[Stumble], None],
    ) -> None:
        self._stumbles = stumbles
        self._simulation = simulation
        self._crash = crash

    def reach(self, moment: Moment) -> bool:
        """The run has come to *moment*; say whether it has crashed.

        Raises:
            ProcessEnded: It has, in the process that asks.
        """
        for stumble in self._stumbles:
            if stumble.comes(moment):
                if stumble.mishap is Mishap.CRASH:
                    self._crash(stumble)
                    return True
                if stumble.mishap is Mishap.HANG:
                    self._simulation.wait(None, FOREVER)
                else:
                    self._simulation.sleep(stumble.by)
        return False
