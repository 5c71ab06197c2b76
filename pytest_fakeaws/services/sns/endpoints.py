"""Endpoints: how a notification is handed to each kind of subscriber.

Each raises `ServiceError` when it cannot take the notification.
"""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.ports import QueueCourier, Sender
from pytest_fakeaws.services.sns.envelope import Envelope, lambda_event
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.subscription import Subscription


class Endpoints:
    """Reaches subscribers by their protocols.

    Args:
        queues: Delivers to queues.
        functions: Sends events to functions.
    """

    def __init__(self, queues: QueueCourier, functions: Sender) -> None:
        self._queues = queues
        self._functions = functions
        self._by_protocol: dict[str, Callable[[Subscription, Notification], None]] = {
            "sqs": self._queue,
            "lambda": self._function,
        }

    def hand(self, subscription: Subscription, notification: Notification) -> None:
        """Hand *notification* over.

        Raises:
            ServiceError: The endpoint cannot take it.
            NotSimulated: Nothing is delivered by this protocol.
        """
        protocol = subscription.protocol
        if protocol not in self._by_protocol:
            raise NotSimulated(f"Delivery of notifications by the protocol {protocol}")
        self._by_protocol[protocol](subscription, notification)

    def _queue(self, subscription: Subscription, notification: Notification) -> None:
        if subscription.raw:
            packed = notification.packed or self._packed(notification)
        else:
            envelope = Envelope.of(notification, "sqs")
            packed = self._queues.pack_later(
                envelope.body,
                subscription.arn,
                excerpt=notification.excerpt,
                at_most=envelope.size_at_most,
                trace_header=notification.trace_header,
                group=notification.group,
                deduplication_id=notification.deduplication_id,
            )
        self._queues.deliver(subscription.owner, subscription.endpoint, packed)

    def _packed(self, notification: Notification) -> object:
        """The notification as all queues get it that want no envelope."""
        notification.packed = self._queues.pack(
            notification.text("sqs"),
            attributes=notification.sent_attributes,
            trace_header=notification.trace_header,
            group=notification.group,
            deduplication_id=notification.deduplication_id,
        )
        return notification.packed

    def _function(self, subscription: Subscription, notification: Notification) -> None:
        event = lambda_event(notification, subscription.arn)
        self._functions(
            subscription.owner,
            subscription.endpoint,
            event,
            trace_header=notification.trace_header,
        )
