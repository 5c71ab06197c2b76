"""An entry: a fact, with when it was recorded and what led to it."""

from __future__ import annotations

from typing import NamedTuple

from pytest_fakeaws.journal.entries import Fact
from pytest_fakeaws.sim.instants import Instant, to_datetime


class Entry(NamedTuple):
    """One line of the journal.

    Attributes:
        number: Its place, counted from 1 since the fake started.
        at: When it was recorded.
        cause: The number of the entry that led to it; 0 where that was the test.
        fact: What happened.
    """

    number: int
    at: Instant
    cause: int
    fact: Fact

    def __str__(self) -> str:
        when = to_datetime(self.at).isoformat()
        return f"{self.number} {when} <- {self.cause} {self.fact}"
