"""The invoker: starts invocations, for whoever asks."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, NotSimulated
from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.inside import RunPoint
from pytest_fakeaws.journal.entries import InvocationThrottled, RecursionStopped
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_.concurrency import Concurrency
from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.lambda_.errors import RecursiveInvocation, TooManyRequests
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invocation import Invocation
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.log_streams import LogStreams
from pytest_fakeaws.services.lambda_.sandbox import Sandbox
from pytest_fakeaws.services.lambda_.traces import DIGITS, Traces
from pytest_fakeaws.services.lambda_.variables import Variables
from pytest_fakeaws.services.ports import LogStreamOpener
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.simulation import Simulation

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Invoker:
    """Starts invocations.

    Args:
        simulation: The clock that handlers live on.
        journal: Where their facts go.
        chance: Where request ids come from.
        open_stream: Opens log streams.
        hooks: What is asked whether something goes wrong.

    Attributes:
        concurrency: How many may run at once.
        traces: Which chains of invocations they belong to.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        open_stream: LogStreamOpener,
        hooks: Hooks,
    ) -> None:
        self.concurrency = Concurrency()
        self.traces = Traces(simulation, chance.digits("lambda/traces", DIGITS))
        self._simulation = simulation
        self._journal = journal
        self._hooks = hooks
        self._request_ids = chance.ids("lambda/request-ids")
        self._streams = LogStreams(chance, lambda: simulation.now, open_stream)

    def start(self, request: InvocationRequest) -> Invocation:
        """Start an invocation; the handler runs the next time the simulation is driven.

        Where the test awaits it and nothing else is due at this instant, it has run at once.

        Raises:
            RecursiveInvocation: It would go round in a circle once too often.
            TooManyRequests: As many invocations run at once as may.
            NotSimulated: The code is no Python.
        """
        function, hooks = request.function, self._hooks
        request.trace = self._trace(request)
        lucky = hooks.run is None and hooks.admission is None
        point = None if lucky else self._point(request)
        leave = self._admit(request, point)
        try:
            environment = function.acquire(request.tenant)
        except NotSimulated:
            leave()
            raise
        request.request_id = request.request_id or self._request_ids.next()
        sandbox = environment.sandbox or self._sandbox(function, environment)
        invocation = Invocation(request, sandbox, self._simulation, self._journal, leave)
        if point is not None and hooks.run is not None:
            invocation.follow(hooks.run(point), hooks)
        invocation.start(at_once=request.awaited and self._simulation.at_leisure)
        return invocation

    def _sandbox(self, function: Function, environment: Environment) -> Sandbox:
        """The surroundings of what will run in *environment*, which is new."""
        stream = self._streams.open(function)
        values = {
            **environment.variables,
            **function.variables,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream.name,
        }
        told = tuple(function.environment)
        variables = Variables(values, told, isolated=environment.isolated)
        sandbox = environment.sandbox = Sandbox(environment, stream, variables)
        return sandbox

    def _trace(self, request: InvocationRequest) -> str:
        try:
            return self.traces.next(request.function, request.causes)
        except RecursiveInvocation as error:
            stopped = request.function.arn, request.request_id, request.message_ids
            self._journal.record(RecursionStopped(*stopped, error.invocations))
            raise

    def _point(self, request: InvocationRequest) -> RunPoint:
        """What a fault is asked about."""
        subjects = request.message_ids or ((request.request_id,) if request.request_id else ())
        return RunPoint(request.function.arn, subjects, not request.awaited)

    def _admit(self, request: InvocationRequest, point: RunPoint | None) -> Callable[[], None]:
        """Let an invocation begin, and return what is to be called when it has ended."""
        try:
            if point is not None:
                self._check_luck(point)
            return self.concurrency.enter(request.function)
        except TooManyRequests as error:
            throttled = request.function.arn, request.request_id, request.message_ids
            self._journal.record(InvocationThrottled(*throttled, error.reason))
            raise

    def _check_luck(self, point: RunPoint) -> None:
        reason = None if self._hooks.admission is None else self._hooks.admission(point)
        if reason is not None:
            raise TooManyRequests(reason)

    def request_id(self) -> str:
        """A request id that nothing has yet."""
        return self._request_ids.next()

    def call(self, request: InvocationRequest) -> Invocation:
        """Invoke synchronously: drive, or wait, until the handler has ended.

        Raises:
            RecursiveInvocation: It would go round in a circle once too often.
            TooManyRequests: As many invocations run at once as may.
        """
        request.awaited = True
        invocation = self.start(request)
        if invocation.outcome is None:
            self._simulation.wait_until(lambda: invocation.outcome is not None, invocation)
        return invocation
