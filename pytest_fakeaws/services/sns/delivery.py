"""A delivery: one notification on its way to one subscriber, from attempt to attempt.

A steady phase has very many attempts that differ in nothing. Those that fail alike are told in bulk, when they end
or somebody looks; and against an endpoint that is known to be out of reach they are no events of their own, for
what becomes of them is known.
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
from pytest_fakeaws.sim.instants import Duration, Instant
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


class _Run:
    """Attempts one after the other that have failed for the same reason."""

    __slots__ = ("attempts", "first_attempt", "reason", "since")

    def __init__(self, first_attempt: int, since: Instant, reason: str) -> None:
        self.first_attempt = first_attempt
        self.since = since
        self.reason = reason
        self.attempts = 0


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
        self._who = f"{parcel.label.endpoint}: delivery"
        self._cause = current_cause.get()
        self.attempted_at: Instant = 0
        self._failed_at: Instant = 0
        self._event: Event | None = None
        self._every: Duration = 0
        """The wait between attempts, once they are steady."""
        self._run: _Run | None = None
        self._dormant: Outage | None = None
        self._over = False

    def attempt(self) -> None:
        """Try now."""
        self._event = None
        if self._dormant is not None:
            self._catch_up(self._simulation.now - 1)
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
        """Record the attempts up to an instant that were not worth a fact each."""
        self._catch_up(until)
        run, self._run = self._run, None
        if run is not None:
            fact = DeliveryRetried(
                *self._parcel.label,
                first_attempt=run.first_attempt,
                attempts=run.attempts,
                since=run.since,
                every=self._every,
                reason=run.reason,
            )
            with self._journal.caused_by(self._cause):
                self._journal.record(fact)

    def _catch_up(self, until: Instant) -> None:
        """Count the attempts of an outage that have failed up to an instant; the last of all is an event."""
        if self._dormant is not None:
            left = self._schedule.retries - self.attempts
            count = min((until - self._failed_at) // self._every, left)
            if count > 0:
                first, since = self.attempts + 1, self._failed_at + self._every
                self.attempts += count
                self.attempted_at = self._failed_at = self._failed_at + count * self._every
                self._count(self._dormant.reason, count, first, since)

    def _count(self, reason: str, count: int, first: int, since: Instant) -> None:
        """Add so many attempts to the run, or to a new one if they have failed for another reason."""
        if self._run is not None and self._run.reason != reason:
            self.tell(0)
        if self._run is None:
            self._run = _Run(first, since, reason)
        self._run.attempts += count

    def _attempted(self, failure: Failure | None) -> None:
        if self._over:
            return  # it was stopped while the endpoint took its time
        if failure is None or not failure.may_pass or self.attempts > self._schedule.retries:
            self._end(failure)
            return
        now = self._failed_at = self._simulation.now
        if self._every:
            self._count(failure.reason, 1, self.attempts, now)
            due = now + self._every
        else:
            due = now + self._schedule.wait(self.attempts)
            self._record(failure.reason, due)
            if self._schedule.is_steady(self.attempts):
                self._every = due - now
        if self._every and failure.outage is not None:
            self._sleep_through(failure.outage)
        else:
            self._plan(due)

    def _record(self, reason: str, due: Instant) -> None:
        fact = DeliveryFailed(
            *self._parcel.label,
            attempt=self.attempts,
            attempted_at=self.attempted_at,
            reason=reason,
            next_at=due,
        )
        with self._journal.caused_by(self._cause):
            self._journal.record(fact)

    def _sleep_through(self, outage: Outage) -> None:
        """Plan only the last retry: what the others come to is known as long as *outage* lasts."""
        self._dormant = outage
        outage.watch(self._reachable)
        left = self._schedule.retries - self.attempts + 1
        self._plan(self._failed_at + left * self._every)

    def _reachable(self, last: Instant) -> None:
        """The endpoint is back; *last* was the last instant at which it was not."""
        self.tell(last)
        self._wake()
        assert self._event is not None
        self._simulation.cancel(self._event)
        self._plan(self._failed_at + self._every)

    def _plan(self, due: Instant) -> None:
        self._event = self._simulation.at(due, self.attempt, who=self._who)

    def _wake(self) -> None:
        if self._dormant is not None:
            self._dormant.unwatch(self._reachable)
            self._dormant = None

    def _end(self, failure: Failure | None) -> None:
        self._over = True
        self.tell(0)
        with self._journal.caused_by(self._cause):
            self._parcel.ended(self, failure)
