"""The dispatch: from the name of an operation to its answer, whichever door the call came through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cache, partial
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.inside import Moment
from pytest_fakeaws.faults.points import CallPoint
from pytest_fakeaws.journal.entries import CallAnswered, CallRefused
from pytest_fakeaws.journal.journal import Journal, current_cause
from pytest_fakeaws.services.ports import (
    REQUEST_ID,
    Operation,
    Parameters,
    ServiceError,
    SharedService,
)
from pytest_fakeaws.sim.chance import Ids
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.process import ProcessEnded
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.disturbed import Broken, disturbed


class Answer:
    """What a call is told.

    Args:
        request_id: Its id.
        at: When it was answered.
        result: What the operation returned; empty for an error.
        error: What went wrong, or `None`.
    """

    __slots__ = ("at", "error", "request_id", "result")

    def __init__(
        self, request_id: str, at: Instant, result: dict[str, Any], error: ServiceError | None
    ) -> None:
        self.request_id = request_id
        self.at = at
        self.result = result
        self.error = error


@cache
def _answered(service: str, name: str, error: str | None, attempt: int) -> CallAnswered:
    """The fact that a call was answered, one for all calls that went alike."""
    return CallAnswered(service, name, error, attempt)


class Dispatch:
    """Calls operations, one at a time, and records each call.

    Args:
        operations: By service and operation, in AWS's spelling.
        simulation: Whose processes call; one that has ended is refused.
        journal: Where calls are recorded.
        ids: Where request ids come from.
        gate: Entered around each operation.
        shared: Finds what of a service is ours, by name; for services that are so only in part.
        hooks: What is asked before each attempt whether something goes wrong.

    Attributes:
        operations: By service and operation, in AWS's spelling.
        hooks: What is asked before each attempt whether something goes wrong.
    """

    def __init__(
        self,
        operations: Mapping[tuple[str, str], Operation],
        simulation: Simulation,
        journal: Journal,
        ids: Ids,
        *,
        gate: AbstractContextManager[object],
        shared: Mapping[str, Callable[[], SharedService]],
        hooks: Hooks,
    ) -> None:
        self.operations = operations
        self._shared = shared
        self.hooks = hooks
        self._simulation = simulation
        self._journal = journal
        self._ids = ids
        self._gate = gate

    def call(
        self, service: str, name: str, caller: Place, parameters: Parameters, attempt: int = 1
    ) -> Answer:
        """Carry out one attempt at a call.

        Raises:
            NotSimulated: There is no such operation here.
            ProcessEnded: The call is that of a process that was ended; it takes no effect.
            Broken: Something was made to break the connection.
        """
        with self._gate:
            if self._simulation.running is not None:
                self._refuse_ended(service, name)
            try:
                operation = self.operations[service, name]
            except KeyError:
                raise self._unknown(service, name) from None
            if self.hooks.followers:
                self._tell_followers(Moment.CALLING)
            if self.hooks.call is not None:
                point = CallPoint(service, name, caller, parameters, attempt)
                operation = self._disturbed(point, operation)
            result: dict[str, Any] = {}
            failure: ServiceError | None = None
            try:
                result = operation(caller, parameters)
            except ServiceError as error:
                failure = error
            except Broken as broken:
                self._journal.record(_answered(service, name, broken.how.value, attempt))
                raise
            code = failure.wording().code if failure is not None else None
            self._journal.record(_answered(service, name, code, attempt))
            if self.hooks.followers:
                self._tell_followers(Moment.CALLED)
            request_id = result.pop(REQUEST_ID, None) or self._ids.next()
            return Answer(request_id, self._simulation.now, result, failure)

    def claims(self, service: str, name: str, caller: Place, parameters: Parameters) -> bool:
        """Whether a call of a service that is ours only in part is about resources of ours."""
        return self._shared[service]().claims(caller, name, parameters)

    def adds(self, service: str, name: str) -> bool:
        """Whether resources of ours are added to the answers of others."""
        return name in self._shared[service]().additions

    def add(
        self, service: str, name: str, caller: Place, parameters: Parameters, answer: dict[str, Any]
    ) -> None:
        """Add resources of ours to what somebody else has answered."""
        with self._gate:
            self._shared[service]().additions[name](caller, parameters, answer)
            self._journal.record(CallAnswered(service, name, None))

    def answer_alone(
        self, service: str, name: str, caller: Place, parameters: Parameters
    ) -> Answer | None:
        """What a call is told that nobody but us could answer; `None` where it is like any other.

        Raises:
            NotSimulated: It is about a resource that is somebody else's.
        """
        if service not in self._shared or self.claims(service, name, caller, parameters):
            return None
        if not self.adds(service, name):
            raise NotSimulated(f"{service}:{name} of a resource that is not the fake's")
        result: dict[str, Any] = {}
        try:
            self.add(service, name, caller, parameters, result)
        except ServiceError as error:
            return self.refuse(service, name, error)
        return Answer(self._ids.next(), self._simulation.now, result, None)

    def request_id(self) -> str:
        """The id of a call that is answered elsewhere."""
        return self._ids.next()

    async def call_async(
        self, service: str, name: str, caller: Place, parameters: Parameters, attempt: int = 1
    ) -> Answer:
        """Carry out one attempt of an asynchronous client: other tasks go on while it waits.

        Raises:
            ProcessEnded: The call is that of a process that was ended; it takes no effect.
            Broken: Something was made to break the connection.
        """
        from pytest_fakeaws.wire.async_calls import carried_out

        with self._gate:
            self._refuse_ended(service, name)
        return await carried_out(
            lambda: self.call(service, name, caller, parameters, attempt),
            f"{service}:{name}",
            self._simulation,
            self._gate,
        )

    def passes_by(self) -> None:
        """A call is about to be made that somebody else answers.

        Raises:
            ProcessEnded: Whoever makes it crashes before it does.
        """
        if self.hooks.followers:
            with self._gate:
                self._tell_followers(Moment.CALLING)

    def _tell_followers(self, moment: Moment) -> None:
        follower = self.hooks.followers.get(current_cause.get())
        if follower is not None and follower(moment):
            raise ProcessEnded("whoever awaits this call has crashed")

    def refuse(self, service: str, name: str, error: ServiceError) -> Answer:
        """Answer a request that is no call, for it cannot be read.

        Args:
            service: Which service it is for.
            name: Its operation, or empty where it names none.
            error: What is wrong with it.
        """
        with self._gate:
            self._refuse_ended(service, name)
            self._journal.record(CallAnswered(service, name, error.wording().code))
            return Answer(self._ids.next(), self._simulation.now, {}, error)

    def _disturbed(self, point: CallPoint, operation: Operation) -> Operation:
        """The operation with what is to become of it."""
        assert self.hooks.call is not None
        disturbance = self.hooks.call(point)
        if disturbance is None:
            return operation
        return partial(disturbed, disturbance, operation, self._simulation.sleep)

    def _unknown(self, service: str, name: str) -> NotSimulated:
        shared = " of a resource that is the fake's" if service in self._shared else ""
        return NotSimulated(f"{service}:{name}{shared}")

    def _refuse_ended(self, service: str, name: str) -> None:
        process = self._simulation.running
        if process is not None and process.ended:
            self._journal.record(CallRefused(service, name, process.name))
            process.refuse()
