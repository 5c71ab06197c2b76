"""What asks the owner of an endpoint to confirm a subscription.

See https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pytest_fakeaws.services.ports import QueueCourier, ServiceError
from pytest_fakeaws.services.sns.envelope import service_url, timestamp
from pytest_fakeaws.services.sns.signatures import signature
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.instants import Instant


@dataclass(frozen=True)
class ConfirmationRequest:
    """One request.

    Attributes:
        id: Its `MessageId`.
        topic_arn: What is subscribed to.
        token: What confirms the subscription.
        at: When it was made.
        signature_version: How the topic signs.
    """

    id: str
    topic_arn: str
    token: str
    at: Instant
    signature_version: str = "1"

    @property
    def url(self) -> str:
        """Where the owner can agree."""
        called = f"Action=ConfirmSubscription&TopicArn={self.topic_arn}&Token={self.token}"
        return f"{service_url(self.topic_arn)}?{called}"

    @cached_property
    def members(self) -> Mapping[str, str]:
        """What it says, in AWS's order, signed."""
        said = {
            "Type": "SubscriptionConfirmation",
            "MessageId": self.id,
            "Token": self.token,
            "TopicArn": self.topic_arn,
            "Message": (
                f"You have chosen to subscribe to the topic {self.topic_arn}.\n"
                "To confirm the subscription, visit the SubscribeURL included in this message."
            ),
            "SubscribeURL": self.url,
            "Timestamp": timestamp(self.at),
        }
        return {**said, **signature(said, self.signature_version, service_url(self.topic_arn))}

    @property
    def body(self) -> str:
        """The same as JSON."""
        lines = [
            f"  {json.dumps(name)} : {json.dumps(value)}" for name, value in self.members.items()
        ]
        return "{\n" + ",\n".join(lines) + "\n}"


class Asker:
    """Brings requests to the owners of endpoints.

    Args:
        queues: Delivers to queues.
    """

    def __init__(self, queues: QueueCourier) -> None:
        self._queues = queues
        self._by_protocol: dict[str, Callable[[Subscription, ConfirmationRequest], None]] = {
            "sqs": self._queue,
        }

    def ask(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        """Bring *request* to the endpoint's owner; where that cannot be done, nobody is asked."""
        bring = self._by_protocol.get(subscription.protocol)
        if bring is not None:
            bring(subscription, request)

    def _queue(self, subscription: Subscription, request: ConfirmationRequest) -> None:
        try:
            self._queues.deliver(
                subscription.owner, subscription.endpoint, self._queues.pack(request.body)
            )
        except ServiceError:
            return  # the queue lets the topic send nothing
