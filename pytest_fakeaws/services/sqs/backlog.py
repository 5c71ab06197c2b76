"""The backlog of a standard queue: the messages that a receive may return, and in which order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from random import Random
from typing import Protocol, TypeAlias

from pytest_fakeaws.services.sqs.message import WAITING, Message
from pytest_fakeaws.sim.instants import Instant

Fitness: TypeAlias = Callable[[Message], bool]
"""Whether a message may be received once more."""


class Backlog(Protocol):
    """Decides which message is next. The queue tells it whatever happens to one."""

    def add(self, message: Message) -> None:
        """A message has become available, for the first time or again."""

    def take(self, maximum: int, now: Instant, fit: Fitness | None = None) -> list[Message]:
        """Take messages, in the order in which a receive at *now* gets them.

        What was taken counts as in flight until it has left, or is available again.

        Args:
            maximum: How many at the most.
            now: The present instant.
            fit: Asked of each message; one that is not fit has left when it says so.
        """

    def left(self, message: Message) -> None:
        """A message is gone from the queue, wherever it stood."""

    def shuffle(self, random: Random) -> None:
        """Let what waits be received in another order, as far as no order is promised."""

    def __iter__(self) -> Iterator[Message]:
        """All available messages, in order; they stay."""


class StandardBacklog:
    """Available messages, the longest available first.

    A message that leaves otherwise than by being taken (deleted by an earlier handle, expired) stays
    behind as a gap that is passed over, so that no operation searches the backlog.
    """

    __slots__ = ("_messages", "add")

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()
        self.add: Callable[[Message], None] = self._messages.append

    def take(self, maximum: int, now: Instant, fit: Fitness | None = None) -> list[Message]:
        """Take messages, in the order in which a receive gets them."""
        messages = self._messages
        taken: list[Message] = []
        while messages and len(taken) < maximum:
            message = messages.popleft()
            if message.state is WAITING and (fit is None or fit(message)):
                taken.append(message)
        return taken

    def left(self, message: Message) -> None:
        """A message is gone: forget the gaps at the front."""
        messages = self._messages
        while messages and messages[0].state is not WAITING:
            messages.popleft()

    def shuffle(self, random: Random) -> None:
        """Let what waits be received in another order."""
        messages = list(self)
        random.shuffle(messages)
        self._messages.clear()
        self._messages.extend(messages)

    def __iter__(self) -> Iterator[Message]:
        return (message for message in self._messages if message.state is WAITING)
