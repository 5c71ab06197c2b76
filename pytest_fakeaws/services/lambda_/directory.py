"""All functions there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from pytest_fakeaws.addresses import Place, partition
from pytest_fakeaws.journal.entries import (
    FunctionCreated,
    FunctionDeleted,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.services.lambda_.deployment import Deployment
from pytest_fakeaws.services.lambda_.errors import (
    AccessDenied,
    FunctionElsewhere,
    FunctionExists,
    FunctionNotFound,
)
from pytest_fakeaws.services.lambda_.event_queue import EventQueue
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.layers import Layers
from pytest_fakeaws.services.lambda_.mappings import EventSourceMappings
from pytest_fakeaws.services.lambda_.package import Package, Warehouse
from pytest_fakeaws.services.lambda_.references import LATEST, Reference, new_name, referred
from pytest_fakeaws.services.lambda_.runtimes import runtime_of_host
from pytest_fakeaws.services.lambda_.settings import DEFAULTS, Settings, check_numbers
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.policies import LENIENT, Guard, permits
from pytest_fakeaws.services.ports import ObjectReader, PollPermission, QueueFinder, Senders
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation


class Tags:
    """The tags of something that is kept and shown.

    Attributes:
        tags: Its tags.
    """

    def __init__(self, tags: Mapping[str, str] | None) -> None:
        self.tags = dict(tags or {})


class FunctionDirectory:
    """Makes, finds and deletes functions.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
        invoker: Runs the functions.
        find_queue: Finds the queue that a mapping is to poll.
        may_poll: Tells whether it may.
        read_object: Reads objects of S3.
        senders: How dead letters and records reach other services.
        guard: How policies are read.

    Attributes:
        events: The asynchronous events on their way.
        mappings: What feeds functions from queues.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        invoker: Invoker,
        find_queue: QueueFinder,
        *,
        may_poll: PollPermission,
        read_object: ObjectReader,
        senders: Senders,
        guard: Guard = LENIENT,
    ) -> None:
        self.invoker = invoker
        self._guard = guard
        self.read_object = read_object
        self.warehouse = Warehouse()
        self.layers = Layers()
        self.code_signing_configs: dict[str, dict[str, Any]] = {}
        self.capacity_providers: dict[str, dict[str, Any]] = {}
        self.stored_tags: dict[str, Tags] = {}
        self._simulation = simulation
        self._journal = journal
        self._revisions = chance.ids("lambda/revision-ids")
        self._routes = chance.stream("lambda/alias-routes")
        self._functions: dict[tuple[Place, str], Function] = {}
        self.events = EventQueue(
            simulation,
            journal,
            invoker,
            find=self.target,
            senders=senders,
        )
        self.mappings = EventSourceMappings(
            simulation,
            journal,
            chance.ids("lambda/mapping-ids"),
            invoker,
            find=self.target,
            find_queue=find_queue,
            may_poll=may_poll,
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
        self.mappings.function_appeared(place, name)
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
            FunctionElsewhere: It is of another region, and a client that asks.
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
        source: str = "",
    ) -> Target:
        """The same, with the ARN that the call names. An invocation of an alias goes where chance leads it."""
        named = self._functions.get((caller, reference))
        if named is not None and qualifier is None:
            return Target(named, named, named.arn)  # nearly every call names the function like this
        referred_to = referred(caller, reference, qualifier)
        if not source and referred_to.place.region != caller.region:
            raise FunctionElsewhere(referred_to.place.region, caller.region)
        latest = self._functions.get((referred_to.place, referred_to.name))
        if latest is None:
            if not source and referred_to.place.account != caller.account:
                # Whether it exists is none of a stranger's business.
                self._deny(caller, f"lambda:{operation}", referred_to)
            raise FunctionNotFound(_missing(referred_to, operation))
        self._check_access(caller, latest, referred_to, f"lambda:{operation}", source)
        version = referred_to.qualifier or LATEST
        if version in latest.aliases:
            alias = latest.aliases[version]
            invoked = operation == "InvokeFunction"
            version = alias.route(self._routes) if invoked else alias.version
        function = latest if version == LATEST else latest.versions.get(version)
        if function is None:
            raise FunctionNotFound(referred_to.arn)
        return Target(latest, function, referred_to.arn)

    def _check_access(
        self, caller: Place, function: Function, called: Reference, action: str, source: str
    ) -> None:
        foreign = caller.account != function.place.account
        if not foreign and not function.policies and not (source and self._guard.strict):
            return
        policy = function.policies.get(called.qualifier)
        request = self._guard.request(caller.account, action, called.arn, source)
        if not permits(policy.text if policy else None, function.place.account, request):
            raise AccessDenied(request.principal, action, function.arn)

    def _deny(self, caller: Place, action: str, called: Reference) -> NoReturn:
        request = self._guard.request(caller.account, action, called.arn, "")
        raise AccessDenied(request.principal, action, called.function_arn)

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
        self.mappings.function_appeared(function.place, function.name)
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
        self._journal.record(FunctionDeleted(function.arn))


def _missing(referred_to: Reference, operation: str) -> str:
    """The ARN by which an error calls a function that does not exist."""
    if operation == "InvokeFunction":
        return referred_to.qualified(referred_to.qualifier or LATEST)
    return referred_to.function_arn if operation == "DeleteFunction" else referred_to.arn
