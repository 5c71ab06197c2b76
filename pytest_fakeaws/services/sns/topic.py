"""A topic: who subscribes to it, and how a message fans out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.journal.entries import NotificationFiltered, NotificationPublished
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.deliveries import Deliveries
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.services.sns.topic_attributes import TopicAttributes

_KEPT = 10_000
"""Notifications that a topic remembers, for the test to look at."""


class Topic:
    """One topic; by itself a standard one.

    Args:
        place: The account and region it lives in.
        name: Its name.
        attributes: What was set at its creation.
        journal: Where facts go.
        deliveries: How subscribers get what is published.

    Attributes:
        tags: Its tags.
        data_protection_policy: As it was given; empty for none.
        deleted: How many of its subscriptions have been deleted.
        notifications: What was published to it, oldest first; of very many only the last.
    """

    def __init__(
        self,
        place: Place,
        name: str,
        attributes: TopicAttributes,
        *,
        journal: Journal,
        deliveries: Deliveries,
    ) -> None:
        self.place = place
        self.name = name
        self.arn = place.arn("sns", name)
        self.attributes = attributes
        self.tags: dict[str, str] = {}
        self.data_protection_policy = ""
        self.deleted = 0
        self.notifications: deque[Notification] = deque(maxlen=_KEPT)
        self._journal = journal
        self._deliver = deliveries.deliver
        self._subscriptions: dict[str, Subscription] = {}
        self._by_endpoint: dict[tuple[str, str], Subscription] = {}

    # Who subscribes

    def __iter__(self) -> Iterator[Subscription]:
        return iter(self._subscriptions.values())

    @property
    def filter_policies(self) -> int:
        """How many of its subscriptions have one."""
        return sum(one.filter_policy is not None for one in self)

    def change(self, attributes: Mapping[str, str]) -> None:
        """Set attributes, all or none; an empty text takes one away.

        Raises:
            InvalidParameter: One is not as it must be.
        """
        self.attributes.set(attributes)

    def shown(self) -> dict[str, str]:
        """Its attributes as GetTopicAttributes answers them."""
        return self.attributes.shown()

    def check_deletion(self) -> None:
        """Refuse to be deleted, if something stands against it."""

    def check_replay(self, attributes: Mapping[str, str], prefix: str = "") -> None:
        """Refuse a replay, of which only FIFO topics have any.

        Raises:
            InvalidParameter: It is asked for.
        """
        if "ReplayPolicy" in attributes:
            raise InvalidParameter(f"{prefix}ReplayPolicy: only FIFO topics replay messages")

    def replay(self, subscription: Subscription) -> None:
        """Begin to replay what the subscription's policy says."""

    def add(self, subscription: Subscription) -> None:
        """Let *subscription* hear of what is published from now on."""
        self._subscriptions[subscription.arn] = subscription
        self._by_endpoint[subscription.protocol, subscription.endpoint] = subscription

    def remove(self, subscription: Subscription) -> None:
        """Let it hear no more."""
        del self._subscriptions[subscription.arn]
        del self._by_endpoint[subscription.protocol, subscription.endpoint]
        self.deleted += 1

    def find(self, protocol: str, endpoint: str) -> Subscription | None:
        """The subscription of an endpoint by a protocol, or `None`."""
        return self._by_endpoint.get((protocol, endpoint))

    def counts(self) -> tuple[int, int]:
        """How many of its subscriptions are confirmed, and how many are pending."""
        confirmed = sum(subscription.confirmed for subscription in self)
        return confirmed, len(self._subscriptions) - confirmed

    @property
    def carries_large_messages(self) -> bool:
        """Whether its messages may have more than 256 KiB."""
        return self.attributes.maximum_message_size > limits.DEFAULT_MESSAGE_SIZE

    # What is published

    def publish(self, notification: Notification) -> Notification:
        """Let every subscriber have *notification* whose subscription is confirmed and accepts it.

        Returns:
            What now stands for it.
        """
        self.notifications.append(notification)
        notification.signature_version = self.attributes.signature_version
        number = self._journal.record(
            NotificationPublished(self.arn, notification.id, notification.excerpt)
        )
        with self._journal.caused_by(number):
            for subscription in self._listeners():
                self._offer(subscription, notification)
        return notification

    def _listeners(self) -> list[Subscription]:
        """The subscriptions that hear of what is published now."""
        return [one for one in self._subscriptions.values() if one.confirmed]

    def _offer(self, subscription: Subscription, notification: Notification) -> None:
        """Deliver *notification* to a subscriber, if the subscription accepts it."""
        policy = subscription.filter_policy
        if policy is None or policy.accepts(notification.filtered(subscription.protocol)):
            self._deliver(subscription, notification)
        else:
            self._keep_from(subscription, notification)

    def _keep_from(self, subscription: Subscription, notification: Notification) -> None:
        self._journal.record(
            NotificationFiltered(
                self.arn,
                notification.id,
                subscription.arn,
                subscription.endpoint,
                subscription.objection(notification),
            )
        )
