"""The queue of asynchronous events: it runs them, tries them again, and tells what became of them.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.journal.entries import EventGivenUp, EventPostponed, EventQueued, excerpt
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.async_event import AsyncEvent, Condition
from pytest_fakeaws.services.lambda_.errors import (
    EventTooLarge,
    LambdaError,
    RecursiveInvocation,
    TooManyRequests,
)
from pytest_fakeaws.services.lambda_.event_invoke_config import (
    EventInvokeConfig,
    EventInvokeConfigs,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invocation import Invocation
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.outbox import ON_FAILURE, ON_SUCCESS, Outbox
from pytest_fakeaws.services.lambda_.retries import throttle_wait
from pytest_fakeaws.services.lambda_.target import Target, TargetFinder
from pytest_fakeaws.services.lambda_.tenants import check_tenant
from pytest_fakeaws.services.ports import Senders
from pytest_fakeaws.sim.instants import SECOND, Duration
from pytest_fakeaws.sim.simulation import Simulation


class EventQueue:
    """The internal queues of all functions.

    An event never runs inside the call that brings it, but at the same instant, when time is next driven.
    One begins after the other, so that handlers that do not wait are never throttled for being many.

    Args:
        simulation: The clock.
        journal: Where facts go.
        invoker: Runs the functions.
        find: Finds the function that somebody names.
        senders: How dead letters and records reach other services.

    Attributes:
        configs: What holds for which function.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        invoker: Invoker,
        *,
        find: TargetFinder,
        senders: Senders,
    ) -> None:
        self.configs = EventInvokeConfigs()
        self._simulation = simulation
        self._journal = journal
        self._invoker = invoker
        self._find = find
        self._outbox = Outbox(
            simulation, journal, invoker.traces, {**senders, "lambda": self.deliver}
        )
        self._ready: deque[AsyncEvent] = deque()
        self._next_is_due = False

    def configure(self, target: Target, config: EventInvokeConfig) -> EventInvokeConfig:
        """Let *config* hold for *target* from now on, and return it with its date.

        Raises:
            InvalidParameterValue: A destination does not fit.
        """
        config.check_destinations(target.latest.arn)
        config = replace(config, modified_at=self._simulation.now)
        self.configs.put(target.qualified_arn, config)
        return config

    def send(
        self,
        caller: Place,
        reference: str,
        payload: str,
        *,
        cause: str | None = None,
        source: str = "",
        tenant: str | None = None,
    ) -> str:
        """Take in an event for the function that *caller* names, and return its request id.

        Raises:
            FunctionNotFound: There is no such function.
            EventTooLarge: The event is longer than AWS allows.
            InvalidParameterValue: The function isolates tenants, and none is named, or the other way round.
        """
        size = len(payload.encode(errors="replace"))
        if size > limits.EVENT_PAYLOAD:
            raise EventTooLarge(size, limits.EVENT_PAYLOAD)
        target = self._find(caller, reference, source=source)
        check_tenant(target.function, tenant)
        return self.accept(target, payload, cause=cause, tenant=tenant)

    def deliver(
        self,
        sender: Place,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
        trace_header: str | None = None,
        source: str = "",
    ) -> None:
        """Take in an event that another service, or a destination, sends.

        Raises:
            ServiceError: There is no such function, or it does not take the event.
        """
        parsed = Arn.parse(arn)
        region = sender.region if parsed is None else parsed.region
        self.send(Place(sender.account, region), arn, body, cause=trace_header, source=source)

    def accept(
        self,
        target: Target,
        payload: str,
        *,
        cause: str | None = None,
        tenant: str | None = None,
    ) -> str:
        """Take in an event for a function, and return its request id.

        Args:
            target: The function.
            payload: The event as JSON.
            cause: The trace header of what brought it.
            tenant: The tenant that it is for, if tenants are isolated.
        """
        request_id = self._invoker.request_id()
        function = target.latest
        number = self._journal.record(EventQueued(function.arn, request_id, excerpt(payload)))
        event = AsyncEvent(
            function.place,
            function.arn,
            target.arn,
            payload,
            request_id=request_id,
            accepted_at=self._simulation.now,
            number=number,
            cause=cause,
            tenant=tenant,
        )
        self._make_ready(event)
        return request_id

    def _make_ready(self, event: AsyncEvent) -> None:
        self._ready.append(event)
        self._plan_next()

    def _plan_next(self) -> None:
        if self._ready and not self._next_is_due:
            self._next_is_due = True
            self._simulation.at(self._simulation.now, self._run_next, who=_who(self._ready[0]))

    def _run_next(self) -> None:
        self._next_is_due = False
        event = self._ready.popleft()
        try:
            with self._journal.caused_by(event.number):
                self._attempt(event)
        finally:
            self._plan_next()

    def _attempt(self, event: AsyncEvent) -> None:
        try:
            function = self._find(event.place, event.arn).function
        except LambdaError:
            self._record_end(event, "FunctionNotFound")
            return
        if self._invoker.concurrency.reserved(function) == 0:
            self._give_up(event, function, Condition.ZERO_RESERVED_CONCURRENCY)
            return
        try:
            invocation = self._invoker.start(_request(function, event))
        except RecursiveInvocation as error:
            event.refusal = error
            self._give_up(event, function, Condition.RECURSIVE_INVOCATION)
            return
        except TooManyRequests:
            wait = throttle_wait(event.throttles)
            event.throttles += 1
            self._postpone(event, function, wait, "throttled")
            return
        event.attempts += 1
        event.throttles = 0
        invocation.watch(lambda: self._ended(event, invocation))

    def _ended(self, event: AsyncEvent, invocation: Invocation) -> None:
        assert invocation.outcome is not None
        function = invocation.function
        event.ended(function, invocation.outcome, invocation.request.trace)
        with self._journal.caused_by(invocation.number):
            config = self._config(event)
            if invocation.outcome.error is None:
                if config.on_success:
                    self._outbox.send_record(
                        event, ON_SUCCESS, config.on_success, Condition.SUCCESS
                    )
            elif event.attempts > config.retries:
                self._give_up(event, function, Condition.RETRIES_EXHAUSTED)
            else:
                wait = limits.RETRY_WAITS[event.attempts - 1] * SECOND
                self._postpone(event, function, wait, "failed")

    def _postpone(self, event: AsyncEvent, function: Function, wait: Duration, reason: str) -> None:
        """Try *event* again after *wait*, or give up now, if it would be too old by then."""
        until = self._simulation.now + wait
        if until >= event.accepted_at + self._config(event).kept_for:
            self._give_up(event, function, Condition.EVENT_AGE_EXCEEDED)
            return
        self._journal.record(EventPostponed(event.function, event.request_id, until, reason))
        self._simulation.at(until, lambda: self._make_ready(event), who=_who(event))

    def _give_up(self, event: AsyncEvent, function: Function, condition: Condition) -> None:
        dead_letters = (function.settings.get("DeadLetterConfig") or {}).get("TargetArn")
        on_failure = self._config(event).on_failure
        self._record_end(event, condition.value, *filter(None, (dead_letters, on_failure)))
        if dead_letters:
            self._outbox.send_dead_letter(event, dead_letters)
        if on_failure:
            self._outbox.send_record(event, ON_FAILURE, on_failure, condition)

    def _record_end(self, event: AsyncEvent, condition: str, *targets: str) -> None:
        self._journal.record(
            EventGivenUp(event.function, event.request_id, condition, event.attempts, targets)
        )

    def _config(self, event: AsyncEvent) -> EventInvokeConfig:
        return self.configs.holding(event.qualified_arn)


def _request(function: Function, event: AsyncEvent) -> InvocationRequest:
    request = InvocationRequest(function, json.loads(event.payload), event.payload)
    request.request_id, request.arn = event.request_id, event.arn
    request.attempt = event.attempts + 1
    request.tenant = event.tenant
    request.causes = (event.cause,) if event.cause else ()
    return request


def _who(event: AsyncEvent) -> str:
    return f"{event.function.rpartition(':')[2]}: asynchronous event"
