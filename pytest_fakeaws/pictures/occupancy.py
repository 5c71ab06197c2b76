"""The occupancy of lanes: how many messages a queue holds, and how many invocations run, at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pytest_fakeaws.journal.entries import (
    Fact,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageMoved,
    MessageSent,
    ProcessEnded,
    ProcessStarted,
    QueueDeleted,
    QueuePurged,
)
from pytest_fakeaws.pictures.picture import Mark, Picture

_CHANGES: dict[type[Fact], int] = {
    MessageSent: 1,
    MessageDeleted: -1,
    MessageExpired: -1,
    MessageDeadLettered: -1,
    MessageMoved: -1,
    InvocationStarted: 1,
    InvocationSucceeded: -1,
    InvocationFailed: -1,
    ProcessStarted: 1,
    ProcessEnded: -1,
}
_EMPTYING = (QueuePurged, QueueDeleted)


class Level(NamedTuple):
    """How much a lane holds from a mark on.

    Attributes:
        mark: The position of the mark.
        lane: That of the lane.
        held: Messages or invocations.
    """

    mark: int
    lane: int
    held: int


def levels(picture: Picture) -> Iterator[Level]:
    """Each change of what a lane holds, oldest first."""
    counts: dict[int, int] = {}
    for position, mark in enumerate(picture.marks):
        for lane, change in _changes(mark):
            before = counts.get(lane, 0)
            counts[lane] = 0 if isinstance(mark.fact, _EMPTYING) else max(0, before + change)
            yield Level(position, lane, counts[lane])


def _changes(mark: Mark) -> Iterator[tuple[int, int]]:
    if type(mark.fact) in _CHANGES or isinstance(mark.fact, _EMPTYING):
        yield mark.lane, _CHANGES.get(type(mark.fact), 0)
    if isinstance(mark.fact, MessageDeadLettered) and mark.target is not None:
        yield mark.target, 1  # a moved message is sent anew, which has a mark of its own
