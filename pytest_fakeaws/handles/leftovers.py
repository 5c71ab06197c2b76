"""Leftovers: what a test leaves in flight, undelivered or unhandled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.journal.entries import (
    TEST_IS_OVER,
    DeliveryFailed,
    DeliveryGivenUp,
    EventGivenUp,
    EventPostponed,
    EventQueued,
    Fact,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    MoveTaskEnded,
    MoveTaskStarted,
    NotificationDelivered,
    ProcessEnded,
    ProcessStarted,
)
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.view import View
from pytest_fakeaws.journal.wording import name, number, short
from pytest_fakeaws.services.sqs.message import Message, State
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.instants import Instant, timer

_SHOWN = 3
"""How many messages of a queue are named."""


class Leftover(NamedTuple):
    """Something that a test leaves behind.

    Attributes:
        where: The name of the queue, function or process.
        what: What is left there.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Leftovers(View[Leftover]):
    """What a test leaves behind: messages by queue, then what has begun and not ended."""

    __slots__ = ()

    @classmethod
    def of(cls, cloud: Cloud) -> Leftovers:
        """What stands undone in *cloud* now.

        Dead letters are none: they have arrived.
        """
        return cls((*_in_queues(cloud), *begun(cloud.journal, cloud.simulation.start)))


def _in_queues(cloud: Cloud) -> Iterator[Leftover]:
    start = cloud.simulation.start
    for queue in cloud.queues:
        mapped = any(mapping.source == queue.arn for mapping in cloud.functions.mappings)
        waiting = "waiting" if mapped else "waiting where no function is mapped"
        yield from _messages(queue, State.WAITING, waiting)
        for state, standing in ((State.IN_FLIGHT, "in flight"), (State.DELAYED, "delayed")):
            yield from _messages(queue, state, standing, start)


def _messages(
    queue: Queue, state: State, standing: str, start: Instant | None = None
) -> Iterator[Leftover]:
    left = [one for one in queue.messages(state) if one.dead_letter_source is None]
    if left:
        until = "" if start is None else f" until {timer(_return(left[0]) - start)}"
        bodies = ", ".join(short(one.content.body, 40) for one in left[:_SHOWN])
        more = ", ..." if len(left) > _SHOWN else ""
        yield Leftover(
            queue.name, f"{number(len(left), 'message')} {standing}{until} ({bodies}{more})"
        )


def _return(message: Message) -> Instant:
    return message.return_[0] if message.return_ is not None else 0


def begun(entries: Iterable[Entry], start: Instant) -> Iterator[Leftover]:
    """What a journal says has begun, and does not say has ended."""
    open_: dict[object, Leftover] = {}
    for entry in entries:
        fact = entry.fact
        ended = _end(fact)
        if ended is not None:
            open_.pop(ended, None)
        beginning = _beginning(entry, timer(entry.at - start), start)
        if beginning is not None:
            open_[beginning[0]] = beginning[1]
    yield from open_.values()


def _beginning(entry: Entry, at: str, start: Instant) -> tuple[object, Leftover] | None:
    fact = entry.fact
    if isinstance(fact, ProcessStarted):
        return ("process", fact.process), Leftover(fact.process, f"alive since {at}")
    if isinstance(fact, InvocationStarted):
        what = f"an invocation in progress since {at}"
        return ("invocation", entry.number), Leftover(name(fact.function), what)
    if isinstance(fact, (EventQueued, EventPostponed)):
        return ("event", fact.request_id), Leftover(name(fact.function), _event(fact, at, start))
    if isinstance(fact, DeliveryFailed):
        what = f"a delivery to {fact.endpoint}, to be tried again at {timer(fact.next_at - start)}"
        return _delivery(fact), Leftover(name(fact.topic), what)
    if isinstance(fact, MoveTaskStarted):
        what = f"a move task that runs since {at}"
        return ("move task", fact.queue), Leftover(name(fact.queue), what)
    return None


def _end(fact: Fact) -> object:
    """What *fact* says is over."""
    if isinstance(fact, ProcessEnded) and fact.how != TEST_IS_OVER:
        return ("process", fact.process)
    if isinstance(fact, (InvocationSucceeded, InvocationFailed)):
        return ("invocation", fact.invocation)
    if isinstance(fact, (InvocationStarted, EventGivenUp)):
        return ("event", fact.request_id)
    if isinstance(fact, (NotificationDelivered, DeliveryGivenUp)):
        return _delivery(fact)
    if isinstance(fact, MoveTaskEnded):
        return ("move task", fact.queue)
    return None


def _delivery(fact: DeliveryFailed | NotificationDelivered | DeliveryGivenUp) -> object:
    return ("delivery", fact.notification_id, fact.subscription)


def _event(fact: EventQueued | EventPostponed, at: str, start: Instant) -> str:
    if isinstance(fact, EventQueued):
        return f"an event that has not run since {at} ({short(fact.excerpt, 40)})"
    return f"an event that {fact.reason}, to be tried again at {timer(fact.until - start)}"
