"""All functions and event source mappings there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_fakeaws.addresses import Arn, Place, partition
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import (
    FunctionCreated,
    FunctionDeleted,
    MappingCreated,
    MappingDeleted,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.services.lambda_.deployment import Deployment
from pytest_fakeaws.services.lambda_.errors import (
    AccessDenied,
    FunctionExists,
    FunctionNotFound,
    InvalidParameterValue,
    MappingExists,
    MappingNotFound,
)
from pytest_fakeaws.services.lambda_.event_queue import EventQueue
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.layers import Layers
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.package import Package, Warehouse
from pytest_fakeaws.services.lambda_.references import LATEST, Reference, new_name, referred
from pytest_fakeaws.services.lambda_.runtimes import runtime_of_host
from pytest_fakeaws.services.lambda_.settings import DEFAULTS, Settings, check_numbers
from pytest_fakeaws.services.policies import Request, context_of, permits
from pytest_fakeaws.services.ports import ObjectReader, PollableQueue, QueueFinder, Senders
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import SECOND, Instant
from pytest_fakeaws.sim.simulation import Simulation


class Target(NamedTuple):
    """What a call names, found.

    Attributes:
        latest: The function, at its latest version.
        function: The version that is meant.
        arn: Its ARN, as the call has it.
    """

    latest: Function
    function: Function
    arn: str

    @property
    def qualified_arn(self) -> str:
        """The same with a version or an alias: without one the latest version is meant."""
        return f"{self.arn}:{LATEST}" if self.arn == self.latest.arn else self.arn

    @property
    def qualifier(self) -> str | None:
        """The version or alias that the call names, if it does."""
        return self.arn.removeprefix(self.latest.arn)[1:] or None


class FunctionDirectory:
    """Makes, finds and deletes functions and mappings.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
        invoker: Runs the functions.
        find_queue: Finds the queue that a mapping is to poll.
        read_object: Reads objects of S3.
        senders: How dead letters and records reach other services.

    Attributes:
        events: The asynchronous events on their way.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        invoker: Invoker,
        find_queue: QueueFinder,
        *,
        read_object: ObjectReader,
        senders: Senders,
    ) -> None:
        self.invoker = invoker
        self.read_object = read_object
        self.warehouse = Warehouse()
        self.layers = Layers()
        self.code_signing_configs: dict[str, dict[str, Any]] = {}
        self.capacity_providers: dict[str, dict[str, Any]] = {}
        self._simulation = simulation
        self._journal = journal
        self._find_queue = find_queue
        self._revisions = chance.ids("lambda/revision-ids")
        self._routes = chance.stream("lambda/alias-routes")
        self._uuids = chance.ids("lambda/mapping-ids")
        self._functions: dict[tuple[Place, str], Function] = {}
        self._mappings: dict[str, EventSourceMapping] = {}
        self.events = EventQueue(
            simulation,
            journal,
            invoker,
            find=self.target,
            senders=senders,
        )

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
        dead_letter_arn: str = "",
        reserved_concurrency: int | None = None,
    ) -> Function:
        """Make a function of a callable.

        Raises:
            FunctionExists: One of this name exists.
            Violations: A setting is out of AWS's range.
            InvalidParameterValue: So much concurrency cannot be reserved.
        """
        given = {
            "Runtime": runtime_of_host(),
            "Role": f"arn:{partition(place.region)}:iam::{place.account}:role/{name}",
            "Handler": handler_name,
            "Timeout": timeout,
            "MemorySize": memory,
        }
        if environment:
            given["Environment"] = {"Variables": dict(environment)}
        if dead_letter_arn:
            given["DeadLetterConfig"] = {"TargetArn": dead_letter_arn}
        name = new_name(place, name)
        checks = Checks()
        check_numbers(checks, given)
        checks.done()
        concurrency, arn = self.invoker.concurrency, place.arn("lambda", f"function:{name}")
        concurrency.check_reservation(place, arn, reserved_concurrency or 0)
        function = self.add(place, name, Deployment(handler=handler, name=handler_name), given)
        if reserved_concurrency is not None:
            concurrency.reserve(function, reserved_concurrency)
        return function

    def add(
        self,
        place: Place,
        name: str,
        code: Deployment,
        settings: Settings,
        layers: Sequence[Package] = (),
    ) -> Function:
        """Make a function of code and settings that have been checked.

        Raises:
            FunctionExists: One of this name exists.
        """
        if (place, name) in self._functions:
            raise FunctionExists(name)
        function = Function(
            place,
            name,
            code,
            {**DEFAULTS, **settings},
            created_at=self._simulation.now,
            revision=self._revisions.next(),
            unpack=self.warehouse.folder,
            layers=layers,
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
        """The function, or the version of one, that *caller* means by a name, a partial ARN or an ARN.

        Raises:
            FunctionNotFound: There is none.
            AccessDenied: It belongs to another account, and nothing lets *caller* carry out *operation*.
            Violations: The reference has no such form.
        """
        return self.target(caller, reference, qualifier, operation=operation).function

    def target(
        self,
        caller: Place,
        reference: str,
        qualifier: str | None = None,
        *,
        operation: str = "InvokeFunction",
    ) -> Target:
        """The same, with the ARN that the call names. An invocation of an alias goes where chance leads it."""
        named = self._functions.get((caller, reference))
        if named is not None and qualifier is None:
            return Target(named, named, named.arn)  # nearly every call names the function like this
        referred_to = referred(caller, reference, qualifier)
        latest = self._functions.get((referred_to.place, referred_to.name))
        if latest is None:
            raise FunctionNotFound(_missing(referred_to, operation))
        _check_access(caller, latest, referred_to, f"lambda:{operation}")
        version = referred_to.qualifier or LATEST
        if version in latest.aliases:
            alias = latest.aliases[version]
            invoked = operation == "InvokeFunction"
            version = alias.route(self._routes) if invoked else alias.version
        function = latest if version == LATEST else latest.versions.get(version)
        if function is None:
            raise FunctionNotFound(referred_to.arn)
        return Target(latest, function, referred_to.arn)

    @property
    def now(self) -> Instant:
        """The present instant."""
        return self._simulation.now

    def named(self, place: Place, name: str) -> Function | None:
        """The function of *place* with this name, if it exists."""
        return self._functions.get((place, name))

    def exists(self, place: Place, name: str) -> bool:
        """Whether *place* has a function of this name."""
        return (place, name) in self._functions

    def change(
        self,
        function: Function,
        *,
        given: Settings,
        code: Deployment | None = None,
        layers: Sequence[Package] | None = None,
    ) -> None:
        """Give *function* other settings, and other code."""
        function.change(
            self._simulation.now,
            self._revisions.next(),
            code=code,
            settings={**function.settings, **given},
            layers=layers,
        )

    def publish(self, function: Function, description: str | None = None) -> Function:
        """Publish *function* as a version, or return the last one if nothing has changed since.

        Args:
            function: At its latest version.
            description: That of the version, if it is to have another.
        """
        last = function.versions.get(str(function.published))
        if last is not None and function.is_as_published:
            return last
        function.published += 1
        version = function.snapshot(
            self._simulation.now, self._revisions.next(), str(function.published), description
        )
        function.versions[version.version] = version
        return version

    def revision(self) -> str:
        """A revision id that nothing has yet."""
        return self._revisions.next()

    def functions(self, place: Place) -> list[Function]:
        """The functions of *place*, by name."""
        found = (function for function in self if function.place == place)
        return sorted(found, key=lambda function: function.name)

    def delete(self, function: Function) -> None:
        """Delete *function*; its mappings stay, as in AWS, and find nothing to invoke."""
        del self._functions[function.place, function.name]
        self.events.configs.forget(function.arn)
        self.invoker.concurrency.unreserve(function)
        self.invoker.traces.allowed.discard(function.arn)
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
    checks = Checks()
    checks.range(name, value, bounds)
    checks.done()


def _check_access(caller: Place, function: Function, called: Reference, action: str) -> None:
    if caller.account == function.place.account and not function.policies:
        return
    policy = function.policies.get(called.qualifier)
    request = Request(caller.account, action, called.arn, context_of(caller.account))
    if not permits(policy.text if policy else None, function.place.account, request):
        raise AccessDenied(caller.account, action, function.arn)


def _missing(referred_to: Reference, operation: str) -> str:
    """The ARN by which an error calls a function that does not exist."""
    if operation == "InvokeFunction":
        return referred_to.qualified(referred_to.qualifier or LATEST)
    return referred_to.function_arn if operation == "DeleteFunction" else referred_to.arn
