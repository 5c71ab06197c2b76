"""A topic, as a test holds it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.notification import Notifications
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.subscribers import subscriber
from pytest_fakeaws.handles.subscription import Subscription
from pytest_fakeaws.handles.targets import Targets
from pytest_fakeaws.handles.traces import trace_header
from pytest_fakeaws.handles.views import AttributeValue, attribute
from pytest_fakeaws.services.ports import TRACE_HEADER
from pytest_fakeaws.services.sns.topic import Topic as SimulatedTopic

__tracebackhide__ = HIDE_FROM_TRACEBACK


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
            UnknownOption: The message, its subject or an id is no text.
        """
        cloud = self._cloud()
        for option, value in {
            "message": None if isinstance(message, Mapping) else message,
            "subject": subject,
            "group": group,
            "deduplication_id": deduplication_id,
        }.items():
            options.check_text(option, value)
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
            answer = cloud.operations["sns", "Publish"](self._topic().place, parameters)
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
        dead_letter_queue: Queue | str | None = None,
        delivery_policy: Mapping[str, object] | str | None = None,
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
            dead_letter_queue: The queue that gets what cannot be delivered: a handle, a name or an ARN.
            delivery_policy: How an HTTP endpoint is retried, spared and addressed, by AWS's names.
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
        target = Targets(cloud, topic.place).queue("dead_letter_queue", dead_letter_queue)
        if target:
            settings["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": target})
        if delivery_policy is not None:
            settings["DeliveryPolicy"] = (
                delivery_policy if isinstance(delivery_policy, str) else json.dumps(delivery_policy)
            )
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
