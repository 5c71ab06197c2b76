"""An invocation: one run of a handler, from the event to its outcome."""

from __future__ import annotations

import json
from asyncio import CancelledError
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from pytest_fakeaws.faults.course import Course
from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.inside import Moment, Stumble
from pytest_fakeaws.journal.entries import InvocationFailed, InvocationStarted, InvocationSucceeded
from pytest_fakeaws.journal.journal import Journal, current_cause
from pytest_fakeaws.journal.unwritten_fact import UnwrittenFact
from pytest_fakeaws.services.lambda_ import outcomes
from pytest_fakeaws.services.lambda_.context import LambdaContext
from pytest_fakeaws.services.lambda_.environment import InitFailed
from pytest_fakeaws.services.lambda_.initialisation import EXITED, Initialisation, Phase
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.outcomes import Outcome
from pytest_fakeaws.services.lambda_.sandbox import Sandbox
from pytest_fakeaws.sim.agenda import Place
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant
from pytest_fakeaws.sim.process import Process
from pytest_fakeaws.sim.simulation import Simulation


class Invocation:
    """One run of a handler.

    Args:
        request: What is asked for.
        sandbox: What the host looks like to the handler.
        simulation: The clock.
        journal: Where its facts go.
        on_end: Called when it has ended, before whoever watches.

    Attributes:
        request: What was asked for.
        function: What runs: a version of a function.
        request_id: The id that the handler sees in its context.
        number: The number of the journal entry that says it started.
        outcome: How it ended; `None` while it runs.
        log: What it writes to its log stream.
        log_stream: The name of that stream.
        duration: How long it took, without the Init phase of its environment; zero while it runs.
    """

    # As it is for most until they end.
    outcome: Outcome | None = None
    number = 0
    duration: Duration = 0
    _loading = False
    _course: Course | None = None
    _timeout: Event | None = None

    def __init__(
        self,
        request: InvocationRequest,
        sandbox: Sandbox,
        simulation: Simulation,
        journal: Journal,
        on_end: Callable[[], None],
    ) -> None:
        self.request = request
        self.function = request.function
        self.request_id = request.request_id
        self._simulation = simulation
        self._journal = journal
        self._started = simulation.now
        self._seconds = request.function.timeout
        self._on_end = on_end
        self._environment = sandbox.environment
        self.log_stream = sandbox.stream.name
        self.log = sandbox.admit(request.request_id, request.trace)
        self._sandbox = sandbox
        self._watchers: dict[Callable[[], None], None] = {}
        self._hooks: Hooks
        self._deadline: Instant
        self._initialisation: Initialisation
        self._process: Process
        self._place: Place

    # From start to end

    def follow(self, stumbles: Sequence[Stumble], hooks: Hooks) -> None:
        """Let something happen to it at moments that are yet to come, its calls among them.

        Args:
            stumbles: What.
            hooks: Where it asks to be told of calls.
        """
        if stumbles:
            self._course = Course(stumbles, self._simulation, self._crash)
            self._hooks = hooks

    def start(self, *, at_once: bool) -> None:
        """Let the handler run; a new environment loads it first.

        Args:
            at_once: Whether to let it run now, not the next time the simulation is driven.
        """
        function, request = self.function, self.request
        payload = request.payload
        fact = InvocationStarted(
            function.arn,
            self.request_id,
            request.attempt,
            request.message_ids,
            payload if isinstance(payload, str) else "",
            request.mapping,
            self.log_stream,
            function.memory,
        )
        self.number = self._journal.record(
            fact
            if isinstance(payload, str)
            else UnwrittenFact(partial(_with_payload, fact, payload))
        )
        if self._environment.loaded:
            self._invoke(at_once=at_once)
            return
        self._initialisation = Initialisation(
            self._environment, function.name, self._simulation, self._sandbox, self.number
        )
        self._initialisation.start(self._initialised)

    def _initialised(self, phase: Phase) -> None:
        del self._initialisation
        self._started = self._simulation.now
        self.log.initialised(phase)
        self._invoke()

    def _invoke(self, *, at_once: bool = False) -> None:
        simulation = self._simulation
        self._deadline = self._started + self._seconds * SECOND
        if self._course is not None:
            self._hooks.followers[self.number] = self._course.reach
        self._place = simulation.place()
        self._process = process = simulation.prepare(
            self.function.name,
            self._call,
            on_end=self._ended,
            on_wait=self._limit,
            surroundings=self._sandbox,
        )
        if at_once:
            simulation.run(process, process.start)
        else:
            simulation.begin(process)

    def _limit(self) -> None:
        """Time can run out from now on; a handler that never waits takes none."""
        self._timeout = self._simulation.at(
            self._deadline,
            self._time_out,
            who=f"{self.function.name}: timeout",
            home=True,
            place=self._place,
        )

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* once, when the invocation has ended."""
        self._watchers[watcher] = None

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""
        self._watchers.pop(watcher, None)

    def _call(self) -> None:
        # The process has a context of its own, so this cause is that of nobody else.
        current_cause.set(self.number)
        if self._course is not None:
            self._reach(self._course, Moment.STARTED)
        outcome = self._run()
        if self._course is not None and outcome.error is None:
            self._reach(self._course, Moment.RETURNED)
        if self.outcome is None:  # else it has timed out, whatever came of its unwinding
            self.outcome = outcome

    def _run(self) -> Outcome:
        environment = self._environment
        paths = environment.paths
        context = LambdaContext(self.request, self._deadline, self._sandbox.stream)
        self._loading = True
        try:
            handler = environment.load()
            self._loading = False
            if environment.cold:
                environment.cold = False
                self.log.begin()
            result = handler(self.request.event, context)
        except InitFailed as error:
            self._not_loaded("error", error.kind)
            return outcomes.not_loaded(error, paths)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            self._not_loaded("error", type(error).__name__)
            return outcomes.raised(error, "" if self._loading else self.request_id, paths)
        except (SystemExit, CancelledError) as error:
            self._not_loaded("error", EXITED)
            return outcomes.exited(error, self.request_id)
        return outcomes.response(result, self.request_id)

    def _not_loaded(self, status: Literal["error", "timeout"], error: str = "") -> None:
        """The code could not be loaded for the invocation either, unless it was the handler that failed."""
        if self._loading:
            duration = self._simulation.now - self._started
            self.log.initialised(Phase("invoke", status, self._started, duration, error))

    def _reach(self, course: Course, moment: Moment) -> None:
        with self._hooks.gate:
            course.reach(moment)

    def _crash(self, stumble: Stumble) -> None:
        self.outcome = outcomes.crashed(self.request_id)
        self._simulation.end(self._process, f"{self.function.name} crashed")

    def _time_out(self) -> None:
        self._not_loaded("timeout")
        self.outcome = outcomes.timed_out(self.request_id, self._seconds)
        process = self._process
        self._simulation.end(process, f"{self.function.name} timed out")
        if process.alive:
            self._ended()  # it swallowed its end, and stays parked for good

    def _ended(self) -> None:
        if self._timeout is not None:
            self._simulation.cancel(self._timeout)
        if self._course is not None:
            del self._hooks.followers[self.number]
        self._timeout = None
        del self._process  # both lead back here: so the collector has nothing to do
        if self.outcome is None:
            return  # the test is over, or was interrupted
        self.duration = self._simulation.now - self._started
        self.log.close(self.outcome)
        payload, error = self.outcome
        environment = self._environment
        if not environment.cold and (error is None or not isinstance(error, outcomes.ENDS_RUNTIME)):
            self.function.release(environment)
        run = self.number, self.function.arn, self.request_id, self.duration, self.log.text
        self._journal.record(
            InvocationSucceeded(*run, payload)
            if error is None
            else InvocationFailed(*run, payload, error),
            self.number,
        )
        self._on_end()
        watchers, self._watchers = self._watchers, {}
        for watcher in watchers:
            watcher()


def _with_payload(fact: InvocationStarted, write: Callable[[], Any]) -> InvocationStarted:
    return fact._replace(payload=json.dumps(write()))
