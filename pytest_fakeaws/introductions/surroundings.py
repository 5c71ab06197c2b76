"""The surroundings: what all services of a cloud share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.policies import Guard
from pytest_fakeaws.services.ports import Sender
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.simulation import Simulation


class Surroundings(NamedTuple):
    """What a service lives in.

    Attributes:
        simulation: The clock.
        journal: Where facts go.
        chance: Where randomness comes from.
        hooks: What is asked whether something goes wrong.
        guard: How policies are read.
    """

    simulation: Simulation
    journal: Journal
    chance: Chance
    hooks: Hooks
    guard: Guard


def late(sender: Callable[[], Sender]) -> Sender:
    """A way to send to a service that need not have been made yet: services send to each other.

    Args:
        sender: Returns the service's own way; called whenever something is sent.
    """

    def send(*args: Any, **kwargs: Any) -> None:
        sender()(*args, **kwargs)

    return send
