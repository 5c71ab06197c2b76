"""The returns of a queue: its messages that are delayed or in flight, by when they come back."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from pytest_fakeaws.services.sqs.message import Message, State
from pytest_fakeaws.sim.agenda import Agenda
from pytest_fakeaws.sim.instants import Instant


class Returns(Agenda[Message]):
    """An agenda of messages, each of which knows its place on it."""

    __slots__ = ()

    def put(self, messages: Iterable[Message], state: State, when: Instant) -> None:
        """Let *messages* stand at *state* until *when*, in one go: each receive hides a batch."""
        heap, sequence = self._heap, self._sequence
        for message in messages:
            sequence += 1
            message.state = state
            message.return_ = entry = [when, sequence, message]
            heapq.heappush(heap, entry)
        self._sequence = sequence
