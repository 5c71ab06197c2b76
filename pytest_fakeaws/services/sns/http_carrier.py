"""Deliveries to HTTP/S endpoints: requests, as many in a second as the endpoint bears.

See https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from pytest_fakeaws.services.sns.delivery_policy import DEFAULT_CONTENT_TYPE, HttpDelivery
from pytest_fakeaws.services.sns.envelope import Envelope
from pytest_fakeaws.services.sns.failures import Failure
from pytest_fakeaws.services.sns.http_endpoints import HttpAnswer, HttpEndpoints
from pytest_fakeaws.services.sns.http_request import Headers, HttpRequest
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.services.sns.throttle import Throttle
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation

Done: TypeAlias = Callable[["Failure | None"], None]
"""Told what went wrong with an attempt, if anything."""

AGENT = "Amazon Simple Notification Service Agent"


class HttpCarrier:
    """Brings notifications to HTTP/S endpoints.

    Args:
        simulation: The clock.
        endpoints: Who answers.
        policy: Tells what holds for a subscription's deliveries.
    """

    def __init__(
        self,
        simulation: Simulation,
        endpoints: HttpEndpoints,
        policy: Callable[[Subscription], HttpDelivery],
    ) -> None:
        self.policy = policy
        self._simulation = simulation
        self._endpoints = endpoints
        self._throttles: dict[str, Throttle] = {}

    def bring(self, subscription: Subscription, notification: Notification, done: Done) -> None:
        """Send *notification*, the next time the simulation is driven and the endpoint bears it."""
        policy = self.policy(subscription)
        request = _request(subscription, notification, policy.content_type)
        self.post(request, done, self._turn(subscription, policy.per_second))

    def post(self, request: HttpRequest, done: Done, when: Instant = 0) -> None:
        """Send a request, the next time the simulation is driven and not before *when*."""

        def answered(answer: HttpAnswer) -> None:
            done(None if answer.delivered else Failure(answer.reason, answer.may_pass))

        self._simulation.at(
            when, lambda: self._endpoints.post(request, answered), who=f"{request.url}: request"
        )

    def _turn(self, subscription: Subscription, per_second: int | None) -> Instant:
        """When the endpoint bears another request."""
        now = self._simulation.now
        if per_second is None:
            return now
        throttle = self._throttles.get(subscription.arn)
        if throttle is None or throttle.per_second != per_second:
            throttle = self._throttles[subscription.arn] = Throttle(per_second)
        return throttle.next(now)


def _request(
    subscription: Subscription, notification: Notification, content_type: str
) -> HttpRequest:
    told = {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": notification.id,
        "x-amz-sns-topic-arn": notification.topic_arn,
        "x-amz-sns-subscription-arn": subscription.arn,
    }
    if subscription.raw:
        told["x-amz-sns-rawdelivery"] = "true"
        body = notification.text(subscription.protocol)
    else:
        body = Envelope.of(notification, subscription.protocol).body(subscription.arn)
    return request_of(subscription.endpoint, told, body, content_type)


def request_of(
    url: str, told: Mapping[str, str], body: str, content_type: str = DEFAULT_CONTENT_TYPE
) -> HttpRequest:
    """A request of SNS's to a URL, with what SNS always says in its headers."""
    headers = {
        **told,
        "Content-Length": str(len(body.encode())),
        "Content-Type": content_type,
        "Host": urlsplit(url).netloc.rpartition("@")[2],
        "Connection": "Keep-Alive",
        "User-Agent": AGENT,
        "Accept-Encoding": "gzip,deflate",
    }
    return HttpRequest(url, Headers(headers), body)
