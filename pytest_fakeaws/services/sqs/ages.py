"""The ages of a queue's messages: which of them reaches the end of its retention next."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable

from pytest_fakeaws.services.sqs.message import Message
from pytest_fakeaws.sim.instants import Instant

_PRUNE_FROM = 64


class Ages:
    """Messages by when they were sent.

    They arrive in that order, but for dead letters, which keep the time at which they were sent. A
    message that leaves the queue stays behind as a gap, passed over when it comes up, or forgotten when
    gaps are the majority.

    Args:
        holds: Whether the queue still holds a message.

    Attributes:
        add: To be called with a message that is sent now.
    """

    __slots__ = ("_adopted", "_holds", "_sent", "add")

    def __init__(self, holds: Callable[[Message], bool]) -> None:
        self._holds = holds
        self._sent: deque[Message] = deque()
        self.add: Callable[[Message], None] = self._sent.append
        self._adopted: list[tuple[Instant, int, Message]] = []

    def adopt(self, message: Message) -> None:
        """A message has come that was sent earlier."""
        heapq.heappush(self._adopted, (message.sent_at, message.number, message))

    def oldest(self) -> Message | None:
        """The message that was sent first, or `None` if there is none."""
        sent, adopted, holds = self._sent, self._adopted, self._holds
        while sent and not holds(sent[0]):
            sent.popleft()
        while adopted and not holds(adopted[0][2]):
            heapq.heappop(adopted)
        if not adopted:
            return sent[0] if sent else None
        dead_letter = adopted[0][2]
        return sent[0] if sent and sent[0].sent_at < dead_letter.sent_at else dead_letter

    def sent_by(self, instant: Instant) -> Message | None:
        """The message that was sent first, if it was sent by *instant*."""
        sent, adopted = self._sent, self._adopted
        # Gaps are older than what follows them, so that mostly a look at the first of each will do.
        if (not sent or sent[0].sent_at > instant) and (not adopted or adopted[0][0] > instant):
            return None
        oldest = self.oldest()
        return oldest if oldest is not None and oldest.sent_at <= instant else None

    def prune(self, held: int) -> None:
        """Forget the gaps if they are more than the *held* messages that the queue has."""
        known = len(self._sent) + len(self._adopted)
        if known > _PRUNE_FROM and known > 2 * held:
            held_still = list(filter(self._holds, self._sent))
            self._sent.clear()
            self._sent.extend(held_still)
            self._adopted = [entry for entry in self._adopted if self._holds(entry[2])]
            heapq.heapify(self._adopted)
