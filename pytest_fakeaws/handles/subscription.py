"""A subscription to a topic, as a test holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource
from pytest_fakeaws.handles.deliveries import Attempt, Delivery, deliveries_of
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.notification import Notification, Notifications
from pytest_fakeaws.handles.views import AttributeValue, Look, Messages, attribute
from pytest_fakeaws.services.sns.filter_policy import FilteredMessage, Verdict
from pytest_fakeaws.services.sns.subscription import Subscription as SimulatedSubscription
from pytest_fakeaws.services.sqs.message import State
from pytest_fakeaws.sim.instants import duration

__tracebackhide__ = HIDE_FROM_TRACEBACK


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

    def confirm(self) -> None:
        """Agree, as the owner of its endpoint does by the token in the request."""
        cloud = self._cloud()
        with cloud.gate:
            cloud.topics.agree(self._subscription())

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

    @property
    def deliveries(self) -> tuple[Delivery[Notification], ...]:
        """What became of each notification on its way here, in the order of the first attempts.

        One that an endpoint will only be asked about when time is next driven is not among them yet.
        """
        cloud = self._cloud()
        topic = cloud.topics.by_arn(self._subscription().topic_arn)
        assert topic is not None
        published = Notifications.of(topic.notifications, cloud.journal)
        cloud.settle()
        return deliveries_of(self.arn, cloud.journal, {one.id: one for one in published})

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt at a delivery, notification by notification."""
        return tuple(attempt for delivery in self.deliveries for attempt in delivery.attempts)

    @property
    def failures(self) -> tuple[Attempt, ...]:
        """The attempts that have failed."""
        return tuple(attempt for attempt in self.attempts if attempt.error is not None)

    @property
    def dead_letters(self) -> Messages:
        """All messages in its dead-letter queue, waiting or in flight.

        Raises:
            UnknownResource: It has no dead-letter queue, or one that does not exist.
        """
        cloud = self._cloud()
        target = self._subscription().dead_letter_queue
        queue = cloud.queues.by_arn(target or "")
        if queue is None:
            raise UnknownResource(
                f"The subscription of {self.endpoint} has no dead-letter queue.",
                f"Its RedrivePolicy names {target}." if target else "Its RedrivePolicy is not set.",
                "Subscribe with dead_letter_queue=, or create the queue.",
            )
        with cloud.gate:
            look = Look(cloud, queue.name, "in")
            return Messages.of(queue.messages(State.WAITING, State.IN_FLIGHT), look)

    @explained
    def disconnect(
        self,
        lasting: float | timedelta | str | None = None,
        *,
        reason: str = "the endpoint cannot be reached",
    ) -> None:
        """Let its endpoint be out of reach of SNS: each attempt fails, as by an error of a server's.

        Args:
            lasting: For how long; until `reconnect` unless given.
            reason: What the attempts fail with.
        """
        cloud = self._cloud()
        with cloud.gate:
            until = None if lasting is None else cloud.simulation.now + duration(lasting)
            cloud.topics.deliveries.endpoints.outages.begin(self.endpoint, reason, until)

    def reconnect(self) -> None:
        """Let its endpoint be within reach again, for the next attempt on."""
        cloud = self._cloud()
        with cloud.gate:
            cloud.topics.deliveries.endpoints.outages.end(self.endpoint)

    def unsubscribe(self) -> None:
        """Delete it."""
        cloud = self._cloud()
        with cloud.gate:
            cloud.topics.unsubscribe(self._subscription())

    def __repr__(self) -> str:
        return f"<Subscription {self.protocol} {self.endpoint}>"
