"""A queue, as a test holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, UnknownResource
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.traces import trace_header
from pytest_fakeaws.handles.views import Look, Messages, attribute
from pytest_fakeaws.services.ports import TRACE_HEADER
from pytest_fakeaws.services.sqs.message import State
from pytest_fakeaws.services.sqs.queue import Queue as SimulatedQueue

if TYPE_CHECKING:
    from pytest_fakeaws.handles.function import Function
    from pytest_fakeaws.handles.mapping import EventSourceMapping
    from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping as SimulatedMapping

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Queue:
    """An SQS queue.

    Attributes:
        name: Its name.
        url: Its URL, as boto3 wants it.
        arn: Its ARN.
    """

    def __init__(self, cloud: Callable[[], Cloud], queue: SimulatedQueue) -> None:
        self._cloud = cloud
        self.name = queue.name
        self.url = queue.url
        self.arn = queue.arn

    def _queue(self, arn: str | None = None) -> SimulatedQueue:
        queue = self._cloud().queues.by_arn(arn or self.arn)
        if queue is None:
            raise UnknownResource(
                f'The queue "{(arn or self.arn).rpartition(":")[2]}" does not exist any more.',
                "It was deleted, or the fake was reset since this handle was made.",
                "Create it again, or take the handle from fakeaws.queue(name).",
            )
        return queue

    def send(
        self,
        body: str,
        *,
        delay: float | timedelta | str | None = None,
        attributes: Mapping[str, str | int | float | bytes] | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> str:
        """Send a message, and return its id.

        Args:
            body: The text.
            delay: How long it stays invisible; the queue's own delay unless given.
            attributes: The message's attributes: text, numbers or bytes by name.
            group: Its `MessageGroupId`, which a FIFO queue must have.
            deduplication_id: Its `MessageDeduplicationId`.

        Raises:
            ServiceError: AWS would refuse the message.
            UnknownOption: The body or an id is no text.
        """
        cloud = self._cloud()
        options.check_text("body", body)
        options.check_text("group", group)
        options.check_text("deduplication_id", deduplication_id)
        optional = {
            "DelaySeconds": None if delay is None else options.whole_seconds("delay", delay),
            "MessageGroupId": group,
            "MessageDeduplicationId": deduplication_id,
            TRACE_HEADER: trace_header(cloud),
        }
        parameters = {
            "QueueUrl": self.url,
            "MessageBody": body,
            "MessageAttributes": {
                name: attribute(value) for name, value in (attributes or {}).items()
            },
            **{name: value for name, value in optional.items() if value is not None},
        }
        with cloud.gate:
            message_id: str = cloud.operations["sqs", "SendMessage"](
                self._queue().place, parameters
            )["MessageId"]
        return message_id

    @property
    def messages(self) -> Messages:
        """The messages that a receive could return now."""
        return self._view("waiting in", State.WAITING)

    @property
    def in_flight(self) -> Messages:
        """The messages that somebody has received and not deleted, soonest to return first."""
        return self._view("in flight from", State.IN_FLIGHT)

    @property
    def delayed(self) -> Messages:
        """The messages that were sent with a delay and are not visible yet."""
        return self._view("delayed in", State.DELAYED)

    @property
    def dead_letters(self) -> Messages:
        """All messages in this queue's dead-letter queue, waiting or in flight.

        Raises:
            UnknownResource: The queue has no dead-letter queue.
        """
        policy = self._queue().attributes.redrive_policy
        if policy is None:
            raise UnknownResource(
                f'The queue "{self.name}" has no dead-letter queue.',
                "Its RedrivePolicy is not set.",
                "Create it with dead_letter_queue=True, or set the RedrivePolicy attribute.",
            )
        return self._view("in", State.WAITING, State.IN_FLIGHT, arn=policy.dead_letter_arn)

    def _view(self, standing: str, *states: State, arn: str | None = None) -> Messages:
        cloud = self._cloud()
        with cloud.gate:
            queue = self._queue(arn)
            return Messages.of(queue.messages(*states), Look(cloud, queue.name, standing))

    @explained
    def trigger(
        self,
        function: Function | str,
        *,
        batch_size: int = 10,
        window: float | timedelta | str = 0,
        report_batch_item_failures: bool = False,
        maximum_concurrency: int | None = None,
        minimum_pollers: int | None = None,
        maximum_pollers: int | None = None,
        filters: Sequence[object] = (),
        enabled: bool = True,
    ) -> EventSourceMapping:
        """Make an event source mapping: *function* is invoked with batches from this queue.

        Args:
            function: What to invoke: a handle, or a name or ARN, also of a version or an alias.
            batch_size: Messages of a batch at the most; more than ten need a window.
            window: How long a batch is gathered, in whole seconds, up to five minutes. It is invoked when
                it is full, or when this time has passed since its first message.
            report_batch_item_failures: Whether the function's response may name the messages that
                failed; otherwise a batch succeeds or fails as a whole.
            maximum_concurrency: Batches in progress at the most.
            minimum_pollers: Pollers of the provisioned mode at the least, each with ten batches at once.
            maximum_pollers: And at the most.
            filters: Patterns, as dictionaries or as JSON: what none of them matches is deleted.
            enabled: Whether to begin at once.

        Example:
            >>> orders.trigger(invoice, filters=[{"body": {"country": ["NZ"]}}])  # doctest: +SKIP

        Raises:
            ServiceError: AWS would refuse the mapping.
            UnknownOption: That is no function of AWS's.
        """
        cloud = self._cloud()
        if not isinstance(function, str) and not hasattr(function, "arn"):
            raise UnknownOption(
                f"A queue cannot trigger {function!r}.",
                f"It is of type {type(function).__name__}; an event source mapping invokes a function of Lambda.",
                'Make one of it: queue.trigger(fakeaws.create_function("name", handler)).',
            )
        from pytest_fakeaws.handles.mapping import settings

        place = self._queue().place
        parameters = {
            "EventSourceArn": self.arn,
            "FunctionName": function if isinstance(function, str) else function.arn,
            **settings(
                batch_size=batch_size,
                window=window,
                report_batch_item_failures=report_batch_item_failures,
                maximum_concurrency=maximum_concurrency,
                minimum_pollers=minimum_pollers,
                maximum_pollers=maximum_pollers,
                filters=filters,
                enabled=enabled,
            ),
        }
        with cloud.gate:
            uuid = cloud.operations["lambda", "CreateEventSourceMapping"](place, parameters)["UUID"]
        return self._handle_of(cloud.functions.mappings.find(place, uuid))

    @property
    def mappings(self) -> tuple[EventSourceMapping, ...]:
        """The event source mappings that poll it, oldest first."""
        return tuple(
            self._handle_of(mapping)
            for mapping in self._cloud().functions.mappings
            if mapping.source == self.arn
        )

    def _handle_of(self, mapping: SimulatedMapping) -> EventSourceMapping:
        from pytest_fakeaws.handles.function import Function
        from pytest_fakeaws.handles.mapping import EventSourceMapping

        return EventSourceMapping(self._cloud, mapping, self, partial(Function, self._cloud))

    def __repr__(self) -> str:
        return f"<Queue {self.name}>"
