"""A FIFO topic: order by group, each message once, and an archive to replay from.

See https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.journal.entries import NotificationDeduplicated
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.memory import Memory
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.archive import Archive
from pytest_fakeaws.services.sns.deliveries import Deliveries
from pytest_fakeaws.services.sns.errors import InvalidPolicy, InvalidState, refused
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.replay import Replay
from pytest_fakeaws.services.sns.replay_policy import ReplayPolicy
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.services.sns.topic import Topic
from pytest_fakeaws.services.sns.topic_attributes import TopicAttributes
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.simulation import Simulation

_FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000
_SEQUENCE_STEP = 1_000
_FIFO = ".fifo"


class FifoTopic(Topic):
    """One FIFO topic.

    Attributes:
        archive: What can be replayed of it.
    """

    def __init__(
        self,
        place: Place,
        name: str,
        attributes: TopicAttributes,
        *,
        simulation: Simulation,
        journal: Journal,
        deliveries: Deliveries,
    ) -> None:
        super().__init__(place, name, attributes, journal=journal, deliveries=deliveries)
        self.archive = Archive()
        self._simulation = simulation
        self._sent: Memory[Notification] = Memory(limits.DEDUPLICATION * SECOND)
        self._published = 0
        self._keep_archive()

    def change(self, attributes: Mapping[str, str]) -> None:
        """Set attributes, all or none; an archive begins and ends with its policy."""
        super().change(attributes)
        self._keep_archive()

    def _keep_archive(self) -> None:
        self.archive.keep_for(self.attributes.archived_for, self._simulation.now)
        if not self.archive.active:
            for subscription in self:
                if subscription.replay is not None:
                    subscription.replay.fail()

    def shown(self) -> dict[str, str]:
        """Its attributes as GetTopicAttributes answers them."""
        return {**super().shown(), **self.archive.shown(self._simulation.now)}

    def check_deletion(self) -> None:
        """Refuse to be deleted with an archive.

        Raises:
            InvalidState: There is one.
        """
        if self.archive.active:
            raise InvalidState("Cannot delete a topic with an ArchivePolicy")

    # What is published

    def publish(self, notification: Notification) -> Notification:
        """Take in *notification*, or answer with the equal one of the last five minutes."""
        now, known_as = notification.published_at, _known_as(notification)
        notification.deduplication_id = known_as
        key = (notification.group, known_as) if self.attributes.deduplicates_by_group else known_as
        earlier = self._sent.get(key, now)
        if earlier is not None:
            self._journal.record(NotificationDeduplicated(self.arn, earlier.id, known_as))
            return earlier
        self._sent.note(key, notification, now)
        number = _FIRST_SEQUENCE_NUMBER + self._published * _SEQUENCE_STEP
        notification.sequence_number = str(number)
        self._published += 1
        self.archive.add(notification)
        return super().publish(notification)

    def _listeners(self) -> list[Subscription]:
        now = self._simulation.now
        return [one for one in super()._listeners() if one.replay is None or one.replay.passes(now)]

    def _offer(self, subscription: Subscription, notification: Notification) -> None:
        """A standard queue is told neither of groups nor of deduplication."""
        fifo = subscription.endpoint.endswith(_FIFO)
        super()._offer(subscription, notification if fifo else notification.ungrouped)

    # What is replayed

    def check_replay(self, attributes: Mapping[str, str], prefix: str = "") -> None:
        """Refuse a replay if nothing is archived.

        Raises:
            InvalidParameter: It is asked for.
        """
        with refused(f"{prefix}ReplayPolicy: "):
            if ReplayPolicy.wanted(attributes) and not self.archive.active:
                raise InvalidPolicy("the topic has no ArchivePolicy")

    def replay(self, subscription: Subscription) -> None:
        """Begin to replay to *subscription* what its policy says, instead of what it replays now."""
        self.end_replay(subscription)
        if subscription.replay_policy is not None and subscription.confirmed:
            subscription.replay = Replay(
                subscription.replay_policy,
                self.archive,
                subscription,
                offer=self._offer,
                simulation=self._simulation,
                journal=self._journal,
            )
            subscription.replay.start()

    def end_replay(self, subscription: Subscription) -> None:
        """Replay nothing more to *subscription*."""
        if subscription.replay is not None:
            subscription.replay.stop()
            subscription.replay = None

    def remove(self, subscription: Subscription) -> None:
        """Let it hear no more."""
        self.end_replay(subscription)
        super().remove(subscription)


def _known_as(notification: Notification) -> str:
    """By what a message is told from others: its publisher's id, or else what it says."""
    if notification.deduplication_id is not None:
        return notification.deduplication_id
    text = notification.message
    if notification.messages is not None:
        text = json.dumps({"default": text, **notification.messages})
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
