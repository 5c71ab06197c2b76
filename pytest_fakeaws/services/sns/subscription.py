"""A subscription: who gets what is published to a topic, and how."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.sns.notification import Notification


class Subscription:
    """One subscription.

    Args:
        arn: Its ARN.
        topic_arn: Its topic's.
        owner: Who subscribed.
        protocol: How it is notified.
        endpoint: Where.
        attributes: What was set.
        confirmed: Whether its endpoint's owner agrees.

    Attributes:
        raw: Whether it gets messages without an envelope.
    """

    __slots__ = (
        "arn",
        "attributes",
        "confirmed",
        "endpoint",
        "owner",
        "protocol",
        "raw",
        "topic_arn",
    )

    def __init__(
        self,
        arn: str,
        topic_arn: str,
        owner: Place,
        *,
        protocol: str,
        endpoint: str,
        attributes: Mapping[str, str],
        confirmed: bool,
    ) -> None:
        self.arn = arn
        self.topic_arn = topic_arn
        self.owner = owner
        self.protocol = protocol
        self.endpoint = endpoint
        self.confirmed = confirmed
        self.attributes: dict[str, str] = {}
        self.set(attributes)

    def set(self, attributes: Mapping[str, str]) -> None:
        """Change attributes; an empty text takes one away."""
        merged = {**self.attributes, **attributes}
        self.attributes = {name: text for name, text in merged.items() if text}
        self.raw = self.attributes.get("RawMessageDelivery") == "true"

    def accepts(self, notification: Notification) -> bool:
        """Whether its filter policy lets *notification* through."""
        if "FilterPolicy" in self.attributes:
            raise NotSimulated("The FilterPolicy of a subscription")
        return True

    def objection(self, notification: Notification) -> str:
        """Why its filter policy does not let *notification* through."""
        return "its filter policy does not match"
