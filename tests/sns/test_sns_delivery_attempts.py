"""The attempts at one delivery, without topics and endpoints."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeaws.journal.entries import DeliveryFailed, DeliveryRetried
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sns.delivery import Delivery, Label
from pytest_fakeaws.services.sns.failures import Failure
from pytest_fakeaws.services.sns.outages import Outages
from pytest_fakeaws.services.sns.retries import Phase, Schedule
from pytest_fakeaws.sim.instants import SECOND, duration
from pytest_fakeaws.sim.simulation import Simulation

_LABEL = Label("topic", "id", "subscription", "endpoint")
_SCHEDULE = Schedule(Phase(2, (0,)), Phase(150, (20 * SECOND,)))


class Parcel:
    """A parcel that an endpoint takes as it is told.

    Args:
        attempt: Says by the number of the attempt what goes wrong.
    """

    label = _LABEL

    def __init__(self, attempt):
        self._attempt = attempt
        self.handed = 0
        self.end = None

    def hand(self, done):
        """Say at once what came of it."""
        self.handed += 1
        done(self._attempt(self.handed))

    def ended(self, delivery, failure):
        """Keep how it ended."""
        self.end = delivery.attempts, failure


class World:
    """A clock, a journal, outages, and a delivery that begins at once."""

    def __init__(self, attempt=None):
        self.simulation = Simulation(0)
        self.journal = Journal(self.simulation)
        self.outages = Outages(self.simulation)
        self.parcel = Parcel(attempt or self._by_outage)
        self.delivery = Delivery(self.simulation, self.journal, self.parcel, _SCHEDULE)

    def _by_outage(self, number):
        outage = self.outages.of("endpoint")
        return Failure(outage.reason, may_pass=True, outage=outage) if outage else None

    def live(self):
        """Let everything happen, and tell of the attempts."""
        self.simulation.drive_until_idle(limit=duration("90 days"), max_events=10_000)
        return self.told()

    def told(self):
        """The seconds of all attempts that the journal tells of as failed."""
        seconds = []
        for entry in self.journal:
            if isinstance(entry.fact, DeliveryFailed):
                seconds.append(entry.fact.attempted_at / SECOND)
            elif isinstance(entry.fact, DeliveryRetried):
                first = entry.fact.since / SECOND
                every = entry.fact.every / SECOND
                seconds += [first + every * place for place in range(entry.fact.attempts)]
        return seconds


def test_attempts_that_fail_alike_are_told_in_bulk():
    """If very many may come; the last is told by whoever gives up."""
    world = World(lambda number: Failure("503", may_pass=True))
    world.delivery.attempt()
    assert world.live() == [0, 0, 0, *range(20, 20 * 150, 20)]
    assert world.parcel.end == (153, Failure("503", may_pass=True))
    assert len(world.journal) == 4


def test_attempts_that_fail_for_another_reason_are_told_apart():
    """One fact for each run of a reason."""
    world = World(lambda number: Failure("first" if number < 50 else "second", may_pass=True))
    world.delivery.attempt()
    world.live()
    runs = [
        (entry.fact.reason, entry.fact.first_attempt, entry.fact.attempts)
        for entry in world.journal
        if isinstance(entry.fact, DeliveryRetried)
    ]
    assert runs == [("first", 4, 46), ("second", 50, 103)]


def test_a_client_side_error_ends_it_whenever_it_comes():
    """Even among many retries."""
    world = World(lambda number: Failure("no", may_pass=number < 60))
    world.delivery.attempt()
    assert len(world.live()) == 59
    assert world.parcel.end == (60, Failure("no", may_pass=False))


@settings(max_examples=40)
@given(
    lasts=st.integers(1, 4_000),
    looks=st.lists(st.integers(1, 4_000), max_size=3),
)
def test_an_outage_is_as_good_as_failures_one_by_one(lasts, looks):
    """Whenever it ends, and whoever looks meanwhile: the same attempts at the same instants."""
    world = World()
    world.outages.begin("endpoint", "503", lasts * SECOND)
    for look in looks:
        world.simulation.at(
            look * SECOND, lambda: world.delivery.tell(world.simulation.now), who="somebody"
        )
    world.delivery.attempt()
    failed = world.live()
    due = [0, 0, 0, *range(20, 20 * 151, 20)]
    expected = [when for when in due if when < lasts]
    given_up = len(expected) == len(due)
    assert failed == (expected[:-1] if given_up else expected)
    attempts, failure = world.parcel.end
    assert attempts == len(failed) + 1
    assert (failure is not None) is given_up


def test_a_delivery_that_was_stopped_is_tried_no_more():
    """Though its endpoint takes its time to answer."""
    answers = []
    parcel = Parcel(lambda number: None)
    parcel.hand = answers.append
    simulation = Simulation(0)
    journal = Journal(simulation)
    delivery = Delivery(simulation, journal, parcel, _SCHEDULE)
    delivery.attempt()
    delivery.stop()
    answers[0](Failure("503", may_pass=True))
    assert simulation.idle
    assert len(journal) == 0


@pytest.mark.parametrize("lasting", [39, 40, 41])
def test_an_attempt_at_the_end_of_an_outage_finds_the_endpoint(lasting):
    """It is over at its last instant."""
    world = World()
    world.outages.begin("endpoint", "503", lasting * SECOND)
    world.delivery.attempt()
    assert world.live() == [0, 0, 0, 20] + [40] * (lasting > 40)
