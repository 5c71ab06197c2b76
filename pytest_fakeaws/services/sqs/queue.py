"""A queue, and the rules of standard ones: its messages, who waits for them, and what becomes of them.

Each operation first brings the stock of messages up to the present.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import ClassVar

from pytest_fakeaws.addresses import Place, queue_url
from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.inside import QueuePoint
from pytest_fakeaws.journal.entries import (
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageReceived,
    MessageSent,
    QueuePurged,
    VisibilityChanged,
    made_of_values,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.ports import PolledMessage
from pytest_fakeaws.services.sqs import limits, representation
from pytest_fakeaws.services.sqs.attributes import QueueAttributes
from pytest_fakeaws.services.sqs.backlog import Backlog, StandardBacklog
from pytest_fakeaws.services.sqs.errors import (
    InvalidParameterValue,
    OverLimit,
    PurgeQueueInProgress,
    QueueDoesNotExist,
)
from pytest_fakeaws.services.sqs.message import (
    DELAYED,
    IN_FLIGHT,
    WAITING,
    Content,
    Message,
    State,
)
from pytest_fakeaws.services.sqs.receipts import Receipts
from pytest_fakeaws.services.sqs.stock import Stock
from pytest_fakeaws.services.sqs.waiting import Waiting
from pytest_fakeaws.sim.chance import Ids
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant
from pytest_fakeaws.sim.simulation import Simulation

_sent, _received = made_of_values(MessageSent), made_of_values(MessageReceived)
_deleted = made_of_values(MessageDeleted)
_PURGE_INTERVAL = limits.PURGE_INTERVAL * SECOND


class Queue:
    """One queue; by itself a standard one.

    Args:
        place: The account and region it lives in.
        name: Its name.
        attributes: What was set at its creation.
        simulation: The clock, and how to wait.
        journal: Where facts go.
        ids: Where message ids come from.
        receipts: How it makes and reads receipt handles.
        find: Finds another queue by ARN, for dead letters.
        hooks: What is asked whether something goes wrong.

    Attributes:
        receipt_handle: Writes the handle of the latest receive of a message.
        empty_polls: How many receives that did not wait got nothing.
    """

    strict_handles: ClassVar[bool] = False
    """Whether a handle is an error once its message is in flight no more."""

    def __init__(
        self,
        place: Place,
        name: str,
        attributes: QueueAttributes,
        *,
        simulation: Simulation,
        journal: Journal,
        ids: Ids,
        receipts: Receipts,
        find: Callable[[str], Queue | None],
        hooks: Hooks,
    ) -> None:
        self.place = place
        self.name = name
        self.arn = place.arn("sqs", name)
        self.url = queue_url(place, name)
        self.attributes = attributes
        self.created_at = self.modified_at = simulation.now
        self.exists = True
        self._simulation = simulation
        self._record = journal.record
        self._ids = ids
        self.receipt_handle = receipts.write
        self._read_handle = receipts.read
        self._find = find
        self._hooks = hooks
        self._waiting = Waiting(
            simulation, name, self._next_chance, lambda: self.count(WAITING) > 0
        )
        self.tags: dict[str, str] = {}
        self.empty_polls = 0
        self._purged_at: Instant | None = None
        self._numbers = count(1)
        self._clear()

    def _clear(self) -> None:
        self._stock = Stock(self._new_backlog(), self.attributes.retention, self._numbers)

    def _new_backlog(self) -> Backlog:
        return StandardBacklog()

    # What it holds

    @property
    def visibility_timeout(self) -> Duration:
        """How long a received message stays hidden unless the receive says otherwise."""
        return self.attributes.visibility_timeout

    @property
    def fifo(self) -> bool:
        """Whether it is a FIFO queue."""
        return self.attributes.fifo

    @property
    def has_messages(self) -> bool:
        """Whether a message waits in it."""
        return self.count(WAITING) > 0

    def count(self, state: State) -> int:
        """How many messages stand at *state* now."""
        self.settle()
        return self._stock.counts[state]

    def messages(self, *states: State) -> Iterator[Message]:
        """The messages at *states*: what waits in the order of the backlog, then the rest by return."""
        self.settle()
        for message in self._stock:
            if message.state in states:
                yield message

    def settle(self) -> Instant:
        """Let everything happen that is due by now, and return the present instant."""
        now = self._simulation.now
        if now >= self._stock.unchanged_until:
            self._catch_up(now)
        return now

    def _catch_up(self, now: Instant) -> None:
        stock = self._stock
        stock.bring_back(now)
        while (oldest := stock.expired(now)) is not None:
            self.remove(oldest)
            expiry = oldest.sent_at + stock.retention
            self._record(MessageExpired(self.arn, oldest.id, expiry))
        stock.next_change()

    @property
    def next_change(self) -> Instant:
        """When a message next comes back or expires by itself; `FOREVER` if none will."""
        self.settle()
        return self._stock.next_change()

    def change(self, attributes: Mapping[str, str]) -> None:
        """Set attributes, all or none."""
        self.attributes.set(attributes)
        self._stock.retention = self.attributes.retention
        self.modified_at = self._simulation.now

    # Sending

    def send(self, content: Content, delay: Duration | None = None) -> Message:
        """Accept a message; *delay* overrides the queue's own."""
        now = self.settle()
        message = Message(self._ids.next(), content, now)
        self._stock.add(message)
        hidden = self.attributes.delay if delay is None else delay
        if self._hooks.sending is not None:
            hidden += self._late(message)
        visible_at = now + hidden if hidden else now  # equal numbers would be two objects
        beginning, size = content.told()
        self._record(_sent((self.arn, message.id, beginning, visible_at, size)))
        if hidden:
            self._hide((message,), DELAYED, visible_at)
        else:
            self._stock.make_available(message)
            if self._waiting.watchers:
                self._waiting.call()
        return message

    def _late(self, message: Message) -> Duration:
        """How much later than it should *message* becomes available."""
        assert self._hooks.sending is not None
        return self._hooks.sending(QueuePoint(self.arn, (message.id,))) or 0

    def adopt(self, message: Message) -> None:
        """Take in a dead letter; it keeps its id, its count and the time it was sent."""
        self.settle()
        self._stock.add(message)
        self._make_available(message)

    def resend(self, message: Message) -> Message:
        """Take in the content of a dead letter that is moved back, as a new message."""
        now, content = self.settle(), message.content
        again = Message(self._ids.next(), content, now)
        self._stock.add(again)
        beginning, size = content.told()
        self._record(MessageSent(self.arn, again.id, beginning, now, size))
        self._make_available(again)
        return again

    def _make_available(self, message: Message) -> None:
        self._stock.make_available(message)
        if self._waiting.watchers:
            self._waiting.call()

    # Receiving

    def receive(
        self, maximum: int, visibility: Duration | None = None, attempt_id: str | None = None
    ) -> list[Message]:
        """Take up to *maximum* available messages, without waiting.

        A message that has been received as often as the redrive policy allows goes to the dead-letter
        queue instead: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html.

        Args:
            maximum: How many at the most.
            visibility: How long they stay hidden; as long as the queue says unless given.
            attempt_id: The `ReceiveRequestAttemptId`, which means nothing to a standard queue.

        Raises:
            OverLimit: Too many messages are in flight.
        """
        now = self.settle()
        if self._stock.counts[IN_FLIGHT] >= limits.IN_FLIGHT:
            return self._over_limit()
        if self._hooks.receiving is not None:
            self._shuffle()
        fit = None if self.attributes.redrive_policy is None else self._is_fit
        taken = self._stock.backlog.take(maximum, now, fit)
        if taken:
            hidden = self.attributes.visibility_timeout if visibility is None else visibility
            self._hand_out(taken, now, now + hidden)
        return taken

    def _shuffle(self) -> None:
        """Let what waits be received in another order, if it is to be."""
        assert self._hooks.receiving is not None
        if self._stock.counts[WAITING] > 1:
            random = self._hooks.receiving(QueuePoint(self.arn))
            if random is not None:
                self._stock.backlog.shuffle(random)

    def _over_limit(self) -> list[Message]:
        raise OverLimit

    def _hand_out(self, messages: Sequence[Message], now: Instant, hidden_until: Instant) -> None:
        self._hide(messages, IN_FLIGHT, hidden_until)
        arn, record = self.arn, self._record
        for message in messages:
            message.receive_count = count = message.receive_count + 1
            message.receipts += 1
            message.received_at = now
            if message.first_received_at is None:
                message.first_received_at = now
            record(_received((arn, message.id, count, hidden_until, message.content.size)))

    def waiting(self) -> Iterator[Message]:
        """What waits, message by message, as long as something does; who asks takes away what it gets."""
        while self.count(WAITING):
            for message in list(self.messages(WAITING)):
                self.settle()
                if message.state is WAITING and self._stock.holds(message):
                    yield message

    def poll(self, maximum: int, visibility: Duration) -> list[PolledMessage]:
        """Take up to *maximum* available messages for an event source mapping."""
        return [self._polled(message) for message in self.receive(maximum, visibility)]

    def _polled(self, message: Message) -> PolledMessage:
        content = message.content
        write = partial(
            representation.event_record,
            message.id,
            content,
            representation.kept_of(message),
            receipt_handle=self.receipt_handle(message),
            queue_arn=self.arn,
            region=self.place.region,
        )
        return PolledMessage(
            message.id,
            message.receive_count,
            write,
            content.size,
            content.trace_header,
            content.group if self.strict_handles else None,
            (message.number, message.receipts),
        )

    def receive_within(
        self,
        maximum: int,
        visibility: Duration | None,
        wait: Duration,
        attempt_id: str | None = None,
    ) -> list[Message]:
        """Take up to *maximum* messages, waiting up to *wait* for the first to become available.

        Raises:
            QueueDoesNotExist: The queue was deleted while it was polled.
        """
        deadline = self._simulation.now + wait
        while True:
            taken = self.receive(maximum, visibility, attempt_id)
            if taken:
                return taken
            if self._simulation.now >= deadline:
                self.empty_polls += not wait
                return taken
            self._simulation.wait(self, deadline)
            if not self.exists:
                raise QueueDoesNotExist

    def _is_fit(self, message: Message) -> bool:
        """Whether *message* may be received once more; else it is dead-lettered."""
        policy = self.attributes.redrive_policy
        if policy is None or message.receive_count < policy.max_receive_count:
            return True
        target = self._find(policy.dead_letter_arn)
        if target is None or target is self:  # nowhere else to go
            return True
        self.remove(message)
        message.dead_letter_source = self.arn
        self._record(
            MessageDeadLettered(
                self.arn, message.id, target.arn, message.receive_count, policy.max_receive_count
            )
        )
        target.adopt(message)
        return False

    # What a consumer does with a message

    def delete(self, receipt_handle: str) -> None:
        """Delete a message.

        An earlier handle than that of the latest receive deletes nothing, and neither it nor one of a
        deleted message is an error.

        Raises:
            ReceiptHandleIsInvalid: The handle is none of this queue's.
            InvalidParameterValue: The queue is a FIFO queue, and the handle has expired.
        """
        number, receipt = self._read_handle(receipt_handle)
        self.settle()
        if not self._delete(number, receipt):
            raise InvalidParameterValue(
                receipt_handle, "ReceiptHandle", "The receipt handle has expired."
            )

    def delete_polled(self, messages: Iterable[PolledMessage]) -> None:
        """Delete messages by what an event source mapping has of them; a handle that has expired does not."""
        self.settle()
        for message in messages:
            self._delete(*message.ticket)

    def _delete(self, number: int, receipt: int) -> bool:
        """Delete a message by its receive of that number; whether this was no handle that has expired."""
        message = self._stock.find(number)
        if message is None:
            return True
        if self.strict_handles and not self._is_held(message, receipt):
            return False
        if message.receipts == receipt:
            self._record(_deleted((self.arn, message.id)))
            if self._hooks.deleting is None or not self._survives(message):
                self.remove(message)
        return True

    def _survives(self, message: Message) -> bool:
        """Whether a copy of a message that is deleted is left, on a server that has not heard of its receive."""
        assert self._hooks.deleting is not None
        after = self._hooks.deleting(QueuePoint(self.arn, (message.id,)))
        if after is None:
            return False
        message.receipts += 1  # so that its handles mean nothing any more
        if message.state is IN_FLIGHT:
            message.receive_count -= 1
            self._hide_anew(message, self._simulation.now + after)
        return True

    def change_visibility(self, receipt_handle: str, visibility: Duration) -> None:
        """Hide a message in flight for *visibility* from now on.

        Raises:
            ReceiptHandleIsInvalid: The handle is none of this queue's.
            InvalidParameterValue: The message is gone, or would be hidden for more than 12 hours.
        """
        number, receipt = self._read_handle(receipt_handle)
        now = self.settle()
        message = self._stock.find(number)
        held = message is not None and self._is_held(message, receipt)
        if message is None or (self.strict_handles and not held):
            raise InvalidParameterValue(
                receipt_handle,
                "ReceiptHandle",
                "Message does not exist or is not available for visibility timeout change.",
            )
        if not held:
            return
        longest = limits.VISIBILITY_TIMEOUT[1]
        if now + visibility > message.received_at + longest * SECOND:
            raise InvalidParameterValue(
                visibility // SECOND,
                "VisibilityTimeout",
                f"Total VisibilityTimeout for the message is beyond the limit [{longest} seconds]",
            )
        self._record(VisibilityChanged(self.arn, message.id, now + visibility))
        self._hide_anew(message, now + visibility)

    def _is_held(self, message: Message, receipt: int) -> bool:
        """Whether *message* is in flight by its receive of that number."""
        return message.state is IN_FLIGHT and message.receipts == receipt

    def purge(self) -> None:
        """Delete all messages.

        Raises:
            PurgeQueueInProgress: The last purge was less than a minute ago.
        """
        now = self.settle()
        if self._purged_at is not None and now < self._purged_at + _PURGE_INTERVAL:
            raise PurgeQueueInProgress(self.name)
        self._purged_at = now
        self._record(QueuePurged(self.arn, len(self._stock)))
        self._clear()

    def close(self) -> None:
        """The queue is deleted: its messages go, and whoever polls it learns of it."""
        self.exists = False
        self._clear()
        self._waiting.call()

    # Who waits

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* once, the next time a message becomes available."""
        self._waiting.add(watcher)

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""
        self._waiting.remove(watcher)

    def _next_chance(self) -> Instant:
        """When something that is delayed or in flight can next be of use to who waits."""
        return self._stock.next_return()

    # Where a message stands

    def _hide(self, messages: Sequence[Message], state: State, until: Instant) -> None:
        self._stock.hide(messages, state, until)
        if self._waiting.watchers:
            self._waiting.plan()

    def _hide_anew(self, message: Message, until: Instant) -> None:
        self._stock.hide_anew(message, until)
        if self._waiting.watchers:
            self._waiting.plan()

    def remove(self, message: Message) -> None:
        """Let *message* be gone from this queue."""
        self._stock.remove(message)
