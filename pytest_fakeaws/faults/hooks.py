"""Hooks: what is asked at each point, if anything.

Nobody asks where nothing was asked for: a hook is then `None`, and costs its point one look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from random import Random
from typing import Final, TypeAlias

from pytest_fakeaws.faults.inside import DeliveryPoint, Moment, QueuePoint, RunPoint, Stumble
from pytest_fakeaws.faults.points import Disturber
from pytest_fakeaws.sim.instants import Duration

Follower: TypeAlias = Callable[[Moment], bool]
"""Told of the moments of a run; says whether it has ended the run, if it returns at all then."""


class Hooks:
    """What is asked at the points of one cloud.

    Args:
        gate: Goes into the simulation from user code.

    Attributes:
        gate: The same.
        call: What is to become of an attempt at a call.
        sending: How much later than it should a message becomes available.
        receiving: What shuffles the messages that wait, if they are to be shuffled.
        deleting: After how long a copy of a message that is deleted is there again.
        delivery: Why a subscriber cannot be reached.
        admission: Why an invocation is throttled.
        run: What may happen to a run.
        followers: Who is told of the calls of a run, by the number of the entry that says it started.
    """

    __slots__ = (
        "admission",
        "call",
        "deleting",
        "delivery",
        "followers",
        "gate",
        "receiving",
        "run",
        "sending",
    )

    def __init__(self, gate: AbstractContextManager[object]) -> None:
        self.gate = gate
        self.call: Disturber | None = None
        self.sending: Callable[[QueuePoint], Duration | None] | None = None
        self.receiving: Callable[[QueuePoint], Random | None] | None = None
        self.deleting: Callable[[QueuePoint], Duration | None] | None = None
        self.delivery: Callable[[DeliveryPoint], str | None] | None = None
        self.admission: Callable[[RunPoint], str | None] | None = None
        self.run: Callable[[RunPoint], Sequence[Stumble]] | None = None
        self.followers: dict[int, Follower] = {}


UNDISTURBED: Final = Hooks(nullcontext())
"""The hooks of what never goes wrong."""
