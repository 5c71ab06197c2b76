"""A function, as a test holds it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource
from pytest_fakeaws.handles.invocations import Invocation, Invocations, invocations_of, running
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.options import UNCHANGED, RecursiveLoop, Unchanged
from pytest_fakeaws.handles.traces import trace_header
from pytest_fakeaws.handles.views import Look
from pytest_fakeaws.journal.entries import InvocationStarted, InvocationThrottled
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.code import Handler, resolve
from pytest_fakeaws.services.lambda_.errors import FunctionNotFound, PayloadTooLarge
from pytest_fakeaws.services.lambda_.function import Function as SimulatedFunction
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.tenants import check_tenant
from pytest_fakeaws.sim.instants import to_datetime

if TYPE_CHECKING:
    from pytest_fakeaws.handles.function_url import FunctionUrl
    from pytest_fakeaws.handles.queue import Queue
    from pytest_fakeaws.handles.topic import Topic

__tracebackhide__ = HIDE_FROM_TRACEBACK


@dataclass(frozen=True)
class Throttle:
    """A time when the function could not be invoked, because as many invocations ran as may.

    Attributes:
        at: When, as an aware `datetime`.
        reason: Which limit was reached, in AWS's words.
    """

    at: datetime
    reason: str


class Function:
    """A Lambda function.

    Attributes:
        name: Its name.
        arn: Its ARN.
    """

    def __init__(self, cloud: Callable[[], Cloud], function: SimulatedFunction) -> None:
        self._cloud = cloud
        self.name = function.name
        self.arn = function.arn
        self._place = function.place

    def _function(self) -> SimulatedFunction:
        try:
            return self._cloud().functions.find(self._place, self.arn)
        except FunctionNotFound:
            raise UnknownResource(
                f'The function "{self.name}" does not exist any more.',
                "It was deleted, or the fake was reset since this handle was made.",
                "Create it again, or take the handle from fakeaws.function(name).",
            ) from None

    def invoke(self, payload: Any = None, *, tenant: str | None = None) -> Invocation:
        """Invoke it and wait for the result, in virtual time. What the handler raises is not raised.

        Args:
            payload: The event: anything that JSON can say; nothing is an empty event.
            tenant: The tenant that it is for, if the function isolates tenants.

        Example:
            >>> run = invoice.invoke({"order": 7})  # doctest: +SKIP
            >>> run.result, run.error  # doctest: +SKIP

        Raises:
            ServiceError: AWS throttles it, stops it for going round in a circle, or finds the event too long.
        """
        cloud = self._cloud()
        text = json.dumps({} if payload is None else payload)
        function = self._function()
        check_tenant(function, tenant)
        if len(text) > limits.SYNCHRONOUS_PAYLOAD:
            raise PayloadTooLarge(len(text), limits.SYNCHRONOUS_PAYLOAD)
        request = InvocationRequest(function, json.loads(text), text)
        cause, request.tenant = trace_header(cloud), tenant
        if cause:
            request.causes = (cause,)
        with cloud.gate:
            number = cloud.functions.invoker.call(request).number
        return invocations_of(self._is_mine, cloud.journal.since(number))[number]

    def invoke_async(self, payload: Any = None, *, tenant: str | None = None) -> str:
        """Invoke it asynchronously, and return the request id. It runs when time is next driven.

        Args:
            payload: The event: anything that JSON can say; nothing is an empty event.
            tenant: The tenant that it is for, if the function isolates tenants.

        Example:
            >>> invoice.invoke_async({"order": 7})  # doctest: +SKIP
            >>> fakeaws.clock.run_until_idle()  # doctest: +SKIP
        """
        cloud = self._cloud()
        text = json.dumps({} if payload is None else payload)
        self._function()
        with cloud.gate:
            return cloud.functions.events.send(
                self._place, self.arn, text, cause=trace_header(cloud), tenant=tenant
            )

    @explained
    def update(
        self,
        *,
        handler: Handler | str | None = None,
        timeout: float | timedelta | str | None = None,
        memory: int | None = None,
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int | Unchanged | None = UNCHANGED,
        retry_attempts: int | None = None,
        max_event_age: float | timedelta | str | None = None,
        dead_letter: Queue | Topic | str | Unchanged | None = UNCHANGED,
        on_success: Queue | Topic | Function | str | Unchanged | None = UNCHANGED,
        on_failure: Queue | Topic | Function | str | Unchanged | None = UNCHANGED,
        recursive_loop: RecursiveLoop | None = None,
    ) -> None:
        """Give it other code and settings, as they are described at `create_function`.

        What is not given stays. Published versions keep what they have.

        Args:
            handler: Other code, as `UpdateFunctionCode` gives it.
            timeout: How long an invocation may take, in virtual time.
            memory: MB, as the context shows them.
            environment: All that `os.environ` has more while the handler runs.
            reserved_concurrency: How many invocations may run at once; `None` for as many as the account
                has left.
            retry_attempts: How often an asynchronous event is retried if the handler fails.
            max_event_age: How long such an event is kept.
            dead_letter: What gets events that are given up; `None` for nothing.
            on_success: What gets a record of each event that was handled; `None` for nothing.
            on_failure: What gets a record of each event that is given up; `None` for nothing.
            recursive_loop: `"Allow"` lets it be invoked in a circle for ever, `"Terminate"` does not.

        Raises:
            HandlerNotFound: The dotted name does not import.
            ServiceError: AWS would refuse the change.
            UnknownOption: AWS delivers nothing to such a queue, topic or function.
            UnknownResource: There is no queue, topic or function of that name.

        Example:
            >>> invoice.update(timeout=10, on_failure=None)  # doctest: +SKIP
        """
        from pytest_fakeaws.handles.function_change import FunctionChange

        cloud = self._cloud()
        change = FunctionChange(cloud, self._function())
        change.code(handler)
        with cloud.gate:
            change.configuration(
                timeout=timeout, memory=memory, environment=environment, dead_letter=dead_letter
            )
            change.events(
                retry_attempts=retry_attempts,
                max_event_age=max_event_age,
                on_success=on_success,
                on_failure=on_failure,
            )
            change.concurrency(reserved_concurrency)
            change.recursion(recursive_loop)
            change.make()

    def create_url(
        self,
        *,
        auth: str = "NONE",
        cors: Mapping[str, Any] | None = None,
        stream: bool = False,
        alias: str | None = None,
    ) -> FunctionUrl:
        """Give it an HTTPS URL, which `request` of what is returned asks in this process.

        Args:
            auth: `"NONE"`: everybody may ask, for a permission is added that says so, as AWS's console
                does. `"AWS_IAM"`: only signed requests are answered.
            cors: The configuration for browsers, by AWS's names, such as `AllowOrigins`.
            stream: Whether responses are streamed (`InvokeMode`).
            alias: The alias that it leads to; the latest version unless given.

        Example:
            >>> invoice.create_url().request("POST", "/orders", json={"id": 7}).status  # doctest: +SKIP
            200

        Raises:
            ServiceError: It has a URL already, or AWS refuses it.
        """
        from pytest_fakeaws.handles.function_url import create_url

        return create_url(
            self._cloud, self._function(), auth, cors=cors, stream=stream, alias=alias
        )

    def url(self, alias: str | None = None) -> FunctionUrl:
        """The handle of its URL, however that was made.

        Args:
            alias: The alias that it leads to.

        Raises:
            UnknownResource: There is none.
        """
        from pytest_fakeaws.handles.function_url import existing_url

        return existing_url(self._cloud, self._function(), alias)

    @property
    def log_group(self) -> str:
        """The CloudWatch log group that it writes to.

        Example:
            >>> boto3.client("logs").filter_log_events(logGroupName=f.log_group)  # doctest: +SKIP
        """
        return self._function().log_group

    @property
    def throttles(self) -> tuple[Throttle, ...]:
        """When it could not be invoked for want of concurrency, oldest first."""
        return tuple(
            Throttle(to_datetime(entry.at), entry.fact.reason)
            for entry in self._cloud().journal
            if isinstance(entry.fact, InvocationThrottled) and entry.fact.function == self.arn
        )

    @property
    def concurrency(self) -> tuple[tuple[datetime, int], ...]:
        """How many invocations ran at once: each time that this changed, and the number from then on.

        Example:
            >>> max(number for _, number in invoice.concurrency)  # doctest: +SKIP
        """
        return running(self._is_mine, self._cloud().journal)

    def _is_mine(self, entry: Entry, fact: InvocationStarted) -> bool:
        return fact.function == self.arn

    @property
    def invocations(self) -> Invocations:
        """Every invocation, in the order in which they started."""
        return Invocations.of(self._is_mine, Look(self._cloud(), self.name, "of"))

    @property
    def errors(self) -> tuple[BaseException, ...]:
        """What its invocations raised, in the order in which they started."""
        return tuple(run.error for run in self.invocations if run.error is not None)

    @property
    def handler(self) -> Handler | None:
        """The callable that runs, or `None` if a deployment package does.

        Set it to let a callable of the test's stand in for a package, or for an image: for code that
        is no Python there is no other way. Versions with the same code run it too; new code given by
        `update_function_code` takes its place.
        """
        return self._function().code.handler

    @handler.setter
    def handler(self, handler: Handler | str) -> None:
        resolved = resolve(handler)
        with self._cloud().gate:
            self._function().bind(resolved)

    def __repr__(self) -> str:
        return f"<Function {self.name}>"
