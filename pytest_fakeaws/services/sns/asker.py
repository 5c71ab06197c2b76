"""The asker: it brings the owners of endpoints what they can answer to, requests to confirm above all."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.journal.entries import DeliveryGivenUp
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.ports import QueueCourier, ServiceError
from pytest_fakeaws.services.sns.confirmation_request import ConfirmationRequest
from pytest_fakeaws.services.sns.delivery import Delivery, Label
from pytest_fakeaws.services.sns.failures import Failure
from pytest_fakeaws.services.sns.http_carrier import Done, HttpCarrier, request_of
from pytest_fakeaws.services.sns.http_request import HttpRequest
from pytest_fakeaws.services.sns.outbox import Email, Outbox
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.instants import to_datetime
from pytest_fakeaws.sim.simulation import Simulation

_SUBJECT = "AWS Notification - Subscription Confirmation"


class Asker:
    """Brings requests to the owners of endpoints.

    Args:
        simulation: The clock.
        journal: Where it says what failed.
        queues: Delivers to queues.
        web: Delivers to HTTP/S endpoints.
        outbox: Where mails go.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        *,
        queues: QueueCourier,
        web: HttpCarrier,
        outbox: Outbox,
    ) -> None:
        self._simulation = simulation
        self._journal = journal
        self._queues = queues
        self._web = web
        self._outbox = outbox
        self._by_protocol: dict[str, Callable[[Subscription, ConfirmationRequest], None]] = {
            "sqs": self._queue,
            "http": self._post,
            "https": self._post,
            "email": self._mail,
            "email-json": self._mail_json,
        }

    def ask(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        """Bring *request* to the endpoint's owner; where that cannot be done, nobody is asked."""
        bring = self._by_protocol.get(subscription.protocol)
        if bring is not None:
            bring(subscription, request)

    def _queue(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        try:
            self._queues.deliver(
                subscription.owner,
                subscription.endpoint,
                self._queues.pack(request.body),
                request.topic_arn,
            )
        except ServiceError:
            return  # the queue lets the topic send nothing

    def _post(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        told = {
            "x-amz-sns-message-type": request.type,
            "x-amz-sns-message-id": request.id,
            "x-amz-sns-topic-arn": request.topic_arn,
        }
        if request.restores:
            told["x-amz-sns-subscription-arn"] = subscription.arn
        label = Label(request.topic_arn, "", subscription.arn, subscription.endpoint)
        letter = _Letter(
            self._web, self._journal, label, request_of(subscription.endpoint, told, request.body)
        )
        schedule = self._web.policy(subscription).schedule
        Delivery(self._simulation, self._journal, letter, schedule).attempt()

    def _mail(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        self._send(subscription, request, f"{request.members['Message']}\n{request.url}")

    def _mail_json(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        self._send(subscription, request, request.body)

    def _send(self, subscription: Subscription, request: ConfirmationRequest, body: str) -> None:
        self._outbox.emails.append(
            Email(
                recipient=subscription.endpoint,
                subject=_SUBJECT,
                body=body,
                at=to_datetime(self._simulation.now),
                notification_id=request.id,
                topic=request.topic_arn,
                type=request.type,
            )
        )


class _Letter:
    """A request on its way to an HTTP/S endpoint."""

    def __init__(
        self, web: HttpCarrier, journal: Journal, label: Label, request: HttpRequest
    ) -> None:
        self.label = label
        self._web = web
        self._journal = journal
        self._request = request

    def hand(self, done: Done) -> None:
        self._web.post(self._request, done)

    def ended(self, delivery: Delivery, failure: Failure | None) -> None:
        if failure is not None:
            self._journal.record(
                DeliveryGivenUp(
                    *self.label,
                    attempts=delivery.attempts,
                    attempted_at=delivery.attempted_at,
                    reason=failure.reason,
                    dead_letter_queue=None,
                )
            )
