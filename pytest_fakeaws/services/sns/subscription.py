"""A subscription: who gets what is published to a topic, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sns.delivery_policy import SubscriptionPolicy
from pytest_fakeaws.services.sns.errors import refused
from pytest_fakeaws.services.sns.filter_policy import MESSAGE_ATTRIBUTES, FilterPolicy, Objection
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.redrive_policy import dead_letter_target
from pytest_fakeaws.services.sns.replay_policy import ReplayPolicy

if TYPE_CHECKING:
    from pytest_fakeaws.services.sns.replay import Replay


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

    Raises:
        InvalidParameter: An attribute is not as it must be.

    Attributes:
        authenticated: Whether only its owner and that of the topic can delete it.
        raw: Whether it gets messages without an envelope.
        filter_policy: Which messages it gets; `None` for all.
        delivery_policy: How an HTTP/S endpoint is retried, spared and addressed.
        dead_letter_queue: The ARN of the queue that gets what cannot be delivered, if there is one.
        replay_policy: What it wants once more, or wanted last.
        replay: How far that is.
    """

    __slots__ = (
        "arn",
        "attributes",
        "authenticated",
        "confirmed",
        "dead_letter_queue",
        "delivery_policy",
        "endpoint",
        "filter_policy",
        "owner",
        "protocol",
        "raw",
        "replay",
        "replay_policy",
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
        self.confirmed = self.authenticated = confirmed
        self.attributes: dict[str, str] = {}
        self.replay: Replay | None = None
        self.set(attributes, "Attributes Reason: ")

    def set(self, attributes: Mapping[str, str], prefix: str = "") -> None:
        """Change attributes, all or none; an empty text takes one away.

        Args:
            attributes: Values by name.
            prefix: How AWS's errors about them begin.

        Raises:
            InvalidParameter: One is not as it must be.
        """
        merged = {**self.attributes, **attributes}
        kept = {name: text for name, text in merged.items() if text}
        scope = kept.get("FilterPolicyScope", MESSAGE_ATTRIBUTES)
        filter_policy = FilterPolicy.parse(kept.get("FilterPolicy", ""), scope, prefix=prefix)
        if filter_policy is None:
            kept.pop("FilterPolicy", None)
        with refused(f"{prefix}DeliveryPolicy: "):
            delivery_policy = SubscriptionPolicy(kept.get("DeliveryPolicy", ""))
        with refused(f"{prefix}RedrivePolicy: "):
            dead_letter_queue = dead_letter_target(kept.get("RedrivePolicy", ""), self.topic_arn)
        with refused(f"{prefix}ReplayPolicy: "):
            replay_policy = ReplayPolicy.parse(kept.get("ReplayPolicy", ""))
        if replay_policy is None:
            kept.pop("ReplayPolicy", None)
        self.attributes = kept
        self.filter_policy = filter_policy
        self.delivery_policy = delivery_policy
        self.dead_letter_queue = dead_letter_queue
        self.replay_policy = replay_policy
        self.raw = self.attributes.get("RawMessageDelivery") == "true"

    def objection(self, notification: Notification) -> Objection:
        """Why its filter policy does not let *notification* through."""
        assert self.filter_policy is not None
        return Objection(self.filter_policy, notification.filtered(self.protocol))
