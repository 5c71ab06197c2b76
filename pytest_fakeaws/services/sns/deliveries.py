"""Deliveries: notifications on their way to subscribers, until they are taken or given up.

See https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pytest_fakeaws.journal.entries import (
    DeadLetterLost,
    DeliveryGivenUp,
    NotificationDelivered,
    made_of_values,
)
from pytest_fakeaws.journal.journal import Journal, current_cause
from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.services.sns.delivery import Delivery, Label
from pytest_fakeaws.services.sns.endpoints import Endpoints
from pytest_fakeaws.services.sns.failures import Failure, Undeliverable
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.simulation import Simulation

_NOWHERE = ("", "")
_delivered = made_of_values(NotificationDelivered)


class Deliveries:
    """Sees notifications to their subscribers, and says what became of them.

    Args:
        simulation: The clock.
        journal: Where it says so.
        endpoints: How subscribers are reached.
    """

    def __init__(self, simulation: Simulation, journal: Journal, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self._simulation = simulation
        self._journal = journal
        self._record = journal.record
        self._quick = endpoints.quick
        self._outages = endpoints.outages.present
        self._hooks = endpoints.hooks
        self._pending: dict[Delivery, _Parcel] = {}
        self._lines: dict[tuple[str, str], deque[tuple[Notification, int]]] = {}
        """What waits behind a delivery that is retried, and its cause, by subscription and message group."""

    def deliver(self, subscription: Subscription, notification: Notification) -> None:
        """Deliver *notification*: an endpoint that takes it at once has it when this returns.

        One of a message group waits for those before it that are retried.
        """
        if self._lines:
            line = self._lines.get((subscription.arn, notification.group or ""))
            if line is not None:
                line.append((notification, current_cause.get()))
                return
        hand = self._quick.get(subscription.protocol)
        if hand is None:
            self.endpoints.check_simulated(subscription.protocol)
            self._start(subscription, notification).attempt()
            return
        try:
            if self._outages:
                self.endpoints.check_reach(subscription.endpoint)
            if self._hooks.delivery is not None:
                self.endpoints.check_luck(subscription, notification)
            hand(subscription, notification)
        except Undeliverable as error:
            self._start(subscription, notification).begin()(error.failure)
        except ServiceError as error:
            self._start(subscription, notification).begin()(Failure.of(error))
        else:
            fact = notification.topic_arn, notification.id, subscription.arn, subscription.endpoint
            self._record(_delivered(fact))

    def settle(self) -> None:
        """Tell what has become of retries that were not worth an event each."""
        for delivery in self._pending:
            delivery.tell(self._simulation.now)

    def forget(self, subscription: Subscription) -> None:
        """Give up what is on its way to *subscription*, which is deleted."""
        for delivery, parcel in list(self._pending.items()):
            if parcel.subscription is subscription:
                delivery.stop()
                self._lines.pop(parcel.in_line or _NOWHERE, None)
                self._give_up(delivery, parcel, "the subscription was deleted", None)

    def _start(self, subscription: Subscription, notification: Notification) -> Delivery:
        parcel = _Parcel(self, subscription, notification)
        schedule = self.endpoints.schedule(subscription)
        delivery = Delivery(self._simulation, self._journal, parcel, schedule)
        self._pending[delivery] = parcel
        if parcel.in_line is not None:
            self._lines[parcel.in_line] = deque()
        return delivery

    def end(self, delivery: Delivery, parcel: _Parcel, failure: Failure | None) -> None:
        """A delivery is over; with *failure*, it is given up."""
        if failure is None:
            del self._pending[delivery]
            self._record(NotificationDelivered(*parcel.label))
        else:
            target = parcel.subscription.dead_letter_queue
            self._give_up(delivery, parcel, failure.reason, target)
        if parcel.in_line is not None:
            for notification, cause in self._lines.pop(parcel.in_line):
                with self._journal.caused_by(cause):
                    self.deliver(parcel.subscription, notification)

    def _give_up(
        self, delivery: Delivery, parcel: _Parcel, reason: str, target: str | None
    ) -> None:
        del self._pending[delivery]
        given_up = self._record(
            DeliveryGivenUp(
                *parcel.label,
                attempts=delivery.attempts,
                attempted_at=delivery.attempted_at,
                reason=reason,
                dead_letter_queue=target,
            )
        )
        if target is None:
            return
        with self._journal.caused_by(given_up):
            try:
                self.endpoints.dead_letter(parcel.subscription, parcel.notification, target)
            except ServiceError as error:
                self._record(DeadLetterLost(*parcel.label, target, str(error)))


class _Parcel:
    """A notification for one subscriber."""

    def __init__(
        self, deliveries: Deliveries, subscription: Subscription, notification: Notification
    ) -> None:
        self._deliveries = deliveries
        self.subscription = subscription
        self.notification = notification
        self.label = Label(
            notification.topic_arn, notification.id, subscription.arn, subscription.endpoint
        )
        ordered = notification.sequence_number is not None and notification.group is not None
        self.in_line = (subscription.arn, str(notification.group)) if ordered else None

    def hand(self, done: Callable[[Failure | None], None]) -> None:
        self._deliveries.endpoints.attempt(self.subscription, self.notification, done)

    def ended(self, delivery: Delivery, failure: Failure | None) -> None:
        self._deliveries.end(delivery, self, failure)
