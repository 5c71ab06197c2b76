import asyncio
import sys
from contextvars import ContextVar

import pytest

from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.process import ProcessEnded
from pytest_fakeaws.sim.simulation import Simulation

COLOUR = ContextVar("colour", default="none")


@pytest.fixture
def simulation():
    return Simulation(0)


@pytest.fixture
def said():
    """What happened, in order."""
    return []


@pytest.fixture
def spawn(simulation, said):
    """Spawns a process that says when it is over."""
    return lambda body, name="a": simulation.spawn(name, body, on_end=lambda: said.append("over"))


def test_a_process_starts_when_the_simulation_is_driven(simulation, spawn, said):
    """Spawning alone runs nothing."""
    spawn(lambda: said.append("runs"))
    assert said == []
    simulation.drive(0)
    assert said == ["runs", "over"]


def test_a_process_that_begins_says_so_before_its_first_wait(simulation, said):
    """Once, and not at all if it never waits."""

    def body():
        said.append("runs")
        simulation.sleep(SECOND)
        simulation.sleep(SECOND)
        said.append("ends")

    simulation.spawn("a", body, on_wait=lambda: said.append("waits"))
    simulation.spawn("b", lambda: None, on_wait=lambda: said.append("b waits"))
    simulation.drive(5 * SECOND)

    assert said == ["runs", "waits", "ends"]


def test_a_process_that_was_prepared_begins_when_it_is_let(simulation, said):
    """At once, or with whatever is next."""
    first = simulation.prepare("a", lambda: said.append("a"))
    second = simulation.prepare("b", lambda: said.append("b"))
    simulation.begin(first)
    simulation.run(second, second.start)
    simulation.drive(0)

    assert said == ["b", "a"]


def test_a_process_goes_on_where_it_waited(simulation, spawn, said):
    """Its local variables are still there at its instant."""

    def body():
        before = simulation.now
        simulation.sleep(5 * SECOND)
        said.append(simulation.now - before)

    spawn(body)
    simulation.drive(5 * SECOND)
    assert said == [5 * SECOND, "over"]


def test_processes_take_turns(simulation, said):
    """While one waits the other runs, and those due together run as they were put down."""

    def body(name):
        for _ in range(3):
            said.append(name)
            simulation.sleep(SECOND)

    for name in "ab":
        simulation.spawn(name, lambda name=name: body(name))
    simulation.drive(3 * SECOND)
    assert said == ["a", "b"] * 3


def test_a_process_that_waits_is_alive(simulation, spawn):
    """It is over once its body has returned."""
    process = spawn(lambda: simulation.sleep(SECOND))
    simulation.drive(0)
    waiting = process.alive
    simulation.drive(SECOND)
    assert (waiting, process.alive) == (True, False)


def test_ending_a_process_unwinds_its_stack(simulation, spawn, said):
    """Its `finally` blocks run, once, and what comes behind does not."""

    def body():
        try:
            simulation.sleep(SECOND)
            said.append("never")
        finally:
            said.append("finally")

    process = spawn(body)
    simulation.drive(0)
    simulation.end(process, "enough")
    simulation.drive(5 * SECOND)
    assert said == ["finally", "over"]


def test_the_end_of_a_process_is_no_ordinary_exception(simulation, spawn, said):
    """`except Exception` around a wait lets it through."""

    def body():
        try:
            simulation.sleep(SECOND)
        except Exception:
            said.append("caught")

    process = spawn(body)
    simulation.drive(0)
    simulation.end(process, "enough")
    assert said == ["over"]


def test_a_process_may_end_itself(simulation, spawn, said):
    """Its own stack unwinds from where it is."""

    def body():
        try:
            process.end("enough")
        finally:
            said.append("finally")

    process = spawn(body)
    simulation.drive(0)
    assert said == ["finally", "over"]


def test_a_process_that_never_started_ends_without_running(simulation, spawn, said):
    """There is nothing to unwind."""
    process = spawn(lambda: said.append("never"))
    simulation.end(process, "enough")
    simulation.drive(SECOND)
    assert said == ["over"]


def test_a_process_ends_once(simulation, spawn, said):
    """Ending what has ended changes nothing."""
    process = spawn(lambda: simulation.sleep(SECOND))
    simulation.drive(0)
    simulation.end(process, "enough")
    simulation.end(process, "enough")
    assert said == ["over"]


def test_a_process_that_swallows_its_end_is_parked_for_good(simulation, spawn, said):
    """A loop around its waits is cut short: it neither spins nor comes back."""

    def sleep():
        try:
            simulation.sleep(SECOND)
        except ProcessEnded:
            said.append("swallowed")

    def body():
        while True:
            sleep()

    process = spawn(body)
    simulation.drive(0)
    simulation.end(process, "enough")
    tries = len(said)
    simulation.drive(1_000 * SECOND)
    assert (said, tries < 200, process.alive) == (["swallowed"] * tries, True, True)


def test_a_process_that_ends_its_ender_is_not_switched_to_again(simulation, said):
    """Whoever ends another is in the middle of something; its next wait is refused."""

    def victim():
        try:
            simulation.sleep(SECOND)
        finally:
            simulation.end(killing, "killed back")
            said.append("victim over")

    def killer():
        simulation.end(dying, "killed")
        said.append("killer is back")
        simulation.sleep(SECOND)
        said.append("killer went on")

    dying, killing = simulation.spawn("victim", victim), simulation.spawn("killer", killer)
    simulation.sleep(2 * SECOND)

    assert said == ["victim over", "killer is back"]
    assert not killing.alive


def test_all_processes_are_ended_in_the_order_of_spawning(simulation, said):
    """What is left when a test is over ends oldest first."""

    def body(name):
        try:
            simulation.sleep(SECOND)
        finally:
            said.append(name)

    for name in "abc":
        simulation.spawn(name, lambda name=name: body(name))
    simulation.drive(0)
    simulation.end_all("the test is over")
    assert said == ["a", "b", "c"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_what_leaves_a_process_reaches_the_driver(simulation, spawn, said, error):
    """An interrupt, or an error that the body did not deal with, is raised where time is driven."""

    def body():
        simulation.sleep(SECOND)
        raise error

    spawn(body)
    with pytest.raises(error):
        simulation.drive(2 * SECOND)
    assert said == ["over"]


def test_the_simulation_goes_on_after_an_interrupt(simulation, spawn, said):
    """Nobody counts as running any more, and the next drive does what is due."""

    def body():
        raise KeyboardInterrupt

    spawn(body)
    simulation.at(SECOND, lambda: said.append("next"), "b")
    with pytest.raises(KeyboardInterrupt):
        simulation.drive(SECOND)
    simulation.drive(SECOND)
    assert (simulation.running, said) == (None, ["over", "next"])


def test_a_process_sees_context_variables_as_they_were_when_it_was_spawned(simulation, spawn, said):
    """Its context is a copy."""
    token = COLOUR.set("red")
    spawn(lambda: said.append(COLOUR.get()))
    COLOUR.reset(token)
    simulation.drive(0)
    assert said == ["red", "over"]


def test_a_process_keeps_its_context_variables_to_itself(simulation, said):
    """Neither the test nor another process sees what it sets."""

    def body(colour):
        COLOUR.set(colour)
        simulation.sleep(SECOND)
        said.append(COLOUR.get())

    for colour in ("red", "blue"):
        simulation.spawn(colour, lambda colour=colour: body(colour))
    simulation.drive(SECOND)
    assert (said, COLOUR.get()) == (["red", "blue"], "none")


async def waits(simulation, said, name):
    said.append((name, simulation.now))
    simulation.sleep(SECOND)
    await asyncio.sleep(0)
    said.append((name, simulation.now))


def test_asyncio_runs_inside_processes_that_take_turns(simulation, said):
    """Each has an event loop of its own, which goes on with it."""
    for name in "ab":
        simulation.spawn(name, lambda name=name: asyncio.run(waits(simulation, said, name)))
    simulation.drive(SECOND)
    assert said == [("a", 0), ("b", 0), ("a", SECOND), ("b", SECOND)]


def test_asyncio_runs_inside_a_process_of_an_async_test(simulation, said):
    """The loop of whoever drives is set aside while the process runs."""
    simulation.spawn("a", lambda: asyncio.run(waits(simulation, said, "a")))

    async def test():
        simulation.drive(SECOND)
        return asyncio.get_running_loop()

    assert asyncio.run(test()).is_closed()
    assert said == [("a", 0), ("a", SECOND)]


def test_event_loops_that_take_turns_leave_nothing_behind(simulation, said):
    """The hooks for asynchronous generators are those of before."""
    before = sys.get_asyncgen_hooks()
    for name in "ab":
        simulation.spawn(name, lambda name=name: asyncio.run(waits(simulation, said, name)))
    simulation.drive(SECOND)
    assert sys.get_asyncgen_hooks() == before


class Surroundings:
    """Says when it is put in place and taken away."""

    def __init__(self, said):
        self.enter = lambda: said.append("enter")
        self.leave = lambda: said.append("leave")


def test_surroundings_are_there_while_a_process_runs(simulation, said):
    """They go whenever it waits, and come back with it."""

    def body():
        said.append("one")
        simulation.sleep(SECOND)
        said.append("two")

    simulation.spawn("a", body, surroundings=Surroundings(said))
    simulation.drive(SECOND)
    assert said == ["enter", "one", "leave", "enter", "two", "leave"]


def test_surroundings_go_when_a_process_fails(simulation, said):
    """Also an error takes them away."""
    simulation.spawn("a", lambda: 1 / 0, surroundings=Surroundings(said))
    with pytest.raises(ZeroDivisionError):
        simulation.drive(0)
    assert said == ["enter", "leave"]
