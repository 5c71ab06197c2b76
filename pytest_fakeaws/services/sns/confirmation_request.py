"""What asks the owner of an endpoint to confirm a subscription, or whether it is to be restored.

See https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html and
https://docs.aws.amazon.com/sns/latest/dg/http-unsubscribe-confirmation-json.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pytest_fakeaws.services.sns.envelope import service_url, timestamp
from pytest_fakeaws.services.sns.signatures import signature
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
        restores: The ARN of the subscription that it restores, if that has been deleted.
    """

    id: str
    topic_arn: str
    token: str
    at: Instant
    signature_version: str = "1"
    restores: str = ""

    @property
    def type(self) -> str:
        """What it is, in AWS's words."""
        return "UnsubscribeConfirmation" if self.restores else "SubscriptionConfirmation"

    @property
    def url(self) -> str:
        """Where the owner can agree."""
        called = f"Action=ConfirmSubscription&TopicArn={self.topic_arn}&Token={self.token}"
        return f"{service_url(self.topic_arn)}?{called}"

    @cached_property
    def members(self) -> Mapping[str, str]:
        """What it says, in AWS's order, signed."""
        said = {
            "Type": self.type,
            "MessageId": self.id,
            "Token": self.token,
            "TopicArn": self.topic_arn,
            "Message": self._message,
            "SubscribeURL": self.url,
            "Timestamp": timestamp(self.at),
        }
        return {**said, **signature(said, self.signature_version, service_url(self.topic_arn))}

    @property
    def _message(self) -> str:
        if self.restores:
            return (
                f"You have chosen to deactivate subscription {self.restores}.\n"
                "To cancel this operation and restore the subscription, visit the SubscribeURL "
                "included in this message."
            )
        return (
            f"You have chosen to subscribe to the topic {self.topic_arn}.\n"
            "To confirm the subscription, visit the SubscribeURL included in this message."
        )

    @property
    def body(self) -> str:
        """The same as JSON."""
        lines = [
            f"  {json.dumps(name)} : {json.dumps(value)}" for name, value in self.members.items()
        ]
        return "{\n" + ",\n".join(lines) + "\n}"
