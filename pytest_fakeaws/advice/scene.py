"""The scene: what rules look at, read once from the state of a cloud and from its journal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.journal.chains import Chains
from pytest_fakeaws.journal.entries import (
    EventGivenUp,
    EventUnreported,
    InvocationStarted,
    InvocationSucceeded,
    RecursionStopped,
)
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.services.lambda_.errors import LambdaError
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.mappings import list_event_source_mappings
from pytest_fakeaws.services.sqs.queue import Queue


class Mapped(NamedTuple):
    """A queue and the function that an event source mapping feeds from it.

    Attributes:
        queue: The queue.
        function: The function, in the version that is invoked.
        arn: The ARN of the mapping.
        window: Seconds for which batches are gathered.
        reports: Whether responses may name messages that failed.
        maximum_concurrency: How many batches may be in progress, if that was said.
    """

    queue: Queue
    function: Function
    arn: str
    window: int
    reports: bool
    maximum_concurrency: int | None


class Run(NamedTuple):
    """An invocation that returned."""

    start: InvocationStarted
    end: InvocationSucceeded


class Scene:
    """What there is, and what has happened.

    Args:
        cloud: The cloud; it is not changed.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    @property
    def queues(self) -> list[Queue]:
        """All queues."""
        return list(self._cloud.queues)

    def queue(self, arn: str) -> Queue | None:
        """The queue with this ARN, if it exists."""
        return self._cloud.queues.by_arn(arn)

    @cached_property
    def mapped(self) -> list[Mapped]:
        """The queues that feed functions, mapping by mapping, oldest first."""
        places = dict.fromkeys(function.place for function in self._cloud.functions)
        listed = (shown for place in places for shown in self._listed(place))
        found = (self._mapped(shown) for shown in listed)
        return [one for one in found if one is not None]

    def _listed(self, place: Any) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {}
        while True:
            answer = list_event_source_mappings(self._cloud.functions, place, asked)
            yield from answer["EventSourceMappings"]
            if not answer.get("NextMarker"):
                return
            asked = {"Marker": answer["NextMarker"]}

    def _mapped(self, shown: dict[str, Any]) -> Mapped | None:
        queue = self.queue(shown.get("EventSourceArn", ""))
        if queue is None or shown.get("State") not in {"Enabled", "Creating", "Enabling"}:
            return None
        try:
            function = self._cloud.functions.find(
                queue.place, shown["FunctionArn"], operation="GetFunction"
            )
        except LambdaError:
            return None
        return Mapped(
            queue,
            function,
            function.place.arn("lambda", f"event-source-mapping:{shown['UUID']}"),
            shown.get("MaximumBatchingWindowInSeconds", 0),
            "ReportBatchItemFailures" in shown.get("FunctionResponseTypes", ()),
            shown.get("ScalingConfig", {}).get("MaximumConcurrency"),
        )

    def reserved_concurrency(self, function: Function) -> int | None:
        """The share of the account's concurrency that *function* has for itself, if it has one."""
        return self._cloud.functions.invoker.concurrency.reserved(function)

    # What has happened

    @cached_property
    def _entries(self) -> list[Entry]:
        return list(self._cloud.journal)

    @cached_property
    def runs(self) -> list[Run]:
        """The invocations for batches of messages that returned something."""
        started: dict[int, InvocationStarted] = {}
        runs = []
        for entry in self._entries:
            fact = entry.fact
            if isinstance(fact, InvocationStarted) and fact.message_ids:
                started[entry.number] = fact
            elif isinstance(fact, InvocationSucceeded) and fact.invocation in started:
                runs.append(Run(started.pop(fact.invocation), fact))
        return runs

    @property
    def given_up(self) -> list[EventGivenUp]:
        """The asynchronous events that were given up."""
        return [one.fact for one in self._entries if isinstance(one.fact, EventGivenUp)]

    @property
    def unreported(self) -> list[EventUnreported]:
        """What should have been told about asynchronous events, and could not be."""
        return [one.fact for one in self._entries if isinstance(one.fact, EventUnreported)]

    @property
    def loops(self) -> dict[str, str]:
        """The ways in a circle that were stopped, by the ARN of the function that was not invoked."""
        chains, loops = Chains(), {}
        for entry in self._entries:
            chains.read(entry)
            if isinstance(entry.fact, RecursionStopped):
                loops[entry.fact.function] = chains.loop(entry, entry.fact)
        return loops
