"""A topic and its subscriptions, as a test holds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.subscribers import subscriber
from pytest_fakeaws.handles.traces import trace_header
from pytest_fakeaws.handles.views import AttributeValue, History, attribute, value_of
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.ports import TRACE_HEADER
from pytest_fakeaws.services.sns.filter_policy import FilteredMessage, Verdict
from pytest_fakeaws.services.sns.notification import Notification as PublishedNotification
from pytest_fakeaws.services.sns.operations.publishing import publish
from pytest_fakeaws.services.sns.subscription import Subscription as SimulatedSubscription
from pytest_fakeaws.services.sns.topic import Topic as SimulatedTopic
from pytest_fakeaws.sim.instants import to_datetime

__tracebackhide__ = HIDE_FROM_TRACEBACK


@dataclass(frozen=True)
class Notification:
    """What was published.

    Attributes:
        message: The text, or the default one of a message with a text for each protocol.
        id: Its message id.
        subject: Its subject, if it has one.
        attributes: The publisher's attributes: text, or bytes for binary ones.
        messages: Texts by protocol, where `MessageStructure` was `json`.
        published: When.
    """

    message: str
    id: str
    subject: str | None
    attributes: dict[str, str | bytes]
    messages: dict[str, str]
    published: datetime
    _journal: Journal = field(repr=False, compare=False)

    @property
    def history(self) -> History:
        """What happened to it, up to now."""
        return History.of(self.id, self._journal)


class Notifications(tuple[Notification, ...]):
    """Notifications, oldest first."""

    __slots__ = ()

    @classmethod
    def of(cls, notifications: Iterable[PublishedNotification], journal: Journal) -> Notifications:
        """A view of *notifications*."""
        return cls(
            Notification(
                message=one.message,
                id=one.id,
                subject=one.subject,
                attributes={name: value_of(given) for name, given in one.attributes.items()},
                messages=dict(one.messages or {}),
                published=to_datetime(one.published_at),
                _journal=journal,
            )
            for one in notifications
        )

    @property
    def messages(self) -> list[str]:
        """The messages, in the same order."""
        return [notification.message for notification in self]


class Subscription:
    """A subscription to a topic.

    Attributes:
        arn: Its ARN.
        protocol: How it is notified, by AWS's name.
        endpoint: Where.
    """

    def __init__(self, cloud: Callable[[], Cloud], subscription: SimulatedSubscription) -> None:
        self._cloud = cloud
        self.arn = subscription.arn
        self.protocol = subscription.protocol
        self.endpoint = subscription.endpoint

    def _subscription(self) -> SimulatedSubscription:
        subscription = self._cloud().topics.subscription(self.arn)
        if subscription is None:
            raise UnknownResource(
                f"The subscription of {self.endpoint} does not exist any more.",
                "It was deleted, or its topic was, or the fake was reset since.",
                "Subscribe again.",
            )
        return subscription

    @property
    def confirmed(self) -> bool:
        """Whether its endpoint's owner agrees; until then it is not notified."""
        return self._subscription().confirmed

    @property
    def attributes(self) -> dict[str, str]:
        """What was set, by AWS's names."""
        return dict(self._subscription().attributes)

    @explained
    def explains(
        self,
        message: Notification | str,
        *,
        attributes: Mapping[str, AttributeValue] | None = None,
    ) -> Verdict:
        """Tell which keys of its filter policy let a message through, or keep it out.

        Args:
            message: A notification of its topic, or any text.
            attributes: The attributes of that text.

        Returns:
            Whether it is `accepted`, and the `reason`: both in one sentence as `str(...)`.

        Example:
            >>> from pytest_fakeaws import FakeAWS
            >>> with FakeAWS(host_time="off") as aws:
            ...     topic = aws.create_topic("prices")
            ...     dear = topic.subscribe(
            ...         aws.create_queue("dear"), filter_policy={"usd": [{"numeric": [">", 100]}]}
            ...     )
            ...     print(dear.explains("a ball", attributes={"usd": 99}))
            kept out: "usd" is 99, wanted is a number > 100
        """
        policy = self._subscription().filter_policy
        if policy is None:
            return Verdict(accepted=True, reason="the subscription has no filter policy")
        if isinstance(message, Notification):
            return policy.explain(self._filtered(message))
        sent = {name: attribute(value) for name, value in (attributes or {}).items()}
        return policy.explain(FilteredMessage(sent, message))

    def _filtered(self, notification: Notification) -> FilteredMessage:
        """What the policy saw of a notification."""
        for topic in self._cloud().topics:
            for published in topic.notifications:
                if published.id == notification.id:
                    return published.filtered(self.protocol)
        raise UnknownResource(
            "This notification is not known any more.",
            f"It is {notification}.",
            "Ask about a message by its text: subscription.explains(text, attributes={...}).",
        )

    def unsubscribe(self) -> None:
        """Delete it."""
        cloud = self._cloud()
        with cloud.gate:
            cloud.topics.unsubscribe(self._subscription())

    def __repr__(self) -> str:
        return f"<Subscription {self.protocol} {self.endpoint}>"


class Topic:
    """An SNS topic.

    Attributes:
        name: Its name.
        arn: Its ARN.
    """

    def __init__(self, cloud: Callable[[], Cloud], topic: SimulatedTopic) -> None:
        self._cloud = cloud
        self.name = topic.name
        self.arn = topic.arn

    def _topic(self) -> SimulatedTopic:
        topic = self._cloud().topics.by_arn(self.arn)
        if topic is None:
            raise UnknownResource(
                f'The topic "{self.name}" does not exist any more.',
                "It was deleted, or the fake was reset since this handle was made.",
                "Create it again, or take the handle from fakeaws.topic(name).",
            )
        return topic

    @explained
    def publish(
        self,
        message: str | Mapping[str, str],
        *,
        subject: str | None = None,
        attributes: Mapping[str, AttributeValue] | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> str:
        """Publish a message, and return its id. Every queue has it when this returns.

        Args:
            message: The text; or texts by protocol, among them `default`.
            subject: The subject.
            attributes: The message's attributes: text, numbers, bytes or lists by name.
            group: Its `MessageGroupId`, which a FIFO topic must have.
            deduplication_id: Its `MessageDeduplicationId`.

        Raises:
            ServiceError: AWS would refuse the message.
        """
        cloud = self._cloud()
        structured = isinstance(message, Mapping)
        optional = {
            "Subject": subject,
            "MessageStructure": "json" if structured else None,
            "MessageGroupId": group,
            "MessageDeduplicationId": deduplication_id,
            TRACE_HEADER: trace_header(cloud),
        }
        parameters = {
            "TopicArn": self.arn,
            "Message": json.dumps(dict(message)) if isinstance(message, Mapping) else message,
            "MessageAttributes": {
                name: attribute(value) for name, value in (attributes or {}).items()
            },
            **{name: value for name, value in optional.items() if value is not None},
        }
        with cloud.gate:
            answer = publish(cloud.topics, self._topic().place, parameters)
        message_id: str = answer["MessageId"]
        return message_id

    @explained
    def subscribe(
        self,
        subscriber_: Queue | Function | str,
        /,
        *,
        filter_policy: Mapping[str, object] | str | None = None,
        filter_policy_scope: str | None = None,
        raw: bool = False,
        attributes: Mapping[str, str] | None = None,
    ) -> Subscription:
        """Subscribe a queue, a function or an endpoint.

        Args:
            subscriber_: A handle, the name of a queue or a function, an ARN, an HTTP URL, a telephone
                number or a mail address.
            filter_policy: What it wants to hear of; everything unless given.
            filter_policy_scope: What that is about: `MessageAttributes`, as it is unless given, or
                `MessageBody`.
            raw: Whether it gets messages without an envelope.
            attributes: More attributes of the subscription, by AWS's names.

        Raises:
            ServiceError: AWS would refuse the subscription.
            UnknownOption: Nothing of this kind can subscribe, or the name is that of two things.
            UnknownResource: There is neither a queue nor a function of this name.
        """
        cloud = self._cloud()
        topic = self._topic()
        protocol, endpoint = subscriber(cloud, topic.place, subscriber_)
        settings: dict[str, str] = {"RawMessageDelivery": "true"} if raw else {}
        if filter_policy is not None:
            settings["FilterPolicy"] = (
                filter_policy if isinstance(filter_policy, str) else json.dumps(filter_policy)
            )
        if filter_policy_scope is not None:
            settings["FilterPolicyScope"] = filter_policy_scope
        with cloud.gate:
            made = cloud.topics.subscribe(
                topic.place, topic, protocol, endpoint, {**settings, **(attributes or {})}
            )
        return Subscription(self._cloud, made)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Its subscriptions, oldest first."""
        return tuple(Subscription(self._cloud, subscription) for subscription in self._topic())

    @property
    def notifications(self) -> Notifications:
        """What was published to it, oldest first."""
        return Notifications.of(self._topic().notifications, self._cloud().journal)

    def __repr__(self) -> str:
        return f"<Topic {self.name}>"
