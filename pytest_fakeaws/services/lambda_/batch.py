"""A batch: messages of a queue that one invocation gets."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.ports import PollableQueue, PolledMessage
from pytest_fakeaws.sim.instants import Instant

_ENVELOPE = len('{"Records": []}')
_LONGEST_ESCAPE = 6
_LONGEST_FRAME = 2_048
"""More bytes than a record has beside its body and attributes; and more than a byte of those can become."""


class Batch:
    """Messages on their way from a queue to a function.

    Args:
        queue: Where they come from.
        size: How many there are at the most.
        until: When the first of them can be received by somebody else.

    Attributes:
        messages: What it has.
        groups: The groups of a FIFO queue that they are of.
        throttles: How often in a row its invocation was throttled.
    """

    __slots__ = ("_bytes", "_bytes_at_most", "_fitting", "_weighed", "groups", "messages", "queue", "size",
                 "throttles", "until")  # fmt: skip

    def __init__(self, queue: PollableQueue, size: int, until: Instant) -> None:
        self.queue = queue
        self.size = size
        self.until = until
        self.messages: list[PolledMessage] = []
        self.groups: set[str] = set()
        self.throttles = 0
        self._bytes_at_most = _ENVELOPE
        self._bytes = _ENVELOPE
        self._weighed = 0
        self._fitting: int | None = None

    @property
    def room(self) -> int:
        """How many messages it can still take; none once it is as long as a payload may be."""
        return 0 if self._fitting is not None else self.size - len(self.messages)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its messages."""
        return tuple([message.message_id for message in self.messages])

    @property
    def trace_headers(self) -> list[str]:
        """The trace headers that its messages carry."""
        headers = [message.trace_header for message in self.messages]
        return [header for header in headers if header is not None]

    @property
    def event(self) -> Callable[[], dict[str, Any]]:
        """Writes the event of an invocation with it: each time a new one, as a handler may change it."""
        writers = [message.write for message in self.messages]
        return lambda: {"Records": [write() for write in writers]}

    def extend(self, messages: Sequence[PolledMessage]) -> None:
        """Take *messages*."""
        self.messages += messages
        self._bytes_at_most += sum(
            [message.size * _LONGEST_ESCAPE + _LONGEST_FRAME for message in messages]
        )
        self.groups.update([message.group for message in messages if message.group is not None])
        if self._bytes_at_most > limits.SYNCHRONOUS_PAYLOAD:
            self._weigh()

    def without(self, ids: Collection[str]) -> Sequence[PolledMessage]:
        """Its messages but for those with these ids."""
        if not ids:
            return self.messages
        left = frozenset(ids)
        return [message for message in self.messages if message.message_id not in left]

    def _weigh(self) -> None:
        """Measure what has not been measured yet."""
        while self._weighed < len(self.messages) and self._fitting is None:
            text = json.dumps(self.messages[self._weighed].write(), ensure_ascii=False)
            self._bytes += len(text.encode(errors="surrogatepass")) + len(", ")
            if self._bytes > limits.SYNCHRONOUS_PAYLOAD and self._weighed:
                self._fitting = self._weighed
            self._weighed += 1

    def split(self) -> Batch | None:
        """Give up what does not fit into a payload, as a batch of its own; `None` if all does."""
        if self._fitting is None:
            return None
        rest = Batch(self.queue, self.size, self.until)
        rest.extend(self.messages[self._fitting :])
        del self.messages[self._fitting :]
        self.groups = {message.group for message in self.messages if message.group is not None}
        self._fitting = None
        return rest
