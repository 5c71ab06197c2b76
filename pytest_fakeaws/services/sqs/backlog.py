"""The backlog of a standard queue: the messages that a receive may return, and in which order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from pytest_fakeaws.services.sqs.message import Message, State

_WAITING = State.WAITING


class Backlog:
    """Available messages, the longest available first.

    A message that leaves otherwise than by `take` (deleted by an earlier handle, expired) stays behind
    as a gap that `take` passes over, so that no operation searches the backlog.
    """

    __slots__ = ("_messages",)

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()

    def add(self, message: Message) -> None:
        """A message has become available."""
        self._messages.append(message)

    def take(self) -> Message | None:
        """The next message, or `None` if there is none."""
        messages = self._messages
        while messages:
            message = messages.popleft()
            if message.state is _WAITING:
                return message
        return None

    def skip_gaps(self) -> None:
        """Forget messages at the front that have left."""
        messages = self._messages
        while messages and messages[0].state is not _WAITING:
            messages.popleft()

    def __iter__(self) -> Iterator[Message]:
        return (message for message in self._messages if message.state is _WAITING)
