"""All topics and subscriptions there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.journal.entries import (
    SubscriptionCreated,
    SubscriptionDeleted,
    TopicCreated,
    TopicDeleted,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services import policies
from pytest_fakeaws.services.sns import arns, limits
from pytest_fakeaws.services.sns.deliveries import Deliveries
from pytest_fakeaws.services.sns.delivery_policy import HttpDelivery
from pytest_fakeaws.services.sns.errors import (
    FilterPolicyLimitExceeded,
    InvalidParameter,
    NotAuthorized,
    NotFound,
)
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.services.sns.topic import Topic
from pytest_fakeaws.services.sns.topic_attributes import TopicAttributes
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_FIFO = ".fifo"


class TopicDirectory:
    """Makes, finds and deletes topics and subscriptions.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
        deliveries: How subscribers get what is published.

    Attributes:
        ids: Where message ids come from.
        deliveries: How subscribers get what is published.
    """

    def __init__(
        self, simulation: Simulation, journal: Journal, chance: Chance, deliveries: Deliveries
    ) -> None:
        self.ids = chance.ids("sns/message-ids")
        self._simulation = simulation
        self._journal = journal
        self.deliveries = deliveries
        self._subscription_ids = chance.ids("sns/subscription-ids")
        self._topics: dict[str, Topic] = {}
        self._subscriptions: dict[str, Subscription] = {}

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    @property
    def now(self) -> Instant:
        """The present instant."""
        return self._simulation.now

    # Topics

    def create(
        self,
        place: Place,
        name: str,
        attributes: Mapping[str, str],
        tags: Mapping[str, str] | None = None,
    ) -> Topic:
        """Make a topic, or find the one of the same name, attributes and tags.

        Raises:
            InvalidParameter: The name or an attribute breaks AWS's rules, or the topic exists and differs.
        """
        fifo = _is_fifo(name, attributes)
        checked = TopicAttributes(attributes, fifo=fifo)
        existing = self._topics.get(place.arn("sns", name))
        if existing is None:
            return self._add(place, name, checked, tags or {})
        if existing.attributes.differ(attributes):
            raise InvalidParameter(
                "Attributes Reason: Topic already exists with different attributes"
            )
        if tags and dict(tags) != existing.tags:
            raise InvalidParameter("Tags Reason: Topic already exists with different tags")
        return existing

    def _add(
        self, place: Place, name: str, attributes: TopicAttributes, tags: Mapping[str, str]
    ) -> Topic:
        topic = Topic(place, name, attributes, journal=self._journal, deliveries=self.deliveries)
        topic.tags.update(tags)
        self._topics[topic.arn] = topic
        self._journal.record(TopicCreated(topic.arn))
        return topic

    def delete(self, topic: Topic) -> None:
        """Delete *topic* with all its subscriptions."""
        for subscription in topic:
            del self._subscriptions[subscription.arn]
            self.deliveries.forget(subscription)
        del self._topics[topic.arn]
        self._journal.record(TopicDeleted(topic.arn))

    def by_arn(self, arn: str) -> Topic | None:
        """The topic with this ARN, or `None`."""
        return self._topics.get(arn)

    def reach(self, caller: Place, arn: str, operation: str, parameter: str = "TopicArn") -> Topic:
        """The topic that *caller* means by *arn*, if it may carry out *operation* on it.

        Raises:
            InvalidParameter: The ARN is none, or is that of a topic in another region.
            NotFound: There is no such topic.
            NotAuthorized: A policy denies it, or none allows it to another account.
        """
        topic = self._topics.get(arn)
        if topic is None or topic.place.region != caller.region:
            arns.reached(caller, arn, parameter)
            raise NotFound("Topic")
        if topic.attributes.policy or topic.place.account != caller.account:
            check(caller, topic, operation)
        return topic

    # Subscriptions

    def subscribe(
        self,
        caller: Place,
        topic: Topic,
        protocol: str,
        endpoint: str,
        attributes: Mapping[str, str],
    ) -> Subscription:
        """Let *endpoint* subscribe to *topic*.

        Raises:
            InvalidParameter: An attribute is not as it must be.
            FilterPolicyLimitExceeded: It has a filter policy, and is one too many.
        """
        subscription = Subscription(
            f"{topic.arn}:{self._subscription_ids.next()}",
            topic.arn,
            caller,
            protocol=protocol,
            endpoint=endpoint,
            attributes=attributes,
            confirmed=True,
        )
        if subscription.filter_policy is not None:
            self._check_filter_policies(topic)
        topic.add(subscription)
        self._subscriptions[subscription.arn] = subscription
        self._journal.record(
            SubscriptionCreated(
                topic.arn, subscription.arn, protocol, endpoint, subscription.confirmed
            )
        )
        return subscription

    def change(self, subscription: Subscription, attributes: Mapping[str, str]) -> None:
        """Set attributes of *subscription*, all or none.

        Raises:
            InvalidParameter: One is not as it must be.
            FilterPolicyLimitExceeded: There would be one filter policy too many.
        """
        if attributes.get("FilterPolicy") and subscription.filter_policy is None:
            self._check_filter_policies(self._topics[subscription.topic_arn])
        subscription.set(attributes)

    def _check_filter_policies(self, topic: Topic) -> None:
        """Refuse one more filter policy of *topic* than AWS allows."""
        of_topic, of_account = limits.FILTER_POLICIES
        neighbours = [other for other in self if other.place == topic.place]
        if topic.filter_policies >= of_topic:
            raise FilterPolicyLimitExceeded(of_topic, f"Topic {topic.arn}")
        if sum(other.filter_policies for other in neighbours) >= of_account:
            raise FilterPolicyLimitExceeded(of_account, f"Account {topic.place.account}")

    def subscription(self, arn: str) -> Subscription | None:
        """The subscription with this ARN, or `None`."""
        return self._subscriptions.get(arn)

    def http_delivery(self, subscription: Subscription) -> HttpDelivery:
        """What holds for the deliveries of a subscription over HTTP/S."""
        topic = self._topics[subscription.topic_arn]
        return subscription.delivery_policy.delivery(topic.attributes.delivery_policy)

    def unsubscribe(self, subscription: Subscription) -> None:
        """Delete *subscription*."""
        del self._subscriptions[subscription.arn]
        self._topics[subscription.topic_arn].remove(subscription)
        self.deliveries.forget(subscription)
        self._journal.record(
            SubscriptionDeleted(subscription.topic_arn, subscription.arn, subscription.endpoint)
        )


def check(caller: Place, topic: Topic, operation: str) -> None:
    """Refuse *caller* an *operation* on *topic* that it may not carry out.

    Raises:
        NotAuthorized: A policy denies it, or none allows it to another account.
    """
    action = f"SNS:{operation}"
    request = policies.Request(
        caller.account, action, topic.arn, policies.context_of(caller.account)
    )
    if not policies.permits(topic.attributes.policy, topic.place.account, request):
        raise NotAuthorized(caller.account, action, topic.arn)


def _is_fifo(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a topic of this name and these attributes is to be a FIFO topic."""
    stem = name.removesuffix(_FIFO)
    fifo = attributes.get("FifoTopic", "").lower() == "true"
    valid = _NAME.fullmatch(stem) is not None and len(name) <= limits.NAME_LENGTH
    if not valid or fifo != (stem != name):
        raise InvalidParameter("Topic Name")
    return fifo
