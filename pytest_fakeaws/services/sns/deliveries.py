"""Deliveries: a notification on its way to one subscriber."""

from __future__ import annotations

from pytest_fakeaws.journal.entries import NotificationDelivered, NotificationDropped
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.services.sns.endpoints import Endpoints
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.subscription import Subscription


class Deliveries:
    """Sees notifications to their subscribers, and says what became of them.

    Args:
        journal: Where it says so.
        endpoints: How subscribers are reached.
    """

    def __init__(self, journal: Journal, endpoints: Endpoints) -> None:
        self._record = journal.record
        self._hand = endpoints.hand

    def deliver(self, subscription: Subscription, notification: Notification) -> None:
        """Deliver *notification*; what the endpoint cannot take is dropped."""
        try:
            self._hand(subscription, notification)
        except ServiceError as error:
            self._record(
                NotificationDropped(
                    notification.topic_arn,
                    notification.id,
                    subscription.arn,
                    subscription.endpoint,
                    str(error),
                )
            )
        else:
            self._record(
                NotificationDelivered(
                    notification.topic_arn, notification.id, subscription.arn, subscription.endpoint
                )
            )
