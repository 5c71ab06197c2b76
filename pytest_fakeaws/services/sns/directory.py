"""All topics and subscriptions there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.journal.entries import (
    NotificationPublished,
    SubscriptionConfirmed,
    SubscriptionCreated,
    SubscriptionDeleted,
    TopicCreated,
    TopicDeleted,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services import policies
from pytest_fakeaws.services.sns import arns, limits, protocols, subscription_attributes
from pytest_fakeaws.services.sns.asker import Asker
from pytest_fakeaws.services.sns.confirmation_request import ConfirmationRequest
from pytest_fakeaws.services.sns.confirmations import Confirmations
from pytest_fakeaws.services.sns.deliveries import Deliveries
from pytest_fakeaws.services.sns.delivery_policy import HttpDelivery
from pytest_fakeaws.services.sns.errors import (
    FilterPolicyLimitExceeded,
    InvalidParameter,
    NotAuthorized,
    NotFound,
)
from pytest_fakeaws.services.sns.fifo_topic import FifoTopic
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.platforms import Platforms
from pytest_fakeaws.services.sns.protocols import Protocol
from pytest_fakeaws.services.sns.sms import Sms
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.services.sns.topic import Topic
from pytest_fakeaws.services.sns.topic_attributes import TopicAttributes
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_FIFO = ".fifo"
_IN_SUBSCRIBE = "Attributes Reason: "
"""How AWS's errors about the attributes of a new subscription begin."""

TOO_LARGE = (
    f"MaximumMessageSize Reason: above {limits.DEFAULT_MESSAGE_SIZE} a topic can have at most "
    f"{limits.LARGE_TOPIC_SUBSCRIPTIONS} subscriptions, of the protocols sqs, lambda and firehose"
)


class TopicDirectory:
    """Makes, finds and deletes topics and subscriptions.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
        deliveries: How subscribers get what is published.
        asker: How the owners of endpoints are asked to confirm.
        platforms: Platform applications and their devices.
        sms: Text messages.

    Attributes:
        ids: Where message ids come from.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        *,
        deliveries: Deliveries,
        asker: Asker,
        platforms: Platforms,
        sms: Sms,
    ) -> None:
        self.ids = chance.ids("sns/message-ids")
        self.deliveries = deliveries
        self.platforms = platforms
        self.sms = sms
        self._asker = asker
        self._confirmations = Confirmations(chance.stream("sns/tokens"))
        self._simulation = simulation
        self._journal = journal
        self._subscription_ids = chance.ids("sns/subscription-ids")
        self._topics: dict[str, Topic] = {}
        self._subscriptions: dict[str, Subscription] = {}

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    @property
    def now(self) -> Instant:
        """The present instant."""
        return self._simulation.now

    def publish_to(
        self, caller: Place, protocol: str, endpoint: str, notification: Notification
    ) -> None:
        """Deliver what was published to one endpoint, which subscribes to nothing."""
        number = self._journal.record(
            NotificationPublished(endpoint, notification.id, notification.excerpt)
        )
        nobody = Subscription(
            "",
            endpoint,
            caller,
            protocol=protocol,
            endpoint=endpoint,
            attributes={},
            confirmed=True,
        )
        with self._journal.caused_by(number):
            self.deliveries.deliver(nobody, notification)

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
        topic = self._made(place, name, attributes)
        topic.tags.update(tags)
        self._topics[topic.arn] = topic
        self._journal.record(TopicCreated(topic.arn))
        return topic

    def _made(self, place: Place, name: str, attributes: TopicAttributes) -> Topic:
        journal, deliveries = self._journal, self.deliveries
        if not attributes.fifo:
            return Topic(place, name, attributes, journal=journal, deliveries=deliveries)
        return FifoTopic(
            place,
            name,
            attributes,
            simulation=self._simulation,
            journal=journal,
            deliveries=deliveries,
        )

    def delete(self, topic: Topic) -> None:
        """Delete *topic* with all its subscriptions.

        Raises:
            InvalidState: It has an archive.
        """
        topic.check_deletion()
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
        """Let *endpoint* subscribe to *topic*, or find its subscription with the same attributes.

        Raises:
            SnsError: An attribute is not as it must be, the endpoint does not fit the protocol or the
                topic, or it has subscribed with other attributes.
            FilterPolicyLimitExceeded: It has a filter policy, and is one too many.
        """
        kind = protocols.check(protocol, endpoint, fifo=topic.attributes.fifo)
        given = subscription_attributes.check(attributes, protocol, _IN_SUBSCRIBE)
        known = topic.find(protocol, endpoint)
        if known is None:
            self._check_large(topic, kind)
            asks = protocols.needs_confirmation(kind, endpoint, caller.account)
            known = self._add_subscription(
                topic,
                Subscription(
                    f"{topic.arn}:{self._subscription_ids.next()}",
                    topic.arn,
                    caller,
                    protocol=protocol,
                    endpoint=endpoint,
                    attributes=given,
                    confirmed=not asks,
                ),
            )
        elif subscription_attributes.differs(known, given):
            raise InvalidParameter(
                f"{_IN_SUBSCRIBE}Subscription already exists with different attributes"
            )
        if not known.confirmed:
            self._ask(topic, known)
        return known

    def _ask(self, topic: Topic, subscription: Subscription, *, restores: str = "") -> None:
        """Ask the owner of an endpoint to confirm, or whether a deleted subscription is to be restored."""
        request = ConfirmationRequest(
            self.ids.next(),
            topic.arn,
            self._confirmations.token(subscription, self.now),
            self.now,
            topic.attributes.get("SignatureVersion") or "1",
            restores,
        )
        self._asker.ask(subscription, request)

    def _check_large(self, topic: Topic, protocol: Protocol) -> None:
        full = sum(topic.counts()) >= limits.LARGE_TOPIC_SUBSCRIPTIONS
        if topic.carries_large_messages and (full or not protocol.large):
            raise InvalidParameter(TOO_LARGE)

    def _add_subscription(self, topic: Topic, subscription: Subscription) -> Subscription:
        topic.check_replay(subscription.attributes, _IN_SUBSCRIBE)
        if subscription.filter_policy is not None:
            self._check_filter_policies(topic)
        topic.add(subscription)
        self._subscriptions[subscription.arn] = subscription
        self._journal.record(
            SubscriptionCreated(
                topic.arn,
                subscription.arn,
                subscription.protocol,
                subscription.endpoint,
                subscription.confirmed,
            )
        )
        topic.replay(subscription)
        return subscription

    def confirm(self, topic_arn: str, token: str, *, authenticated: bool) -> Subscription:
        """Confirm the subscription that *token* was sent to the endpoint of.

        Args:
            topic_arn: The topic's.
            token: What was sent.
            authenticated: Whether from now on only the owners can delete it.

        Raises:
            InvalidParameter: There is no such token, or it is too old.
        """
        subscription = self._confirmations.subscription(topic_arn, token, self.now)
        if subscription.arn not in self._subscriptions:
            self._restore(subscription)
        self.agree(subscription, authenticated=authenticated)
        return subscription

    def _restore(self, subscription: Subscription) -> None:
        """Bring back a subscription whose owner did not want it deleted.

        Raises:
            InvalidParameter: It was never confirmed, its topic is gone, or its endpoint has subscribed anew.
        """
        topic = self._topics.get(subscription.topic_arn)
        taken = topic is None or topic.find(subscription.protocol, subscription.endpoint)
        if topic is None or taken or not subscription.confirmed:
            raise InvalidParameter("Token")
        self._add_subscription(topic, subscription)

    def agree(self, subscription: Subscription, *, authenticated: bool = False) -> None:
        """Confirm *subscription*, as its endpoint's owner does.

        Args:
            subscription: Which one.
            authenticated: Whether from now on only the owners can delete it.
        """
        if not subscription.confirmed:
            subscription.confirmed, subscription.authenticated = True, authenticated
            self._journal.record(
                SubscriptionConfirmed(
                    subscription.topic_arn, subscription.arn, subscription.endpoint
                )
            )
            self._topics[subscription.topic_arn].replay(subscription)

    def change(self, subscription: Subscription, attributes: Mapping[str, str]) -> None:
        """Set attributes of *subscription*, all or none.

        Raises:
            InvalidParameter: One is not as it must be.
            FilterPolicyLimitExceeded: There would be one filter policy too many.
        """
        given = subscription_attributes.check(attributes, subscription.protocol)
        topic = self._topics[subscription.topic_arn]
        if attributes.get("FilterPolicy") and subscription.filter_policy is None:
            self._check_filter_policies(topic)
        topic.check_replay(given)
        subscription.set(given)
        if "ReplayPolicy" in given:
            topic.replay(subscription)

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

    def check_subscriber(self, caller: Place, subscription: Subscription, operation: str) -> None:
        """Refuse *caller* what only the owners of a subscription and of its topic may do.

        Raises:
            NotAuthorized: It is neither.
        """
        topic = self._topics[subscription.topic_arn]
        if caller.account not in (subscription.owner.account, topic.place.account):
            raise NotAuthorized(caller.account, f"SNS:{operation}", subscription.arn)

    def unsubscribe(self, subscription: Subscription) -> None:
        """Delete *subscription*; an HTTP/S endpoint is told, and can bring it back."""
        topic = self._topics[subscription.topic_arn]
        del self._subscriptions[subscription.arn]
        topic.remove(subscription)
        self.deliveries.forget(subscription)
        self._journal.record(
            SubscriptionDeleted(topic.arn, subscription.arn, subscription.endpoint)
        )
        if subscription.confirmed and subscription.protocol in ("http", "https"):
            self._ask(topic, subscription, restores=subscription.arn)


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
