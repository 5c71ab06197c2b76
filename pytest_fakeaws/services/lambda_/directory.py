"""All functions and event source mappings there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import (
    FunctionCreated,
    FunctionDeleted,
    MappingCreated,
    MappingDeleted,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.services.lambda_.errors import (
    AccessDenied,
    FunctionExists,
    FunctionNotFound,
    Invalid,
    InvalidParameterValue,
    MappingExists,
    MappingNotFound,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.ports import PollableQueue, QueueFinder
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.simulation import Simulation

_NAME = re.compile(rf"[a-zA-Z0-9-_]{{1,{limits.NAME_LENGTH}}}")
_REFERENCE = re.compile(
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
"""What names a function, in AWS's own words: its errors quote them."""

_REGION, _ACCOUNT, _FUNCTION, _QUALIFIER = 3, 9, 11, 13
"""The groups of that pattern."""


class FunctionDirectory:
    """Makes, finds and deletes functions and mappings.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
        invoker: Runs the functions.
        find_queue: Finds the queue that a mapping is to poll.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        invoker: Invoker,
        find_queue: QueueFinder,
    ) -> None:
        self.invoker = invoker
        self._simulation = simulation
        self._journal = journal
        self._find_queue = find_queue
        self._revisions = chance.ids("lambda/revision-ids")
        self._uuids = chance.ids("lambda/mapping-ids")
        self._functions: dict[tuple[Place, str], Function] = {}
        self._mappings: dict[str, EventSourceMapping] = {}

    def __iter__(self) -> Iterator[Function]:
        return iter(self._functions.values())

    # Functions

    def create(
        self,
        place: Place,
        name: str,
        handler: Handler,
        *,
        handler_name: str,
        timeout: int,
        memory: int,
        environment: Mapping[str, str],
    ) -> Function:
        """Make a function.

        Raises:
            FunctionExists: One of this name exists.
            Invalid: A setting is out of AWS's range.
        """
        if not _NAME.fullmatch(name):
            raise Invalid(name, "functionName", f"Member must satisfy pattern {_NAME.pattern}")
        _check_range(timeout, "timeout", limits.TIMEOUT)
        _check_range(memory, "memorySize", limits.MEMORY)
        if (place, name) in self._functions:
            raise FunctionExists(name)
        function = Function(
            place,
            name,
            handler,
            handler_name=handler_name,
            timeout=timeout,
            memory=memory,
            environment=environment,
            created_at=self._simulation.now,
            revision=self._revisions.next(),
        )
        self._functions[place, name] = function
        self._journal.record(FunctionCreated(function.arn))
        return function

    def find(
        self,
        caller: Place,
        reference: str,
        qualifier: str | None = None,
        *,
        operation: str = "InvokeFunction",
    ) -> Function:
        """The function that *caller* means by a name, a partial ARN or an ARN.

        Raises:
            FunctionNotFound: There is none.
            AccessDenied: It belongs to another account, and nothing lets *caller* carry out *operation*.
            Invalid: The reference has no such form.
        """
        named = self._functions.get((caller, reference))
        if named is not None and qualifier is None:
            return named  # nearly every call names the function like this
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise Invalid(
                reference,
                "functionName",
                f"Member must satisfy regular expression pattern: {_REFERENCE.pattern}",
            )
        region, account, name, version = match.group(_REGION, _ACCOUNT, _FUNCTION, _QUALIFIER)
        wanted = qualifier or version or "$LATEST"
        if wanted != "$LATEST":
            raise NotSimulated(f"The qualifier {wanted!r}: a version or alias of a function")
        place = Place(
            (account or caller.account).rstrip(":"), (region or caller.region).rstrip(":")
        )
        function = self._functions.get((place, name))
        if function is None:
            raise FunctionNotFound(place.arn("lambda", f"function:{name}:$LATEST"))
        if place.account != caller.account:
            raise AccessDenied(caller.account, f"lambda:{operation}", function.arn)
        return function

    def functions(self, place: Place) -> list[Function]:
        """The functions of *place*, by name."""
        found = (function for function in self if function.place == place)
        return sorted(found, key=lambda function: function.name)

    def delete(self, function: Function) -> None:
        """Delete *function*; its mappings stay, as in AWS, and find nothing to invoke."""
        del self._functions[function.place, function.name]
        for mapping in self._mappings.values():
            if mapping.function is function:
                mapping.stop()
        self._journal.record(FunctionDeleted(function.arn))

    # Event source mappings

    def map(
        self,
        caller: Place,
        source: str,
        function: Function,
        *,
        batch_size: int = limits.BATCH_SIZE_WITHOUT_WINDOW,
        window: int = 0,
        report_batch_item_failures: bool = False,
        maximum_concurrency: int | None = None,
    ) -> EventSourceMapping:
        """Feed *function* from the queue with the ARN *source*.

        Raises:
            InvalidParameterValue: The queue does not exist, or does not fit the function.
            MappingExists: The queue feeds the function already.
        """
        queue = self._queue(source)
        _check_batch(batch_size, window)
        if maximum_concurrency is not None:
            _check_range(
                maximum_concurrency, "scalingConfig.maximumConcurrency", limits.MAXIMUM_CONCURRENCY
            )
        if queue.visibility_timeout < function.longest:
            raise InvalidParameterValue(
                f"Queue visibility timeout: {queue.visibility_timeout // SECOND} seconds is less "
                f"than Function timeout: {function.timeout} seconds"
            )
        for other in self._mappings.values():
            if other.queue is queue and other.function is function:
                raise MappingExists(queue.arn, function.name, other.uuid)
        mapping = EventSourceMapping(
            self._uuids.next(),
            queue,
            function,
            batch_size=batch_size,
            report_batch_item_failures=report_batch_item_failures,
            maximum_concurrency=maximum_concurrency,
            simulation=self._simulation,
            journal=self._journal,
            invoker=self.invoker,
        )
        self._mappings[mapping.uuid] = mapping
        self._journal.record(MappingCreated(mapping.arn, queue.arn, function.arn))
        mapping.start()
        return mapping

    def mapping(self, uuid: str) -> EventSourceMapping:
        """The mapping with this id.

        Raises:
            MappingNotFound: There is none.
        """
        try:
            return self._mappings[uuid]
        except KeyError:
            raise MappingNotFound from None

    def mappings(self, place: Place) -> list[EventSourceMapping]:
        """The mappings of *place*, oldest first."""
        return [found for found in self._mappings.values() if found.function.place == place]

    def unmap(self, mapping: EventSourceMapping) -> None:
        """Delete *mapping*."""
        mapping.stop()
        del self._mappings[mapping.uuid]
        self._journal.record(MappingDeleted(mapping.arn, mapping.queue.arn, mapping.function.arn))

    def _queue(self, source: str) -> PollableQueue:
        arn = Arn.parse(source)
        if arn is None:
            raise InvalidParameterValue(f"Unrecognized event source: {source}.")
        if arn.service != "sqs":
            raise NotSimulated(f"An event source mapping of {arn.service}")
        queue = self._find_queue(source)
        if queue is None:
            raise InvalidParameterValue(
                "Error occurred while ReceiveMessage. SQS Error Code: "
                "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue "
                "does not exist."
            )
        return queue


def _check_batch(batch_size: int, window: int) -> None:
    _check_range(batch_size, "batchSize", limits.BATCH_SIZE)
    if window:
        raise NotSimulated("A batching window (MaximumBatchingWindowInSeconds)")
    if batch_size > limits.BATCH_SIZE_WITHOUT_WINDOW:
        raise InvalidParameterValue(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10"
        )


def _check_range(value: int, name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if value < low:
        raise Invalid(value, name, f"Member must have value greater than or equal to {low}")
    if value > high:
        raise Invalid(value, name, f"Member must have value less than or equal to {high}")
