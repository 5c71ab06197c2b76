"""The agenda: what is to happen, in the order in which it will.

A heap of `(when, place, item)`. The place makes the order total and the same on every run: two
items due at one instant come in the order in which they were added.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from random import Random
from typing import Any, Generic, TypeAlias, TypeVar

from pytest_fakeaws.sim.instants import FOREVER, Instant

Item = TypeVar("Item")

Place: TypeAlias = int
"""Which of the things that are due at one instant comes first; 0 is none."""

Entry: TypeAlias = list[Any]
"""A place on an agenda, kept by whoever may want to cancel it, opaque outside this module.

It is `[when, place, item]`, the item being `None` once it was cancelled or taken: a list, because
lists compare in C and can be emptied in place.
"""

_PRUNE_FROM = 64
_DRAWN, _COUNTED = 32, 64
"""Bits of a place that is drawn, and of the count that tells equal ones apart."""


class Agenda(Generic[Item]):
    """Items by the instant at which they are due.

    Adding costs O(log n) and next to nothing when instants come in rising order, cancelling O(1):
    a cancelled entry stays in the heap until it comes up or until such entries are the majority.
    """

    __slots__ = ("_cancelled", "_heap", "_sequence")

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._sequence = 0
        self._cancelled = 0

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled

    def __iter__(self) -> Iterator[Item]:
        """The items in the order in which they will come up."""
        return (entry[2] for entry in sorted(self._heap) if entry[2] is not None)

    def place(self) -> Place:
        """A place among what is due at one instant: that of something which would be added now."""
        self._sequence = place = self._sequence + 1
        return place

    def add(self, when: Instant, item: Item, place: Place = 0) -> Entry:
        """Put *item* down for *when*, behind what is already due then, or at a place that it was given before."""
        if not place:
            self._sequence = place = self._sequence + 1
        entry = [when, place, item]
        heapq.heappush(self._heap, entry)
        return entry

    def cancel(self, entry: Entry) -> None:
        """Take the item of *entry* off; nothing happens if it has come up or was cancelled."""
        if entry[2] is None:
            return
        entry[2] = None
        self._cancelled += 1
        if self._cancelled > _PRUNE_FROM and self._cancelled * 2 > len(self._heap):
            self._heap = [kept for kept in self._heap if kept[2] is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def next_due(self) -> Instant:
        """When the next item is due; `FOREVER` if there is none."""
        heap = self._heap
        while heap and heap[0][2] is None:
            heapq.heappop(heap)
            self._cancelled -= 1
        return heap[0][0] if heap else FOREVER

    def first(self) -> Item:
        """The item that is due next; the agenda must not be empty."""
        self.next_due()
        item: Item = self._heap[0][2]
        return item

    def pop(self) -> Item:
        """Take the item that is due next; the agenda must not be empty."""
        self.next_due()
        entry = heapq.heappop(self._heap)
        item: Item = entry[2]
        entry[2] = None
        return item


class ShuffledAgenda(Agenda[Item]):
    """An agenda on which what is due at one instant comes in an order that is drawn.

    Args:
        stream: Where the order is drawn from.
    """

    __slots__ = ("_stream",)

    def __init__(self, stream: Random) -> None:
        super().__init__()
        self._stream = stream

    def place(self) -> Place:
        """A place that is drawn: it may be anywhere among what is due then."""
        return self._stream.getrandbits(_DRAWN) << _COUNTED | super().place()

    def add(self, when: Instant, item: Item, place: Place = 0) -> Entry:
        """Put *item* down for *when*, anywhere among what is already due then."""
        return super().add(when, item, place or self.place())
