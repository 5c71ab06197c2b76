"""The outbox: dead letters and records of asynchronous events, on their way to other services."""

from __future__ import annotations

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import EventReported, EventUnreported
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_.async_event import AsyncEvent, Condition
from pytest_fakeaws.services.lambda_.traces import Traces
from pytest_fakeaws.services.ports import Senders, ServiceError
from pytest_fakeaws.sim.simulation import Simulation

DEAD_LETTER, ON_SUCCESS, ON_FAILURE = "dead-letter queue", "on success", "on failure"
"""Why something is sent."""

_SERVICES = {"events": "an EventBridge event bus", "s3": "an S3 bucket"}


class Outbox:
    """Sends what became of events; what cannot be delivered is dropped, as in AWS.

    Args:
        simulation: The clock.
        journal: Where it says so.
        traces: Makes a trace header for what has none.
        senders: How the resources of each service are reached.
    """

    def __init__(
        self, simulation: Simulation, journal: Journal, traces: Traces, senders: Senders
    ) -> None:
        self._simulation = simulation
        self._journal = journal
        self._traces = traces
        self._senders = senders

    def send_dead_letter(self, event: AsyncEvent, target: str) -> None:
        """Send the event itself to a dead-letter queue.

        Raises:
            NotSimulated: The queue is a resource of a service that is not simulated.
        """
        self._send(event, DEAD_LETTER, target, event.payload, event.dead_letter_attributes())

    def send_record(self, event: AsyncEvent, role: str, target: str, condition: Condition) -> None:
        """Send the record of how the event ended to a destination.

        Raises:
            NotSimulated: The destination is a resource of a service that is not simulated.
        """
        self._send(event, role, target, event.record(condition, self._simulation.now))

    def _send(
        self,
        event: AsyncEvent,
        role: str,
        target: str,
        body: str,
        attributes: dict[str, dict[str, str]] | None = None,
    ) -> None:
        arn = Arn.parse(target)
        service = arn.service if arn is not None else target
        if service not in self._senders:
            resource = _SERVICES.get(service, target)
            raise NotSimulated(
                f"The delivery of an asynchronous event to {resource} ({role} of {event.arn})",
                f"Name a queue, a topic or a function instead of {target}.",
            )
        header = event.trace or self._traces.begin()
        try:
            self._senders[service](
                event.place, target, body, attributes=attributes, trace_header=header
            )
        except ServiceError as error:
            fact = EventUnreported(event.function, event.request_id, role, target, str(error))
            self._journal.record(fact)
        else:
            self._journal.record(EventReported(event.function, event.request_id, role, target))
