"""What became of notifications on their way to one subscriber, as a test looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from pytest_fakeaws.journal.entries import (
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRetried,
    NotificationDelivered,
)
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.sim.instants import to_datetime

N = TypeVar("N")


@dataclass(frozen=True)
class Attempt:
    """One attempt at a delivery.

    Attributes:
        number: 1 for the first.
        at: When it was made, as an aware `datetime`.
        error: Why the endpoint did not take the notification, or `None` if it did.
    """

    number: int
    at: datetime
    error: str | None = None


@dataclass
class Delivery(Generic[N]):
    """A notification on its way to a subscriber, as it stood when it was looked at.

    Attributes:
        notification: What was published.
        delivered: Whether the endpoint has taken it.
        given_up: Why it is tried no more; `None` if it was delivered, or is still tried.
        dead_letter_queue: The ARN of the queue that it went to instead, if it did.
        attempts: Every attempt, oldest first.
    """

    notification: N
    delivered: bool = False
    given_up: str | None = None
    dead_letter_queue: str | None = None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def failures(self) -> list[Attempt]:
        """The attempts that have failed."""
        return [attempt for attempt in self.attempts if attempt.error is not None]

    def read(self, entry: Entry) -> None:
        """Take in what a fact about it says."""
        fact = entry.fact
        if isinstance(fact, DeliveryFailed):
            self._add(Attempt(fact.attempt, to_datetime(fact.attempted_at), fact.reason))
        elif isinstance(fact, DeliveryRetried):
            self.attempts += (
                Attempt(
                    fact.first_attempt + place,
                    to_datetime(fact.since + place * fact.every),
                    fact.reason,
                )
                for place in range(fact.attempts)
            )
        elif isinstance(fact, DeliveryGivenUp):
            self.given_up = fact.reason
            self.dead_letter_queue = fact.dead_letter_queue
            if fact.attempts > self._latest:  # else it was stopped between two attempts
                self._add(Attempt(fact.attempts, to_datetime(fact.attempted_at), fact.reason))
        elif isinstance(fact, NotificationDelivered):
            self.delivered = True
            self._add(Attempt(self._latest + 1, to_datetime(entry.at)))

    @property
    def _latest(self) -> int:
        return self.attempts[-1].number if self.attempts else 0

    def _add(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)


def deliveries_of(
    subscription: str, entries: Iterable[Entry], notifications: Mapping[str, N]
) -> tuple[Delivery[N], ...]:
    """The deliveries to a subscription that *entries* tell of, in the order of their first attempts.

    Args:
        subscription: Its ARN.
        entries: The journal's, oldest first.
        notifications: What was published, by message id.
    """
    found: dict[str, Delivery[N]] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, _TELLING) and fact.subscription == subscription:
            notification = notifications.get(fact.notification_id)
            if notification is not None:
                found.setdefault(fact.notification_id, Delivery(notification)).read(entry)
    return tuple(found.values())


_TELLING = (DeliveryFailed, DeliveryRetried, DeliveryGivenUp, NotificationDelivered)
