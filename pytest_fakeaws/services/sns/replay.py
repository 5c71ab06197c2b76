"""A replay: what a FIFO topic has archived goes to one of its subscriptions once more.

See https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from pytest_fakeaws.journal.entries import ReplayEnded, ReplayStarted
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.archive import Archive
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.replay_policy import ReplayPolicy
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND, Instant
from pytest_fakeaws.sim.simulation import Simulation

Status: TypeAlias = Literal["Pending", "In progress", "Completed", "Failed"]


class Replay:
    """One replay, and whether the subscription hears of what is published beside it and afterwards.

    Until it has caught up, what is published waits for its turn in the archive.

    Args:
        policy: What is wanted once more.
        archive: Where it is.
        subscription: Who wants it.
        offer: Delivers to the subscription what its filter policy lets through.

    Attributes:
        status: How far it is, in AWS's words.
    """

    def __init__(
        self,
        policy: ReplayPolicy,
        archive: Archive,
        subscription: Subscription,
        *,
        offer: Callable[[Subscription, Notification], None],
        simulation: Simulation,
        journal: Journal,
    ) -> None:
        self.status: Status = "Pending"
        self._policy = policy
        self._archive = archive
        self._subscription = subscription
        self._offer = offer
        self._simulation = simulation
        self._journal = journal
        self._place = archive.since(policy.start, simulation.now)
        self._news = archive.end
        self._replayed = 0
        self._next: Event | None = None

    def start(self) -> None:
        """Begin, at this instant, when time is next driven."""
        subscription = self._subscription
        self._number = self._journal.record(
            ReplayStarted(subscription.topic_arn, subscription.arn, subscription.endpoint)
        )
        self._plan(self._simulation.now)

    def stop(self) -> None:
        """Replay no more."""
        if self._next is not None:
            self._simulation.cancel(self._next)
            self._next = None

    def fail(self) -> None:
        """End before everything was replayed, if it has not ended yet."""
        if self._next is not None:
            self.stop()
            self._end("Failed")

    def passes(self, now: Instant) -> bool:
        """Whether what is published now reaches the subscription as it is published."""
        return self._next is None and now <= self._policy.end

    def _plan(self, when: Instant) -> None:
        who = f"replay to {self._subscription.endpoint}"
        self._next = self._simulation.at(when, self._go_on, who=who)

    def _go_on(self) -> None:
        self.status = "In progress"
        with self._journal.caused_by(self._number):
            for _ in range(limits.REPLAYED_PER_SECOND):
                if not self._has_more():
                    self._next = None
                    self._end("Completed")
                    return
                self._replay(self._archive.get(self._place))
        self._plan(self._simulation.now + SECOND)

    def _has_more(self) -> bool:
        """Whether something is left, of what is not too old by now."""
        archive = self._archive
        self._place = max(self._place, archive.oldest(self._simulation.now))
        return (
            self._place < archive.end and archive.get(self._place).published_at <= self._policy.end
        )

    def _replay(self, notification: Notification) -> None:
        again = notification.replayed() if self._place < self._news else notification
        self._place += 1
        self._replayed += 1
        self._offer(self._subscription, again)

    def _end(self, status: Status) -> None:
        self.status = status
        subscription = self._subscription
        self._journal.record(
            ReplayEnded(
                subscription.topic_arn,
                subscription.arn,
                subscription.endpoint,
                status,
                self._replayed,
            )
        )
