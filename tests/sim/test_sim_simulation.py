import threading

import pytest

from pytest_fakeaws.errors import ClockStopped, WrongState
from pytest_fakeaws.sim import simulation as module
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.simulation import Simulation


class Bell:
    """Something to wait for: it rings for whoever watches."""

    def __init__(self):
        self.watchers = []
        self.watch = self.watchers.append
        self.unwatch = lambda watcher: watcher in self.watchers and self.watchers.remove(watcher)

    def ring(self):
        """Call each watcher once."""
        for watcher in self.watchers[:]:
            self.watchers.remove(watcher)
            watcher()


@pytest.fixture
def simulation():
    return Simulation(0)


@pytest.fixture
def bell():
    return Bell()


@pytest.fixture
def said(simulation):
    """What happened, in order."""
    return []


@pytest.fixture
def at(simulation, said):
    """Puts down that a word is said at an instant."""
    return lambda when, word, **kwargs: simulation.at(
        when * SECOND, lambda: said.append((word, simulation.now / SECOND)), who=word, **kwargs
    )


# Driving


def test_the_test_is_at_leisure_while_nothing_is_due(simulation, at, said):
    """Something that is due at this instant comes first; a process is not the test."""
    at(1, "a")
    assert simulation.at_leisure
    at(0, "b")
    assert not simulation.at_leisure
    simulation.spawn("p", lambda: said.append(simulation.at_leisure))
    simulation.drive(0)

    assert said == [("b", 0), False]


def test_a_wait_until_something_is_so_ends_with_the_event_that_makes_it_so(
    simulation, at, said, bell
):
    """Whoever drives asks after each event; nothing has to call."""
    at(1, "a")
    at(2, "b")
    simulation.wait_until(lambda: said, bell)

    assert said == [("a", 1)]


def test_a_process_waits_until_something_is_so_whenever_it_is_called(simulation, bell, said):
    """A call that comes too early is not the last."""
    rung = []

    def ring():
        rung.append(simulation.now)
        bell.ring()

    for second in (1, 2):
        simulation.at(second * SECOND, ring, who="bell")
    simulation.spawn(
        "p",
        lambda: (simulation.wait_until(lambda: len(rung) == 2, bell), said.append(simulation.now)),
    )
    simulation.drive(5 * SECOND)

    assert said == [2 * SECOND]


def test_everything_happens_at_its_own_instant(simulation, at, said):
    """In order, with the clock showing each event's time."""
    at(2, "b")
    at(1, "a")
    simulation.drive(5 * SECOND)
    assert said == [("a", 1), ("b", 2)]


def test_what_is_due_at_the_deadline_happens(simulation, at, said):
    """A drive includes its last instant."""
    at(5, "a")
    simulation.drive(5 * SECOND)
    assert said == [("a", 5)]


def test_what_is_due_behind_the_deadline_does_not_happen(simulation, at, said):
    """Time stands at the deadline, not beyond."""
    at(5.000001, "a")
    simulation.drive(5 * SECOND)
    assert (said, simulation.now) == ([], 5 * SECOND)


def test_an_event_may_put_down_another_for_the_same_instant(simulation, at, said):
    """It comes up in the same drive, behind what was there."""
    simulation.at(SECOND, lambda: at(1, "c"), who="a")
    at(1, "b")
    simulation.drive(SECOND)
    assert said == [("b", 1), ("c", 1)]


def test_an_event_put_down_for_the_past_happens_now(simulation, at, said):
    """The clock never goes back."""
    simulation.drive(5 * SECOND)
    at(1, "late")
    simulation.drive(5 * SECOND)
    assert said == [("late", 5)]


def test_a_cancelled_event_does_not_happen(simulation, at, said):
    """The others do."""
    simulation.cancel(at(1, "a"))
    at(2, "b")
    simulation.drive(5 * SECOND)
    assert said == [("b", 2)]


def test_a_drive_stops_where_its_condition_holds(simulation, at, said):
    """It says so, and the clock stands at that instant."""
    at(1, "a")
    at(2, "b")
    assert simulation.drive(5 * SECOND, lambda: said) is True
    assert simulation.now == SECOND


def test_a_drive_whose_condition_never_holds_says_so(simulation):
    """It ends at its deadline."""
    assert simulation.drive(5 * SECOND, lambda: False) is False


def test_a_condition_that_holds_already_runs_nothing(simulation, at, said):
    """It is asked before the first event."""
    at(0, "a")
    simulation.drive(5 * SECOND, lambda: True)
    assert said == []


def test_each_new_instant_is_told_before_anything_happens_then():
    """So that the host's clock shows it in time; an instant is told once."""
    told = []
    simulation = Simulation(0, on_tick=told.append)
    for when in (1, 1, 2):
        simulation.at(when, lambda: told.append("event"), who="a")
    simulation.drive(3)
    assert told == [1, "event", "event", 2, "event", 3]


# Waiting


def test_the_test_sleeps_by_driving(simulation, at, said):
    """What is due in between happens."""
    at(1, "a")
    simulation.sleep(5 * SECOND)
    assert (said, simulation.now) == ([("a", 1)], 5 * SECOND)


def test_a_process_sleeps_by_giving_way(simulation, at, said):
    """The test goes on driving meanwhile."""
    simulation.spawn("p", lambda: (simulation.sleep(5 * SECOND), at(0, "p")))
    at(1, "a")
    simulation.drive(5 * SECOND)
    assert said == [("a", 1), ("p", 5)]


def waiting_of(simulation, bell, deadline):
    """Waits for the bell and tells whether it rang, and when the wait was over."""
    return simulation.wait(bell, deadline * SECOND), simulation.now / SECOND


def waiting_by(who, simulation, bell, deadline):
    """The same, as the test or as a process does it."""
    if who == "the test":
        return waiting_of(simulation, bell, deadline)
    outcome = []
    simulation.spawn("p", lambda: outcome.append(waiting_of(simulation, bell, deadline)))
    simulation.drive(20 * SECOND)
    return outcome[0]


@pytest.fixture(params=["the test", "a process"])
def wait(request, simulation, bell):
    """Waits for the bell, as the test or as a process does it."""
    return lambda deadline: waiting_by(request.param, simulation, bell, deadline)


def test_a_wait_ends_when_it_is_called(simulation, bell, wait):
    """At the instant of the call, and it says that it was called."""
    simulation.at(3 * SECOND, bell.ring, who="bell")
    assert wait(10) == (True, 3)


def test_a_wait_ends_at_its_deadline(wait):
    """It says that it was not called."""
    assert wait(10) == (False, 10)


def test_a_call_at_the_deadline_is_in_time(simulation, bell, wait):
    """Where it was put down before the wait began."""
    simulation.at(10 * SECOND, bell.ring, who="bell")
    assert wait(10) == (True, 10)


def test_nobody_watches_after_a_wait(bell, wait):
    """A wait that timed out leaves no watcher behind."""
    wait(10)
    assert bell.watchers == []


def test_a_process_is_not_resumed_inside_the_call(simulation, bell, said):
    """Whoever calls finishes first."""

    def ring():
        bell.ring()
        said.append("rung")

    simulation.spawn("p", lambda: (simulation.wait(bell, 10 * SECOND), said.append("resumed")))
    simulation.at(SECOND, ring, who="bell")
    simulation.drive(10 * SECOND)
    assert said == ["rung", "resumed"]


def test_a_wait_that_was_ended_leaves_nothing_scheduled(simulation, bell):
    """Its deadline is struck off, its watcher gone."""
    process = simulation.spawn("p", lambda: simulation.wait(bell, 10 * SECOND, work=True))
    simulation.drive(0)
    simulation.end(process, "enough")
    assert (simulation.idle, bell.watchers) == (True, [])


def test_another_thread_cannot_wait(simulation):
    """Only the thread of the test runs the simulation."""
    caught = []

    def wait():
        with pytest.raises(WrongState, match="A thread that the test does not run in") as error:
            simulation.sleep(SECOND)
        caught.append(error.value)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert len(caught) == 1


# Idle


def test_a_new_world_is_idle(simulation):
    """Nothing is scheduled."""
    assert simulation.idle


def test_a_world_with_work_is_not_idle(simulation, at):
    """Until the work is done."""
    at(1, "a")
    before = simulation.idle
    simulation.drive(SECOND)
    assert (before, simulation.idle) == (False, True)


def test_cancelled_work_is_no_work(simulation, at):
    """However often it is cancelled."""
    event = at(1, "a")
    simulation.cancel(event)
    simulation.cancel(event)
    assert simulation.idle


def test_what_is_no_work_leaves_the_world_idle(simulation, at):
    """The deadline of an idle poll, for example."""
    at(1, "a", work=False)
    assert simulation.idle


def test_a_sleeping_process_is_work(simulation):
    """It has something to do at its instant."""
    simulation.spawn("p", lambda: simulation.sleep(SECOND))
    simulation.drive(0)
    assert not simulation.idle


def test_driving_until_idle_stops_at_the_last_work(simulation, at, said):
    """What is no work does not move the clock."""
    at(1, "a")
    at(2, "b", work=False)
    simulation.drive_until_idle(limit=10 * SECOND, max_events=10)
    assert (said, simulation.now) == ([("a", 1)], SECOND)


# Bounds


@pytest.fixture
def busy(simulation):
    """Starts something that happens again and again."""

    def busy(who, every):
        def again():
            simulation.at(simulation.now + every, again, who=who)

        again()

    return busy


def test_a_world_that_is_never_idle_is_explained(simulation, busy):
    """The error shows what is due next, and who is busiest."""
    busy("retry", 2 * SECOND)
    busy("poll", SECOND)
    with pytest.raises(ClockStopped) as caught:
        simulation.drive_until_idle(limit=10 * SECOND, max_events=1_000)
    assert str(caught.value) == (
        "The world was not idle after 10 s.\n"
        "\n"
        "  Virtual time: 00:00:10 since the start.\n"
        "  Due next:\n"
        "    00:00:11  poll\n"
        "    00:00:12  retry\n"
        "  Busiest:\n"
        "    poll: 10 events\n"
        "    retry: 5 events\n"
        "\n"
        "Is there a retry or a loop that never ends? If the work is really that long, raise the "
        "bound."
    )


def test_a_world_with_too_many_events_is_explained(simulation, busy):
    """The bound on events counts whatever happens."""
    busy("poll", SECOND)
    with pytest.raises(ClockStopped) as caught:
        simulation.drive_until_idle(limit=10_000 * SECOND, max_events=7)
    assert caught.value.what == "The world was not idle after 7 events."


def test_exactly_as_many_events_as_allowed_are_enough(simulation, at):
    """The bound is the last number that is allowed."""
    for when in range(3):
        at(when, "a")
    simulation.drive_until_idle(limit=10 * SECOND, max_events=3)
    assert simulation.idle


def test_a_world_that_runs_in_circles_is_stopped(simulation, busy, monkeypatch):
    """A loop without delay ends in an error that names who goes round."""
    monkeypatch.setattr(module, "EVENTS_WITHOUT_TIME", 1_000)
    busy("loop", 0)
    with pytest.raises(ClockStopped) as caught:
        simulation.drive(SECOND)
    assert (caught.value.what, caught.value.evidence) == (
        "1,000 events happened at one instant, and time never went on.",
        "Virtual time: 00:00:00 since the start.\nDue next:\n  00:00:00  loop",
    )


def test_a_process_that_runs_in_circles_is_stopped(simulation, monkeypatch):
    """Sleeping for no time at all is going round, too."""
    monkeypatch.setattr(module, "EVENTS_WITHOUT_TIME", 1_000)

    def body():
        while True:
            simulation.sleep(0)

    simulation.spawn("poller", body)
    with pytest.raises(ClockStopped, match="poller"):
        simulation.drive(SECOND)
    simulation.end_all("the test is over")


def test_many_events_are_no_circle_where_time_goes_on(simulation, busy, monkeypatch):
    """The bound starts again with each instant."""
    monkeypatch.setattr(module, "EVENTS_WITHOUT_TIME", 10)
    busy("poll", SECOND)
    simulation.drive(100 * SECOND)
    assert simulation.now == 100 * SECOND


def test_a_drive_to_where_the_clock_stands_changes_nothing(simulation, at, said):
    """Settling the present instant runs what is due now, and only that."""
    at(0, "now")
    at(1, "later")
    simulation.sleep(0)
    assert said == [("now", 0)]
