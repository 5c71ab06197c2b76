"""The stock of a queue: the messages that it holds, and where each of them stands.

Nothing here searches or counts messages: what is delayed or in flight stands on an agenda of the stock's
own, and what may expire in the order of its age.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_fakeaws.services.sqs.ages import Ages
from pytest_fakeaws.services.sqs.backlog import Backlog, StandardBacklog
from pytest_fakeaws.services.sqs.fair_backlog import FairBacklog
from pytest_fakeaws.services.sqs.message import GONE, IN_FLIGHT, WAITING, Message, State
from pytest_fakeaws.services.sqs.returns import Returns
from pytest_fakeaws.sim.instants import FOREVER, Duration, Instant


class Stock:
    """The messages of one queue.

    Args:
        backlog: Decides which available message is next.
        retention: How long a message is kept.
        numbers: What messages are numbered by as they come in.

    Attributes:
        backlog: What waits; who takes a message out of it hides or removes that.
        counts: How many messages stand at each state; it says nothing of those that are gone.
        unchanged_until: Before then no message comes back or expires by itself.
    """

    __slots__ = (
        "_ages",
        "_messages",
        "_numbers",
        "_retention",
        "_returns",
        "backlog",
        "counts",
        "unchanged_until",
    )

    def __init__(self, backlog: Backlog, retention: Duration, numbers: Iterator[int]) -> None:
        self.backlog = backlog
        self._retention = retention
        self._numbers = numbers
        self._messages: dict[int, Message] = {}
        self._returns = Returns()
        self._ages = Ages(self.holds)
        self.counts = [0, 0, 0, 0]
        self.unchanged_until = FOREVER

    @property
    def retention(self) -> Duration:
        """How long a message is kept."""
        return self._retention

    @retention.setter
    def retention(self, retention: Duration) -> None:
        self._retention = retention
        self.unchanged_until = self.next_change()

    # What is there

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        """What waits, in the order of the backlog, then the rest by return."""
        yield from (*self.backlog, *self._returns)

    def hidden(self) -> list[Message]:
        """What is delayed or in flight, by return."""
        return list(self._returns)

    def find(self, number: int) -> Message | None:
        """The message of that number, if it is there."""
        return self._messages.get(number)

    def holds(self, message: Message) -> bool:
        """Whether *message* is there."""
        return self._messages.get(message.number) is message

    # What time brings about

    def next_return(self) -> Instant:
        """When a message next comes back; `FOREVER` if none will."""
        return self._returns.next_due()

    def next_expiry(self) -> Instant:
        """When a message next reaches the end of its retention; `FOREVER` if none will."""
        oldest = self._ages.oldest()
        return FOREVER if oldest is None else oldest.sent_at + self._retention

    def next_change(self) -> Instant:
        """When a message next comes back or expires by itself; `FOREVER` if none will."""
        self.unchanged_until = min(self.next_return(), self.next_expiry())
        return self.unchanged_until

    def bring_back(self, now: Instant) -> None:
        """Let what is due by *now* be available."""
        returns = self._returns
        while returns.next_due() <= now:
            message = returns.pop()
            message.return_ = None
            self.make_available(message)

    def expired(self, now: Instant) -> Message | None:
        """The message that was sent first, if it has reached the end of its retention."""
        return self._ages.sent_by(now - self._retention)

    # What becomes of a message

    def add(self, message: Message) -> None:
        """Take in a message; where it stands is yet to be said."""
        message.number = number = next(self._numbers)
        self._messages[number] = message
        if message.dead_letter_source is None:
            self._ages.add(message)
        else:
            message.receipts = 0
            self._ages.adopt(message)
        expiry = message.sent_at + self._retention
        if expiry < self.unchanged_until:  # noqa: PLR1730 - takes half the time of min
            self.unchanged_until = expiry
        if message.content.group and type(self.backlog) is StandardBacklog:
            in_flight = (other for other in self._returns if other.state is IN_FLIGHT)
            self.backlog = FairBacklog.of(self.backlog, in_flight)

    def make_available(self, message: Message) -> None:
        """Let *message* wait to be received."""
        counts = self.counts
        counts[message.state] -= 1
        counts[WAITING] += 1
        message.state = WAITING
        self.backlog.add(message)

    def hide(self, messages: Sequence[Message], state: State, until: Instant) -> None:
        """Let *messages*, which all stand alike, be delayed or in flight *until* they come back."""
        self.counts[messages[0].state] -= len(messages)
        self.counts[state] += len(messages)
        self._returns.put(messages, state, until)
        if until < self.unchanged_until:  # noqa: PLR1730 - likewise
            self.unchanged_until = until

    def hide_anew(self, message: Message, until: Instant) -> None:
        """Let *message*, which is delayed or in flight, come back at another time."""
        if message.return_ is not None:
            self._returns.cancel(message.return_)
        self.hide((message,), message.state, until)

    def remove(self, message: Message) -> None:
        """Let *message* be gone."""
        self.counts[message.state] -= 1
        message.state = GONE
        del self._messages[message.number]
        if message.return_ is not None:
            self._returns.cancel(message.return_)
            message.return_ = None
        self.backlog.left(message)
        self._ages.prune(len(self._messages))
