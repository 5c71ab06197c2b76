"""The invoker: starts invocations, for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

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

    def start(
        self,
        function: Function,
        event: Any,
        *,
        payload: str | Callable[[], Any] | None = None,
        attempt: int = 1,
        message_ids: tuple[str, ...] = (),
        arn: str | None = None,
        client_context: Any = None,
        request_id: str = "",
        causes: Sequence[str] = (),
        mapping: str = "",
        tenant: str | None = None,
        awaited: bool = False,
    ) -> Invocation:
        """Start an invocation; the handler runs the next time the simulation is driven.

        Args:
            function: What to invoke.
            event: What the handler gets; it may change it.
            payload: The event as JSON, or what writes the event anew, if the caller has it.
            attempt: The how-maniest try this is.
            message_ids: The messages in the event.
            arn: How the caller named the function, if not by its plain ARN.
            client_context: What a caller's application says about itself.
            request_id: Its request id, if it was given one before.
            causes: The trace headers of what it is invoked for.
            mapping: The ARN of the event source mapping whose batch the event is.
            tenant: The tenant that it is for, if tenants are isolated.
            awaited: Whether the caller waits for what comes of it.

        Raises:
            RecursiveInvocation: It would go round in a circle once too often.
            TooManyRequests: As many invocations run at once as may.
            NotSimulated: The code is no Python.
        """
        trace = (
            self._trace(function, request_id, message_ids, causes)
            if causes
            else self.traces.next(function)
        )
        hooks = self._hooks
        point = (
            None
            if hooks.run is None and hooks.admission is None
            else self._point(function, request_id, message_ids, awaited=awaited)
        )
        leave = self._admit(function, point, request_id, message_ids)
        try:
            environment = function.acquire(tenant)
        except NotSimulated:
            leave()
            raise
        invocation = Invocation(
            function,
            request_id or self._request_ids.next(),
            event,
            self._simulation,
            self._journal,
            environment.sandbox or self._sandbox(function, environment),
            trace,
            leave,
            arn,
            client_context,
        )
        if point is not None and hooks.run is not None:
            invocation.follow(hooks.run(point), hooks)
        text = json.dumps(event) if payload is None else payload
        at_once = awaited and self._simulation.at_leisure
        invocation.start(attempt, message_ids, text, mapping, at_once=at_once)
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

    def _point(
        self, function: Function, request_id: str, message_ids: tuple[str, ...], *, awaited: bool
    ) -> RunPoint | None:
        """What a fault is asked about, if there is one to be asked."""
        if self._hooks.run is None and self._hooks.admission is None:
            return None
        subjects = message_ids or ((request_id,) if request_id else ())
        return RunPoint(function.arn, subjects, not awaited)

    def _admit(
        self,
        function: Function,
        point: RunPoint | None,
        request_id: str,
        message_ids: tuple[str, ...],
    ) -> Callable[[], None]:
        """Let an invocation begin, and return what is to be called when it has ended."""
        try:
            if point is not None:
                self._check_luck(point)
            return self.concurrency.enter(function)
        except TooManyRequests as error:
            fact = InvocationThrottled(function.arn, request_id, message_ids, error.reason)
            self._journal.record(fact)
            raise

    def _check_luck(self, point: RunPoint) -> None:
        reason = None if self._hooks.admission is None else self._hooks.admission(point)
        if reason is not None:
            raise TooManyRequests(reason)

    def _trace(
        self,
        function: Function,
        request_id: str,
        message_ids: tuple[str, ...],
        causes: Sequence[str],
    ) -> str:
        try:
            return self.traces.next(function, causes)
        except RecursiveInvocation as error:
            self._journal.record(
                RecursionStopped(function.arn, request_id, message_ids, error.invocations)
            )
            raise

    def request_id(self) -> str:
        """A request id that nothing has yet."""
        return self._request_ids.next()

    def call(
        self,
        function: Function,
        event: Any,
        payload: str,
        *,
        arn: str | None = None,
        client_context: Any = None,
        cause: str | None = None,
        request_id: str = "",
        tenant: str | None = None,
    ) -> Invocation:
        """Invoke synchronously: drive, or wait, until the handler has ended.

        Raises:
            RecursiveInvocation: It would go round in a circle once too often.
            TooManyRequests: As many invocations run at once as may.
        """
        invocation = self.start(
            function,
            event,
            payload=payload,
            arn=arn,
            client_context=client_context,
            causes=(cause,) if cause else (),
            request_id=request_id,
            tenant=tenant,
            awaited=True,
        )
        if invocation.outcome is None:
            self._simulation.wait_until(lambda: invocation.outcome is not None, invocation)
        return invocation
