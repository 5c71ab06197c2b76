"""Endpoints: how a notification is handed to each kind of subscriber.

Each raises `ServiceError` when it cannot take the notification.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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
        arn = subscription.endpoint
        packed = (
            self._raw(notification)
            if subscription.raw
            else self._enveloped(subscription, notification)
        )
        self._queues.deliver(subscription.owner, arn, packed)

    def _raw(self, notification: Notification) -> object:
        text = notification.text("sqs")
        packed = notification.packed.get(text)
        if packed is None:
            packed = notification.packed[text] = self._queues.pack(
                text,
                attributes=notification.sent_attributes,
                trace_header=notification.trace_header,
                group=notification.group,
                deduplication_id=notification.deduplication_id,
            )
        return packed

    def _enveloped(self, subscription: Subscription, notification: Notification) -> object:
        envelope = Envelope.of(notification, "sqs")
        return self._queues.pack_later(
            partial(envelope.body, subscription.arn),
            excerpt=notification.excerpt,
            at_most=envelope.size_at_most,
            trace_header=notification.trace_header,
            group=notification.group,
            deduplication_id=notification.deduplication_id,
        )

    def _function(self, subscription: Subscription, notification: Notification) -> None:
        event = lambda_event(notification, subscription.arn)
        self._functions(
            subscription.owner,
            subscription.endpoint,
            event,
            trace_header=notification.trace_header,
        )
