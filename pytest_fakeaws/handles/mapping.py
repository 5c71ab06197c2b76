"""An event source mapping, as a test holds it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, UnknownResource
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.invocations import Invocations, running
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.views import Look
from pytest_fakeaws.journal.entries import InvocationStarted, MessageFiltered
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.view import View
from pytest_fakeaws.services.lambda_.errors import MappingNotFound
from pytest_fakeaws.services.lambda_.function import Function as SimulatedFunction
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping as SimulatedMapping
from pytest_fakeaws.sim.instants import to_datetime

__tracebackhide__ = HIDE_FROM_TRACEBACK

if TYPE_CHECKING:
    from pytest_fakeaws.handles.function import Function
    from pytest_fakeaws.handles.queue import Queue


@dataclass(frozen=True)
class FilteredMessage:
    """A message that no filter let through.

    Attributes:
        body: The beginning of what was sent, up to 200 characters.
        id: Its message id.
        at: When it was deleted, as an aware `datetime`.
    """

    body: str
    id: str
    at: datetime


class FilteredMessages(View[FilteredMessage]):
    """Messages in the order in which they were deleted."""

    __slots__ = ()

    @property
    def bodies(self) -> list[str]:
        """The beginnings of their bodies, in the same order."""
        return [message.body for message in self]


class EventSourceMapping:
    """What feeds a function from a queue.

    Attributes:
        uuid: Its id, as boto3 wants it.
        arn: Its ARN.
        queue: The queue that it polls.
    """

    def __init__(
        self,
        cloud: Callable[[], Cloud],
        mapping: SimulatedMapping,
        queue: Queue,
        handle: Callable[[SimulatedFunction], Function],
    ) -> None:
        self._cloud = cloud
        self._handle = handle
        self.queue = queue
        self._place = mapping.place
        self._text = f"{mapping.source_name} -> {mapping.function_name}"
        self.uuid = mapping.uuid
        self.arn = mapping.arn

    def _mapping(self) -> SimulatedMapping:
        try:
            return self._cloud().functions.mappings.find(self._place, self.uuid)
        except MappingNotFound:
            raise UnknownResource(
                f"The event source mapping {self._text} does not exist any more.",
                "It was deleted, or the fake was reset since this handle was made.",
                "Create it again, or look at queue.mappings.",
            ) from None

    # What it is

    @property
    def state(self) -> str:
        """Its state in AWS's words: `Enabled` or `Disabled`."""
        return self._mapping().state

    @property
    def enabled(self) -> bool:
        """Whether it polls."""
        return self._mapping().enabled

    @property
    def function(self) -> Function:
        """The function that it invokes.

        Raises:
            UnknownResource: It was deleted.
        """
        mapping = self._mapping()
        function = self._cloud().functions.named(mapping.place, mapping.function_name)
        if function is None:
            raise UnknownResource(
                f'The function "{mapping.function_name}" does not exist any more.',
                f"The event source mapping {self._text} is left of it.",
                "Create it again: the mapping then goes on.",
            )
        return self._handle(function)

    # What it did

    @property
    def invocations(self) -> Invocations:
        """The invocations that it caused, in the order in which they started."""
        return Invocations.of(self._is_mine, Look(self._cloud(), self._text, "by"))

    @property
    def concurrency(self) -> tuple[tuple[datetime, int], ...]:
        """How many batches were in progress: each time that this changed, and the number from then on.

        Example:
            >>> max(number for _, number in mapping.concurrency)  # doctest: +SKIP
        """
        return running(self._is_mine, self._cloud().journal)

    @property
    def filtered(self) -> FilteredMessages:
        """The messages that none of its filters let through, and that it deleted."""
        return FilteredMessages(
            FilteredMessage(fact.excerpt, fact.message_id, to_datetime(at))
            for at, fact in _filtered(self._cloud().journal)
            if fact.mapping == self.arn
        )

    def _is_mine(self, entry: Entry, fact: InvocationStarted) -> bool:
        return fact.mapping == self.arn

    # What can be done with it

    def enable(self) -> None:
        """Poll from now on."""
        self._update({"Enabled": True})

    def disable(self) -> None:
        """Poll no more; a batch in progress is still seen to its end."""
        self._update({"Enabled": False})

    @explained
    def update(
        self,
        *,
        function: Function | str | None = None,
        batch_size: int | None = None,
        window: float | timedelta | str | None = None,
        report_batch_item_failures: bool | None = None,
        maximum_concurrency: int | None = None,
        minimum_pollers: int | None = None,
        maximum_pollers: int | None = None,
        filters: Sequence[object] | None = None,
        enabled: bool | None = None,
    ) -> None:
        """Give it other settings, as they are described at `Queue.trigger`. What is not given stays.

        Args:
            function: Another function, version or alias.
            batch_size: Messages of a batch at the most.
            window: How long a batch is gathered.
            report_batch_item_failures: Whether responses may name the messages that failed.
            maximum_concurrency: Batches in progress at the most; 0 for no bound.
            minimum_pollers: Pollers of the provisioned mode at the least.
            maximum_pollers: And at the most; 0 ends the provisioned mode.
            filters: Filter criteria; none of them for an empty list.
            enabled: Whether it polls.

        Raises:
            ServiceError: AWS would refuse the change.
        """
        parameters = settings(
            batch_size=batch_size,
            window=window,
            report_batch_item_failures=report_batch_item_failures,
            maximum_concurrency=maximum_concurrency,
            minimum_pollers=minimum_pollers,
            maximum_pollers=maximum_pollers,
            filters=filters,
            enabled=enabled,
        )
        if maximum_concurrency == 0:
            parameters["ScalingConfig"] = {}
        if maximum_pollers == 0:
            parameters["ProvisionedPollerConfig"] = {}
        if function is not None:
            parameters["FunctionName"] = function if isinstance(function, str) else function.arn
        self._update(parameters)

    def _update(self, parameters: dict[str, Any]) -> None:
        cloud, mapping = self._cloud(), self._mapping()
        with cloud.gate:
            cloud.operations["lambda", "UpdateEventSourceMapping"](
                mapping.place, {"UUID": self.uuid, **parameters}
            )

    def delete(self) -> None:
        """Poll no more; a batch in progress is still seen to its end."""
        cloud, mapping = self._cloud(), self._mapping()
        with cloud.gate:
            cloud.functions.mappings.delete(mapping)

    def __repr__(self) -> str:
        return f"<EventSourceMapping {self._text}>"


def settings(
    *,
    batch_size: int | None,
    window: float | timedelta | str | None,
    report_batch_item_failures: bool | None,
    maximum_concurrency: int | None,
    minimum_pollers: int | None,
    maximum_pollers: int | None,
    filters: Sequence[object] | None,
    enabled: bool | None,
) -> dict[str, Any]:
    """The parameters of AWS's operations for what a test says; what is `None` is not among them.

    Raises:
        UnknownOption: An option is of no use, whatever AWS would say.
        InvalidTime: The window is no duration.
    """
    numbers = {
        "batch_size": batch_size,
        "maximum_concurrency": maximum_concurrency,
        "minimum_pollers": minimum_pollers,
        "maximum_pollers": maximum_pollers,
    }
    for option, number in numbers.items():
        if number is not None:
            options.check_number(option, number)
    parameters = {
        "BatchSize": batch_size,
        "MaximumBatchingWindowInSeconds": None
        if window is None
        else options.whole_seconds("window", window),
        "FunctionResponseTypes": None
        if report_batch_item_failures is None
        else ["ReportBatchItemFailures"] * report_batch_item_failures,
        "ScalingConfig": _said(MaximumConcurrency=maximum_concurrency) or None,
        "ProvisionedPollerConfig": _said(
            MinimumPollers=minimum_pollers, MaximumPollers=maximum_pollers
        )
        or None,
        "FilterCriteria": None if filters is None else _criteria(filters),
        "Enabled": enabled,
    }
    return _said(**parameters)


def _said(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _criteria(filters: Sequence[object]) -> dict[str, Any]:
    if isinstance(filters, (str, dict)):
        raise UnknownOption(
            f"filters cannot be {filters!r}.",
            f"It is of type {type(filters).__name__}; filters are a list of patterns.",
            "Give a list, such as filters=[{'body': {'kind': ['lamp']}}].",
        )
    return {"Filters": [{"Pattern": _pattern(one)} for one in filters]}


def _pattern(given: object) -> str:
    return given if isinstance(given, str) else json.dumps(given)


def _filtered(entries: Iterable[Entry]) -> Iterable[tuple[int, MessageFiltered]]:
    return ((entry.at, entry.fact) for entry in entries if isinstance(entry.fact, MessageFiltered))
