"""Usage: what was asked of AWS, counted from the journal, and what it would cost."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from copy import deepcopy
from fnmatch import fnmatchcase
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_fakeaws.journal.entries import (
    CallAnswered,
    Fact,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    MessageDeduplicated,
    MessageDeleted,
    MessageReceived,
    MessageSent,
    NotificationDelivered,
    NotificationPublished,
    VisibilityChanged,
)
from pytest_fakeaws.journal.prices import CHUNK, PRICES, READ_ON, REGION
from pytest_fakeaws.journal.wording import name, number
from pytest_fakeaws.sim.instants import SECOND

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Journal

_MILLISECOND = SECOND // 1_000
_BATCH = 10
"""Entries of a batch at the most."""


class Usage:
    """Counts of what was asked of AWS, and an estimate of its cost.

    Attributes:
        operations: How often each API operation was called, as `"sqs:SendMessage"`.
        empty_receives: Receives that returned nothing.
        invocations: How often each function ran, by name.
        gb_seconds: Memory by time of all invocations, each rounded up to a whole millisecond.
        billed: How many of each kind of thing in the price table.
    """

    def __init__(self) -> None:
        self.operations: Counter[str] = Counter()
        self.empty_receives = 0
        self.invocations: Counter[str] = Counter()
        self.gb_seconds = 0.0
        self.billed: Counter[str] = Counter()

    def calls(self, pattern: str = "*") -> int:
        """How many API calls were made.

        Args:
            pattern: Which, as `"sqs:SendMessage"` or `"sqs:*"`.

        Example:
            >>> assert fakeaws.usage.calls("sqs:SendMessage") <= 3  # doctest: +SKIP
        """
        return sum(self.matching(pattern).values())

    def matching(self, pattern: str) -> Counter[str]:
        """The operations that fit a pattern, each with how often it was called."""
        return Counter(
            {one: count for one, count in self.operations.items() if fnmatchcase(one, pattern)}
        )

    @property
    def cost(self) -> float:
        """An estimate in US dollars; what it leaves out stands in docs/story.md."""
        amounts = (count * PRICES[what].dollars for what, count in self.billed.items())
        return sum(amounts) + self.gb_seconds * PRICES["lambda.compute"].dollars

    def __add__(self, other: Usage) -> Usage:
        return _combined(self, other, 1)

    def __sub__(self, other: Usage) -> Usage:
        return _combined(self, other, -1)

    def __str__(self) -> str:
        counts = [
            *self.operations.most_common(),
            ("empty receives", self.empty_receives),
            *((f"invocations of {name}", count) for name, count in self.invocations.most_common()),
        ]
        return "\n".join(
            [
                *(f"{what:<40} {count:>11,}" for what, count in counts),
                f"{'GB-seconds':<40} {self.gb_seconds:>11,.3f}",
                f"about ${self.cost:,.6f} at AWS's list prices in {REGION} of {READ_ON}",
            ]
        )

    def __repr__(self) -> str:
        ran = number(sum(self.invocations.values()), "invocation")
        return f"<Usage: {number(self.calls(), 'call')}, {ran}, about ${self.cost:.6f}>"

    # As reports carry it from one process to another

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            key: dict(value) if isinstance(value, Counter) else value
            for key, value in vars(self).items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Usage:
        """The usage that was made plain."""
        usage = cls()
        for key, value in values.items():
            setattr(usage, key, Counter(value) if isinstance(value, dict) else value)
        return usage


def _combined(one: Usage, other: Usage, sign: int) -> Usage:
    combined = deepcopy(one)
    for key, value in vars(other).items():
        if isinstance(value, Counter):
            counts = getattr(combined, key)
            for what, count in value.items():
                counts[what] += sign * count
            setattr(combined, key, +counts)
        else:
            setattr(combined, key, getattr(combined, key) + sign * value)
    return combined


class Tally:
    """Counts a journal's facts, one after the other.

    What a call did stands right before the fact that it was answered, and tells what it is billed as.

    Attributes:
        usage: The counts so far.
    """

    def __init__(self) -> None:
        self.usage = Usage()
        self._memory: dict[int, int] = {}
        self._sizes: dict[str, int] = {}
        self._topic = ""
        self._latest: deque[Fact] = deque(maxlen=_BATCH)

    def read(self, number: int, fact: Fact) -> None:
        """Count the fact with this number."""
        if isinstance(fact, CallAnswered):
            self._answered(fact)
            self._latest.clear()
            self._topic = ""
        else:
            self._latest.append(fact)
            counter = self._COUNTERS.get(type(fact))
            if counter is not None:
                counter(self, number, fact)

    def _weighed(self, _: int, fact: MessageSent | MessageReceived) -> None:
        if fact.size * _BATCH > CHUNK:  # else no batch of such messages takes more than one chunk
            self._sizes[fact.message_id] = fact.size

    def _started(self, number: int, fact: InvocationStarted) -> None:
        self.usage.invocations[name(fact.function)] += 1
        self.usage.billed["lambda"] += 1
        self._memory[number] = fact.memory

    def _ended(self, _: int, fact: InvocationSucceeded | InvocationFailed) -> None:
        milliseconds = max(1, _ceiling(fact.duration, _MILLISECOND))
        megabytes = self._memory.pop(fact.invocation, 0)
        self.usage.gb_seconds += megabytes / 1_024 * milliseconds / 1_000

    def _published(self, _: int, fact: NotificationPublished) -> None:
        self._topic = fact.topic

    def _delivered(self, _: int, fact: NotificationDelivered) -> None:
        if fact.endpoint.startswith(("http:", "https:")):
            self.usage.billed["sns.http"] += 1
        elif "@" in fact.endpoint:
            self.usage.billed["sns.email"] += 1

    def _answered(self, fact: CallAnswered) -> None:
        usage = self.usage
        usage.operations[f"{fact.service}:{fact.operation}"] += 1
        if fact.service == "sns":
            usage.billed[_kind("sns", self._topic)] += 1
        elif fact.service == "sqs":
            did = self._brought_about(fact.operation)
            if fact.operation == "ReceiveMessage" and fact.error is None and not did:
                usage.empty_receives += 1
            queue = did[0].queue if did else ""
            payload = sum(self._sizes.get(one.message_id, 0) for one in did)
            usage.billed[_kind("sqs", queue)] += max(1, _ceiling(payload, CHUNK))

    def _brought_about(self, operation: str) -> list[Any]:
        """The facts that a call of this operation has just brought about."""
        kinds, most = _BRINGS_ABOUT.get(operation, ((), 0))
        did = takewhile(lambda fact: isinstance(fact, kinds), reversed(self._latest))
        return list(islice(did, most))

    _COUNTERS: ClassVar[dict[type, Any]] = {
        MessageSent: _weighed,
        MessageReceived: _weighed,
        InvocationStarted: _started,
        InvocationSucceeded: _ended,
        InvocationFailed: _ended,
        NotificationPublished: _published,
        NotificationDelivered: _delivered,
    }


_BRINGS_ABOUT: dict[str, tuple[tuple[type, ...], int]] = {
    "SendMessage": ((MessageSent, MessageDeduplicated), 1),
    "SendMessageBatch": ((MessageSent, MessageDeduplicated), _BATCH),
    "ReceiveMessage": ((MessageReceived,), _BATCH),
    "DeleteMessage": ((MessageDeleted,), 1),
    "DeleteMessageBatch": ((MessageDeleted,), _BATCH),
    "ChangeMessageVisibility": ((VisibilityChanged,), 1),
    "ChangeMessageVisibilityBatch": ((VisibilityChanged,), _BATCH),
}
"""Which facts stand right before the one that says a call of an operation was answered, and how many."""


def _kind(service: str, arn: str) -> str:
    return f"{service}.fifo" if arn.endswith(".fifo") else service


def _ceiling(number: int, unit: int) -> int:
    return -(-number // unit)


def usage_of(journal: Journal) -> Usage:
    """What the journal tells of, and what it told of before it forgot."""
    tally = deepcopy(journal.forgotten)
    for entry in journal:
        tally.read(entry.number, entry.fact)
    return tally.usage
