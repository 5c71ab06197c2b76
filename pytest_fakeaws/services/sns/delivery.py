"""A delivery: one notification on its way to one subscriber, from attempt to attempt.

Attempts are events on the clock, but for those of a steady phase against an endpoint that is known to be out of
reach: what becomes of them is known, so they are told in bulk, when the outage ends or somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from pytest_fakeaws.journal.entries import DeliveryFailed, DeliveryRetried
from pytest_fakeaws.journal.journal import Journal, current_cause
from pytest_fakeaws.services.sns.failures import Failure
from pytest_fakeaws.services.sns.outages import Outage
from pytest_fakeaws.services.sns.retries import Schedule
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation


class Label(NamedTuple):
    """What is delivered, and to whom.

    Attributes:
        topic: The topic's ARN.
        notification_id: The message id.
        subscription: The subscription's ARN.
        endpoint: Where it goes.
    """

    topic: str
    notification_id: str
    subscription: str
    endpoint: str


class Parcel(Protocol):
    """Something to deliver."""

    @property
    def label(self) -> Label:
        """What it is, and for whom."""

    def hand(self, done: Callable[[Failure | None], None]) -> None:
        """Hand it to the endpoint, and call *done*, now or later, with what went wrong, if anything."""

    def ended(self, delivery: Delivery, failure: Failure | None) -> None:
        """It was delivered, or is given up."""


class Delivery:
    """The attempts at delivering one parcel.

    Args:
        simulation: The clock.
        journal: Where it says what failed.
        parcel: What is delivered.
        schedule: When it is retried.

    Attributes:
        attempts: How many there have been. The next one is the retry of this number.
        attempted_at: When the last of them was made.
    """

    def __init__(
        self, simulation: Simulation, journal: Journal, parcel: Parcel, schedule: Schedule
    ) -> None:
        self.attempts = 0
        self._simulation = simulation
        self._journal = journal
        self._parcel = parcel
        self._schedule = schedule
        self._cause = current_cause.get()
        self.attempted_at: Instant = 0
        self._failed_at: Instant = 0
        self._event: Event | None = None
        self._dormant: Outage | None = None
        self._over = False

    def attempt(self) -> None:
        """Try now."""
        self._event = None
        self.tell(self._simulation.now - 1)
        self._wake()
        with self._journal.caused_by(self._cause):
            self._parcel.hand(self.begin())

    def begin(self) -> Callable[[Failure | None], None]:
        """An attempt is made now; what is returned has to be told what went wrong, if anything."""
        self.attempts += 1
        self.attempted_at = self._simulation.now
        return self._attempted

    def stop(self) -> None:
        """Try no more."""
        if self._event is not None:
            self._simulation.cancel(self._event)
        self.tell(self._simulation.now)
        self._wake()
        self._over = True

    def tell(self, until: Instant) -> None:
        """Record the attempts during an outage that have failed up to an instant."""
        if self._dormant is None:
            return
        schedule, retries = self._schedule, self.attempts - 1
        passed = schedule.offset(retries) + until - self._failed_at
        count = min(schedule.retries_within(passed), schedule.retries - 1) - retries
        if count <= 0:
            return
        wait = schedule.wait(self.attempts)
        fact = DeliveryRetried(
            *self._parcel.label,
            first_attempt=self.attempts + 1,
            attempts=count,
            since=self._failed_at + wait,
            every=wait,
            reason=self._dormant.reason,
        )
        self.attempts += count
        self.attempted_at = self._failed_at = self._failed_at + count * wait
        with self._journal.caused_by(self._cause):
            self._journal.record(fact)

    def _attempted(self, failure: Failure | None) -> None:
        if self._over:
            return  # it was stopped while the endpoint took its time
        if failure is None or not failure.may_pass or self.attempts > self._schedule.retries:
            self._end(failure)
            return
        self._failed_at = self._simulation.now
        due = self._failed_at + self._schedule.wait(self.attempts)
        fact = DeliveryFailed(
            *self._parcel.label,
            attempt=self.attempts,
            attempted_at=self.attempted_at,
            reason=failure.reason,
            next_at=due,
        )
        with self._journal.caused_by(self._cause):
            self._journal.record(fact)
        if failure.outage is not None and self._schedule.is_steady(self.attempts):
            self._sleep_through(failure.outage)
        else:
            self._plan(due)

    def _sleep_through(self, outage: Outage) -> None:
        """Plan only the last retry: what the others come to is known as long as *outage* lasts."""
        self._dormant = outage
        outage.watch(self._reachable)
        schedule = self._schedule
        self._plan(self._failed_at + schedule.length - schedule.offset(self.attempts - 1))

    def _reachable(self, last: Instant) -> None:
        """The endpoint is back; *last* was the last instant at which it was not."""
        self.tell(last)
        self._wake()
        assert self._event is not None
        self._simulation.cancel(self._event)
        self._plan(self._failed_at + self._schedule.wait(self.attempts))

    def _plan(self, due: Instant) -> None:
        who = f"{self._parcel.label.endpoint}: delivery"
        self._event = self._simulation.at(due, self.attempt, who=who)

    def _wake(self) -> None:
        if self._dormant is not None:
            self._dormant.unwatch(self._reachable)
            self._dormant = None

    def _end(self, failure: Failure | None) -> None:
        self._over = True
        with self._journal.caused_by(self._cause):
            self._parcel.ended(self, failure)
