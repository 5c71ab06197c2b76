"""A FIFO queue: order by group, each message once, and the stricter rules that follow.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TypeAlias

from pytest_fakeaws.journal.entries import MessageDeduplicated
from pytest_fakeaws.services.memory import Memory
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.backlog import Backlog
from pytest_fakeaws.services.sqs.errors import MissingDeduplicationId
from pytest_fakeaws.services.sqs.fifo_backlog import FifoBacklog
from pytest_fakeaws.services.sqs.message import DELAYED, Content, Message
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.agenda import Entry
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant

_FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128
_SEQUENCE_STEP = 256

_Attempt: TypeAlias = list[tuple[Message, Entry | None]]
"""What a receive returned: each message with its place on the agenda of returns."""


class FifoQueue(Queue):
    """One FIFO queue."""

    strict_handles = True

    def _clear(self) -> None:
        super()._clear()
        self._sent: Memory[Message] = Memory(limits.DEDUPLICATION * SECOND)
        self._attempts: Memory[_Attempt] = Memory(limits.RECEIVE_ATTEMPT * SECOND)

    def _new_backlog(self) -> Backlog:
        return FifoBacklog()

    def change(self, attributes: Mapping[str, str]) -> None:
        """Set attributes, all or none; a new delay holds for messages that are delayed already.

        See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html.
        """
        self.settle()
        before = self.attributes.delay
        super().change(attributes)
        if self.attributes.delay != before:
            for message in self._stock.hidden():
                if message.state is DELAYED:
                    self._hide_anew(message, message.sent_at + self.attributes.delay)

    def remove(self, message: Message) -> None:
        """Let *message* be gone from this queue: what it stood in the way of is available now."""
        super().remove(message)
        self._waiting.call()

    # Sending

    def send(self, content: Content, delay: Duration | None = None) -> Message:
        """Accept a message, or answer with the equal one that was sent in the last five minutes.

        Only the queue's own delay applies.

        Raises:
            MissingDeduplicationId: Nothing tells the message from others.
        """
        now = self.settle()
        known_as = self._known_as(content)
        if known_as is None:
            raise MissingDeduplicationId
        key = (content.group, known_as) if self.attributes.deduplicates_by_group else known_as
        earlier = self._sent.get(key, now)
        if earlier is not None:
            self._record(MessageDeduplicated(self.arn, earlier.id, known_as))
            return earlier
        message = self._identified(super().send(content), known_as)
        self._sent.note(key, message, now)
        return message

    def resend(self, message: Message) -> Message:
        """Take in the content of a dead letter that is moved back, as a new message."""
        again = super().resend(message)
        return self._identified(again, self._known_as(again.content))

    @staticmethod
    def _identified(message: Message, known_as: str | None) -> Message:
        """*message* with what FIFO queues tell messages by."""
        message.deduplication_id = known_as or message.id
        number = _FIRST_SEQUENCE_NUMBER + message.number * _SEQUENCE_STEP
        message.sequence_number = str(number)
        return message

    def adopt(self, message: Message) -> None:
        """Take in a dead letter: it counts as sent now, and is known by its id."""
        message.sent_at = self._simulation.now
        super().adopt(message)
        self._identified(message, message.id)

    def _known_as(self, content: Content) -> str | None:
        """By what *content* is told from others, or `None`: an explicit id wins over the body."""
        if content.deduplication_id or not self.attributes.deduplicates_by_content:
            return content.deduplication_id
        return sha256(content.body.encode()).hexdigest()

    # Receiving

    def receive(
        self, maximum: int, visibility: Duration | None = None, attempt_id: str | None = None
    ) -> list[Message]:
        """Take up to *maximum* available messages; the same attempt gets the same messages again."""
        if attempt_id is None:
            return super().receive(maximum, visibility)
        now = self.settle()
        attempt = self._attempts.get(attempt_id, now)
        if attempt is not None and all(message.return_ is entry for message, entry in attempt):
            taken = [message for message, _ in attempt]
            hidden = self.attributes.visibility_timeout if visibility is None else visibility
            for message in taken:
                self._hide_anew(message, now + hidden)
        else:
            taken = super().receive(maximum, visibility)
        if taken:
            self._attempts.note(attempt_id, [(message, message.return_) for message in taken], now)
        return taken

    def _over_limit(self) -> list[Message]:
        return []

    def _next_chance(self) -> Instant:
        """A message in flight that reaches the end of its retention frees its group as well."""
        return min(super()._next_chance(), self._stock.next_expiry())
