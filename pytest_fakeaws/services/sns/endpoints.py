"""Endpoints: how a notification is handed to each kind of subscriber."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.inside import DeliveryPoint
from pytest_fakeaws.services.ports import QueueCourier, Sender, ServiceError
from pytest_fakeaws.services.sns.envelope import Envelope, lambda_event
from pytest_fakeaws.services.sns.failures import Failure, Undeliverable
from pytest_fakeaws.services.sns.http_carrier import Done, HttpCarrier
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.outages import Outages
from pytest_fakeaws.services.sns.personal_carrier import PersonalCarrier
from pytest_fakeaws.services.sns.retries import AWS_MANAGED, CUSTOMER_MANAGED, Schedule
from pytest_fakeaws.services.sns.subscription import Subscription

_QUEUE = "sqs"
_AWS_MANAGED = (_QUEUE, "lambda", "firehose")


class Endpoints:
    """Reaches subscribers by their protocols.

    Args:
        queues: Delivers to queues.
        functions: Sends events to functions.
        web: Delivers to HTTP/S endpoints.
        people: Delivers to people.
        outages: Which endpoints cannot be reached.
        hooks: What is asked whether something goes wrong.

    Attributes:
        quick: How what takes a notification at once is given it, by protocol; each raises `ServiceError` or
            `Undeliverable` where it cannot.
        patient: How what takes its time is given it, likewise.
        outages: Which endpoints cannot be reached.
        hooks: What is asked whether something goes wrong.
    """

    def __init__(
        self,
        queues: QueueCourier,
        functions: Sender,
        *,
        web: HttpCarrier,
        people: PersonalCarrier,
        outages: Outages,
        hooks: Hooks,
    ) -> None:
        self.outages = outages
        self.hooks = hooks
        self._queues = queues
        self._functions = functions
        self._web = web
        self.patient: Mapping[str, Callable[[Subscription, Notification, Done], None]] = {
            "http": web.bring,
            "https": web.bring,
        }
        self.quick: Mapping[str, Callable[[Subscription, Notification], None]] = {
            _QUEUE: self._queue,
            "lambda": self._function,
            "email": people.mail,
            "email-json": people.mail_json,
            "sms": people.text,
            "application": people.push,
        }

    def schedule(self, subscription: Subscription) -> Schedule:
        """When failed deliveries to *subscription* are retried."""
        if subscription.protocol in self.patient:
            return self._web.policy(subscription).schedule
        return AWS_MANAGED if subscription.protocol in _AWS_MANAGED else CUSTOMER_MANAGED

    def check_simulated(self, protocol: str) -> None:
        """Refuse a protocol by which nothing is delivered.

        Raises:
            NotSimulated: It is one.
        """
        if protocol not in self.quick and protocol not in self.patient:
            raise NotSimulated(f"Delivery of notifications by the protocol {protocol}")

    def check_reach(self, endpoint: str) -> None:
        """Refuse to deliver to an endpoint that cannot be reached.

        Raises:
            Undeliverable: It is one.
        """
        outage = self.outages.of(endpoint)
        if outage is not None:
            raise Undeliverable(Failure(outage.reason, may_pass=True, outage=outage))

    def check_luck(self, subscription: Subscription, notification: Notification) -> None:
        """Refuse to deliver what a fault is to keep from its subscriber this time.

        Raises:
            Undeliverable: It is to.
        """
        if self.hooks.delivery is None:
            return
        topic, ids = subscription.topic_arn, (notification.id,)
        point = DeliveryPoint(topic, ids, subscription.arn, subscription.endpoint)
        reason = self.hooks.delivery(point)
        if reason is not None:
            raise Undeliverable(Failure(reason, may_pass=True))

    def attempt(self, subscription: Subscription, notification: Notification, done: Done) -> None:
        """Hand *notification* over, and call *done*, now or later, with what went wrong, if anything."""
        bring = self.patient.get(subscription.protocol)
        try:
            self.check_reach(subscription.endpoint)
            self.check_luck(subscription, notification)
            if bring is not None:
                bring(subscription, notification, done)
                return
            self.quick[subscription.protocol](subscription, notification)
        except Undeliverable as error:
            done(error.failure)
        except ServiceError as error:
            done(Failure.of(error))
        else:
            done(None)

    def dead_letter(
        self, subscription: Subscription, notification: Notification, target: str
    ) -> None:
        """Send to a dead-letter queue what *subscription* would have got.

        Raises:
            ServiceError: The queue does not take it.
        """
        self._queue(subscription, notification, target)

    def _queue(
        self, subscription: Subscription, notification: Notification, arn: str | None = None
    ) -> None:
        """Send to the queue that subscribes, or to the one with that ARN, what *subscription* gets."""
        kind = subscription.protocol, subscription.raw
        pack = notification.packs.get(kind)
        if pack is None:
            pack = notification.packs[kind] = self._pack(subscription, notification)
        self._queues.deliver(
            subscription.owner,
            arn or subscription.endpoint,
            pack(subscription.arn),
            subscription.topic_arn,
        )

    def _pack(
        self, subscription: Subscription, notification: Notification
    ) -> Callable[[str], object]:
        """What packs *notification* for subscriptions of this kind, by their ARN: raw it is the same for all."""
        protocol = subscription.protocol
        if subscription.raw:
            packed = self._queues.pack(
                notification.text(protocol),
                attributes=notification.sent_attributes if protocol == _QUEUE else None,
                trace_header=notification.trace_header,
                group=notification.group,
                deduplication_id=notification.deduplication_id,
            )
            return lambda _: packed
        envelope = Envelope.of(notification, protocol)
        return self._queues.pack_later(
            envelope.body,
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
            source=subscription.topic_arn,
        )
