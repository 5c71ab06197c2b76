"""The backlog of a FIFO queue: messages by group, in the order in which they were sent.

A message may be received if no earlier message of its group is in flight. One receive takes as many
messages of a group as it can, then goes on to the next; the group just served goes to the end of the line.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Iterator
from random import Random

from pytest_fakeaws.services.sqs.backlog import Fitness
from pytest_fakeaws.services.sqs.message import Message
from pytest_fakeaws.sim.instants import Instant

_NONE = 2**62


class _Line:
    """Messages by number; the first is at hand, and any may leave."""

    __slots__ = ("_heap", "_members")

    def __init__(self) -> None:
        self._heap: list[int] = []  # numbers of members, and of some that have left
        self._members: dict[int, Message] = {}

    def add(self, message: Message) -> None:
        self._members[message.number] = message
        heapq.heappush(self._heap, message.number)

    def discard(self, message: Message) -> None:
        self._members.pop(message.number, None)

    def first(self) -> int:
        """The lowest number; beyond all numbers if there is none."""
        heap = self._heap
        while heap and heap[0] not in self._members:
            heapq.heappop(heap)
        return heap[0] if heap else _NONE

    def pop(self) -> Message:
        """Take the first message; there must be one."""
        return self._members.pop(self.first())

    def __iter__(self) -> Iterator[Message]:
        return iter(self._members.values())


class _Group:
    """The messages of one group."""

    __slots__ = ("in_flight", "waiting")

    def __init__(self) -> None:
        self.waiting = _Line()
        self.in_flight = _Line()

    @property
    def ready(self) -> bool:
        """Whether a message of it may be received."""
        return self.waiting.first() < self.in_flight.first()

    @property
    def empty(self) -> bool:
        """Whether nothing of it is left."""
        return self.waiting.first() == self.in_flight.first() == _NONE


class FifoBacklog:
    """Available messages, group by group."""

    __slots__ = ("_groups", "_ready")

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._ready: OrderedDict[str, _Group] = OrderedDict()

    def add(self, message: Message) -> None:
        """A message has become available, for the first time or again."""
        name = message.content.group or ""
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = _Group()
        group.in_flight.discard(message)
        group.waiting.add(message)
        self._review(name, group)

    def take(self, maximum: int, now: Instant, fit: Fitness | None = None) -> list[Message]:
        """Take messages, in the order in which one receive gets them."""
        taken: list[Message] = []
        while self._ready and len(taken) < maximum:
            name, group = self._ready.popitem(last=False)
            # What this very receive takes does not stand in its own way.
            before = group.in_flight.first()
            while len(taken) < maximum and group.waiting.first() < before:
                message = group.waiting.pop()
                group.in_flight.add(message)
                if fit is None or fit(message):
                    taken.append(message)
            self._review(name, group)
        return taken

    def left(self, message: Message) -> None:
        """A message is gone from the queue, wherever it stood."""
        name = message.content.group or ""
        group = self._groups.get(name)
        if group is not None:
            group.waiting.discard(message)
            group.in_flight.discard(message)
            self._review(name, group)

    def _review(self, name: str, group: _Group) -> None:
        """Put a group in line if a message of it may be received, and forget it if it is empty."""
        if group.ready:
            self._ready.setdefault(name, group)
            return
        self._ready.pop(name, None)
        if group.empty:
            self._groups.pop(name, None)

    def shuffle(self, random: Random) -> None:
        """Leave it alone: its order is promised."""

    def __iter__(self) -> Iterator[Message]:
        waiting = (message for group in self._groups.values() for message in group.waiting)
        return iter(sorted(waiting, key=lambda message: message.number))
