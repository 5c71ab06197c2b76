"""All event source mappings there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import MappingChanged, MappingCreated, MappingDeleted
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import mapping_settings
from pytest_fakeaws.services.lambda_.errors import (
    InvalidParameterValue,
    MappingExists,
    MappingNotFound,
)
from pytest_fakeaws.services.lambda_.event_sources import QUEUE, EventSource, kind_of
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.poller import Poller
from pytest_fakeaws.services.lambda_.target import Target, TargetFinder
from pytest_fakeaws.services.lambda_.tenants import refuse_for_tenants
from pytest_fakeaws.services.ports import PollableQueue, PollPermission, QueueFinder
from pytest_fakeaws.sim.chance import Ids
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.simulation import Simulation


class Worker(Protocol):
    """Who does the work of a mapping."""

    def configure(self) -> None:
        """Go by the settings that the mapping has now."""

    def wake(self) -> None:
        """Look for something to do, the next time the simulation is driven."""

    def stop(self) -> None:
        """Do nothing more."""


class EventSourceMappings:
    """Makes, finds, changes and deletes mappings.

    Args:
        simulation: The clock.
        journal: Where facts go.
        ids: Where their ids come from.
        invoker: Runs the functions.
        find: Finds a function.
        find_queue: Finds a queue.
        may_poll: Tells who may poll it.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        ids: Ids,
        invoker: Invoker,
        *,
        find: TargetFinder,
        find_queue: QueueFinder,
        may_poll: PollPermission,
    ) -> None:
        self._simulation = simulation
        self._journal = journal
        self._ids = ids
        self._invoker = invoker
        self._find_target = find
        self._find_queue = find_queue
        self._may_poll = may_poll
        self._mappings: dict[str, EventSourceMapping] = {}
        self._workers: dict[str, Worker] = {}

    def __iter__(self) -> Iterator[EventSourceMapping]:
        return iter(self._mappings.values())

    def of(self, place: Place) -> list[EventSourceMapping]:
        """The mappings of *place*, oldest first."""
        return [mapping for mapping in self if mapping.place == place]

    def find(self, place: Place, uuid: str) -> EventSourceMapping:
        """The mapping of *place* with this id.

        Raises:
            MappingNotFound: There is none.
        """
        mapping = self._mappings.get(uuid)
        if mapping is None or mapping.place != place:
            raise MappingNotFound
        return mapping

    def create(
        self,
        target: Target,
        source: str,
        given: Mapping[str, Any],
        *,
        enabled: bool,
        tags: Mapping[str, str],
    ) -> EventSourceMapping:
        """Feed *target* from the source with the ARN *source*.

        Args:
            target: The function, version or alias.
            source: Empty for a source that has no ARN.
            given: Settings, by AWS's names.
            enabled: Whether to begin at once.
            tags: Its tags.

        Raises:
            InvalidParameterValue: The source does not exist, or something does not fit.
            Violations: A setting is out of AWS's range.
            MappingExists: The source feeds the function already.
        """
        kind = kind_of(source, given)
        kind.check(given)
        settings = mapping_settings.changed(kind, kind.defaults, given)
        self._check(kind, source, target, settings)
        mapping = EventSourceMapping(
            self._ids.next(),
            kind,
            source,
            target,
            settings=settings,
            tags=tags,
            enabled=enabled,
            now=self._simulation.now,
        )
        self._mappings[mapping.uuid] = mapping
        self._journal.record(MappingCreated(mapping.arn, mapping.source, mapping.function_arn))
        worker = self._workers[mapping.uuid] = self._worker(mapping)
        worker.wake()
        return mapping

    def _worker(self, mapping: EventSourceMapping) -> Worker:
        if mapping.kind is not QUEUE:
            return _Unsimulated(mapping, self._simulation)
        return Poller(
            mapping,
            self._simulation,
            self._journal,
            self._invoker,
            find=self._find_target,
            find_queue=self._find_queue,
        )

    def change(
        self,
        mapping: EventSourceMapping,
        given: Mapping[str, Any],
        *,
        target: Target | None = None,
        enabled: bool | None = None,
    ) -> None:
        """Give *mapping* other settings, another function, or another state; what is not given stays.

        Raises:
            InvalidParameterValue: Something does not fit.
            Violations: A setting is out of AWS's range.
            MappingExists: The source feeds the function already.
        """
        if given or target is not None:
            self._set(mapping, given, target)
        mapping.modified_at = self._simulation.now
        mapping.enabled = mapping.enabled if enabled is None else enabled
        self._journal.record(
            MappingChanged(mapping.arn, mapping.source, mapping.function_arn, mapping.state)
        )
        worker = self._workers[mapping.uuid]
        if enabled is False:
            worker.stop()
        worker.configure()
        worker.wake()

    def _set(
        self, mapping: EventSourceMapping, given: Mapping[str, Any], target: Target | None
    ) -> None:
        mapping.kind.check({**mapping.settings, **given})
        settings = mapping_settings.changed(mapping.kind, mapping.settings, given)
        target = target or self._find_target(
            mapping.place, mapping.function_name, mapping.qualifier, operation="GetFunction"
        )
        self._check(mapping.kind, mapping.source, target, settings, besides=mapping)
        mapping.settings = settings
        mapping.lead_to(target)

    def delete(self, mapping: EventSourceMapping) -> None:
        """Delete *mapping*."""
        mapping.enabled = False
        del self._mappings[mapping.uuid]
        self._workers.pop(mapping.uuid).stop()
        self._journal.record(MappingDeleted(mapping.arn, mapping.source, mapping.function_arn))

    # What mappings wait for

    def queue_created(self, queue: PollableQueue) -> None:
        """There is a queue that there was not: whoever is to poll it begins."""
        for mapping in self:
            if mapping.source == queue.arn:
                self._workers[mapping.uuid].wake()

    def function_appeared(self, place: Place, name: str) -> None:
        """There is a function, a version or an alias that there was not."""
        for mapping in self:
            if mapping.function_name == name and mapping.place == place:
                self._workers[mapping.uuid].wake()

    # What is refused

    def _check(
        self,
        kind: EventSource,
        source: str,
        target: Target,
        settings: dict[str, Any],
        *,
        besides: EventSourceMapping | None = None,
    ) -> None:
        mapping_settings.check_constraints(settings)
        refuse_for_tenants(target.latest, "Event source mappings are")
        if kind is QUEUE:
            queue = self._queue(source, target)
            mapping_settings.check_for_queue(settings, queue, target.function)
        for other in self:
            alike = other.source == source != "" and other.function_arn == target.arn
            if alike and other is not besides:
                raise MappingExists(source, target.latest.name, other.uuid)

    def _queue(self, source: str, target: Target) -> PollableQueue:
        arn = Arn.parse(source)
        if arn is None or arn.region != target.latest.place.region:
            raise InvalidParameterValue(
                f"The event source {source} is not in the same Region as the function."
            )
        queue = self._find_queue(source)
        if queue is None:
            raise InvalidParameterValue(
                "Error occurred while ReceiveMessage. SQS Error Code: "
                "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue "
                "does not exist."
            )
        for operation in _OF_POLLERS:
            if not self._may_poll(target.latest.place, source, operation):
                raise InvalidParameterValue(
                    "The provided execution role does not have permissions to call "
                    f"{operation} on SQS"
                )
        return queue


_OF_POLLERS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
"""See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions."""


class _Unsimulated:
    """Says, instead of polling a source that is not simulated, that it is not."""

    def __init__(self, mapping: EventSourceMapping, simulation: Simulation) -> None:
        self._mapping = mapping
        self._simulation = simulation
        self._event: Event | None = None

    def configure(self) -> None:
        pass

    def wake(self) -> None:
        if self._event is None and self._mapping.enabled:
            who = f"{self._mapping.function_name}: poll of {self._mapping.source_name}"
            self._event = self._simulation.at(self._simulation.now, self._refuse, who=who)

    def stop(self) -> None:
        if self._event is not None:
            self._simulation.cancel(self._event)
            self._event = None

    def _refuse(self) -> None:
        self._event = None
        raise NotSimulated(
            f"Polling {self._mapping.kind.name} (event source mapping {self._mapping.uuid})",
            "Create the mapping with Enabled=False, and invoke the function with an event of your own.",
        )
