"""A consumer of the user's own, as a process of the simulation."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, WrongState
from pytest_fakeaws.faults.course import Course
from pytest_fakeaws.faults.inside import RunPoint, Stumble
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.journal.entries import TEST_IS_OVER, ProcessEnded, ProcessStarted, excerpt
from pytest_fakeaws.journal.journal import current_cause
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import duration, seconds
from pytest_fakeaws.sim.process import Interruption

__tracebackhide__ = HIDE_FROM_TRACEBACK

_RETURNED = "returned"
_KILLED = "killed"
_CRASHED = "crashed"


class Process:
    """Code that `FakeAWS.spawn` runs beside the test, in virtual time.

    It begins at the present instant, the next time time is driven. What it raises surfaces in the
    test, out of whatever call drives at that moment.

    Args:
        cloud: Where it lives.
        code: What it runs; if that gives a coroutine, asyncio runs it.
        args: What the code is given.
        kwargs: What the code is given by name.

    Attributes:
        name: The name of the code; further processes of the same code have a number behind it.

    Raises:
        UnknownOption: *code* cannot be called, or is a generator.
    """

    def __init__(
        self, cloud: Cloud, code: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        _check(code)
        self.name = cloud.name_process(name_of(code))
        self._cloud = cloud
        self._code: Callable[[], Any] = lambda: code(*args, **kwargs)
        self._value: Any = None
        self._error: BaseException | None = None
        self._how: str | None = None
        self._watchers: dict[Callable[[], None], None] = {}
        self._restart: Event | None = None
        self._stumbles: list[Stumble] = []
        with cloud.gate:
            cloud.consumers[self] = None
            self._begin()

    def _begin(self) -> None:
        cloud = self._cloud
        self._restart = None
        self._number = cloud.journal.record(ProcessStarted(self.name))
        self._process = cloud.simulation.spawn(self.name, self._run, on_end=self._ended)
        self._stumbles = []
        if cloud.hooks.run is not None:
            self._follow(cloud.hooks.run(RunPoint(self.name)))

    def attend(self, ask: Callable[[RunPoint], Stumble | None]) -> None:
        """Let something happen to it that was asked for when it had begun.

        Args:
            ask: Says what.
        """
        stumble = ask(RunPoint(self.name))
        if stumble is not None and self.alive:
            self._follow([stumble])

    def _follow(self, stumbles: Sequence[Stumble]) -> None:
        self._stumbles.extend(stumbles)
        if self._stumbles:
            course = Course(self._stumbles, self._cloud.simulation, self._crash)
            self._cloud.hooks.followers[self._number] = course.reach

    def _crash(self, stumble: Stumble) -> None:
        """A fault ends it; it may be started again, with everything that it was given."""
        simulation = self._cloud.simulation
        if stumble.restart is None:
            self._tell(_CRASHED)
        else:
            with self._cloud.journal.caused_by(self._number):
                self._cloud.journal.record(ProcessEnded(self.name, _CRASHED))
            when = simulation.now + stumble.restart
            self._restart = simulation.at(when, self._begin, who=f"{self.name}: restart")
        simulation.end(self._process, f"{self.name} crashed")

    @property
    def alive(self) -> bool:
        """Whether it has yet to end. One that waits for messages that never come is alive."""
        running = self._process.alive and not self._process.ended
        return running or self._restart is not None

    def kill(self) -> None:
        """Crash it at this instant; one that has ended is left alone.

        No AWS call of it takes effect any more. Then its stack is unwound once, so that `finally`
        blocks run; what they raise is raised here. A process may kill itself, and others.

        Raises:
            WrongState: The test does not run in this thread.
        """
        if not self.alive:
            return
        simulation = self._cloud.simulation
        if not simulation.at_home:
            raise WrongState(
                f"{self.name} was killed by a thread that the test does not run in.",
                "Only the thread of the test runs processes, and unwinds them.",
                "Kill it from the test, or from another process.",
            )
        killer = simulation.running
        doomed = killer is not None and killer.ended
        with self._cloud.gate:
            self._tell(_KILLED)
            if self._restart is not None:
                simulation.cancel(self._restart)
                self._restart = None
            simulation.end(self._process, f"{self.name} was killed")
            if killer is not None and killer.ended and not doomed:
                killer.refuse()  # what was killed has killed its killer

    @explained
    def join(self, timeout: float | timedelta | str = "30 days") -> None:
        """Wait in virtual time until it has ended, however that was.

        What it raises meanwhile surfaces here, if this is what drives.

        Args:
            timeout: How long to wait, in virtual time.

        Raises:
            ClockStopped: It had not ended in time.
            WrongState: It waits for itself.
        """
        simulation = self._cloud.simulation
        if simulation.running is self._process:
            raise WrongState(
                f"{self.name} waits for itself.",
                "Its own join() or result() was called inside it; it would never end.",
                "Call it from the test or from another process.",
            )
        limit = duration(timeout)
        deadline = simulation.now + limit
        with self._cloud.gate:
            while self.alive:
                if not simulation.wait(self, deadline) and self.alive:
                    raise simulation.stopped(
                        f"{self.name} had not ended after {seconds(limit)} s of virtual time."
                    )

    @explained
    def result(self, timeout: float | timedelta | str = "30 days") -> Any:
        """Wait in virtual time until it has ended, and return what it returned or raise what it raised.

        Args:
            timeout: How long to wait, in virtual time.

        Raises:
            ClockStopped: It had not ended in time.
            WrongState: It was killed, or waits for itself.
        """
        self.join(timeout)
        if self._how == _RETURNED:
            return self._value
        if self._error is not None:
            raise self._error
        raise WrongState(
            f"{self.name} has no result.",
            f"Before it returned, this happened to it: {self._how or 'the test is over'}.",
            "Ask for the result of one that ends by itself; join() waits for any.",
        )

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* once, when the process has ended."""
        self._watchers[watcher] = None

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""
        self._watchers.pop(watcher, None)

    def __repr__(self) -> str:
        return f"<Process {self.name}, {'alive' if self.alive else self._how}>"

    def _run(self) -> None:
        # The process has a context of its own, so this cause is that of nobody else.
        current_cause.set(self._number)
        try:
            value = self._code()
            self._value = _run_coroutine(value) if inspect.iscoroutine(value) else value
        except Interruption as interruption:
            self._error = interruption.error
            raise
        except BaseException as error:
            if not self._process.ended:  # else it is only being unwound
                self._error = error
            raise

    def _ended(self) -> None:
        self._cloud.hooks.followers.pop(self._number, None)
        if self._restart is not None:
            return
        if self._process.ended:
            self._tell(TEST_IS_OVER)
        elif self._error is not None:
            text = ": ".join(filter(None, (type(self._error).__name__, str(self._error))))
            self._tell(f"raised {excerpt(text)}")
        else:
            self._tell(_RETURNED)

    def _tell(self, how: str) -> None:
        """Write down how it ended, and tell those who wait; only what is told first holds."""
        if self._how is not None:
            return
        self._how = how
        del self._cloud.consumers[self]
        with self._cloud.journal.caused_by(self._number):
            self._cloud.journal.record(ProcessEnded(self.name, how))
        watchers, self._watchers = self._watchers, {}
        for watcher in watchers:
            watcher()


def _run_coroutine(coroutine: Any) -> Any:
    import asyncio  # noqa: PLC0415 - most consumers do without

    return asyncio.run(coroutine)


def name_of(code: Callable[..., Any]) -> str:
    """What the first process of some code is called."""
    if isinstance(code, functools.partial):
        code = code.func
    return str(getattr(code, "__name__", type(code).__name__))


def _check(code: Callable[..., Any]) -> None:
    if not callable(code):
        raise UnknownOption(
            f"{code!r} cannot be spawned.",
            f"It is of type {type(code).__name__}, which cannot be called.",
            "Give the function and its arguments apart: fakeaws.spawn(worker, queue_url).",
        )
    if inspect.isgeneratorfunction(code) or inspect.isasyncgenfunction(code):
        raise UnknownOption(
            f"{name_of(code)} cannot be spawned.",
            "It has a yield in it: to call it makes a generator and runs none of its code.",
            "Spawn a function that runs the loop over the generator.",
        )
