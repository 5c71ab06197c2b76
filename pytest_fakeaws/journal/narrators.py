"""The narrators: what each kind of fact adds to the life of a message, an event or a notification.

A kind without a narrator is told in the words of the timeline.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from pytest_fakeaws.journal import traces
from pytest_fakeaws.journal.entries import (
    BatchItemsReturned,
    EventGivenUp,
    EventPostponed,
    EventQueued,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    InvocationThrottled,
    MessageDeadLettered,
    MessageDeduplicated,
    MessageDeleted,
    MessageExpired,
    MessageMoved,
    MessageReceived,
    MessageSent,
    NotificationDelivered,
    NotificationPublished,
    QueueDeleted,
    QueuePurged,
    VisibilityChanged,
)
from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.life import STARTED, Attempt, Life
from pytest_fakeaws.journal.wording import name, number, ordinal, short
from pytest_fakeaws.sim.instants import FOREVER, Duration, seconds

F = TypeVar("F")
Narrator: TypeAlias = "Callable[[Life, Entry, Any], None]"

NARRATORS: dict[type, Narrator] = {}


def narrates(
    kind: type[F],
) -> Callable[[Callable[[Life, Entry, F], None]], Callable[[Life, Entry, F], None]]:
    """Mark the function that says what facts of this kind add to a life."""

    def mark(narrator: Callable[[Life, Entry, F], None]) -> Callable[[Life, Entry, F], None]:
        NARRATORS[kind] = narrator
        return narrator

    return mark


# Messages


@narrates(MessageSent)
def _sent(life: Life, entry: Entry, fact: MessageSent) -> None:
    life.label = f"{life.story.number(fact.message_id)} {short(fact.excerpt)}"
    life.queue, life.hidden_until = name(fact.queue), fact.visible_at
    delay = f" to appear at {life.clock(fact.visible_at)}" if fact.visible_at > entry.at else ""
    origin = life.story.origin(entry) or life.by(entry)
    life.then(f"was sent to {name(fact.queue)} at {life.clock(entry.at)}{origin}{delay}")


@narrates(MessageReceived)
def _received(life: Life, entry: Entry, fact: MessageReceived) -> None:
    life.attempts.append(Attempt(entry.at, fact.hidden_until, life.actor(entry)))
    life.hidden_until = fact.hidden_until


@narrates(VisibilityChanged)
def _changed(life: Life, entry: Entry, fact: VisibilityChanged) -> None:
    life.hidden_until = fact.hidden_until


@narrates(MessageDeleted)
def _deleted(life: Life, entry: Entry, fact: MessageDeleted) -> None:
    life.finish()
    life.over(f"deleted at {life.clock(entry.at)}{life.by(entry)}")


@narrates(MessageDeadLettered)
def _dead_lettered(life: Life, entry: Entry, fact: MessageDeadLettered) -> None:
    target = name(fact.dead_letter_queue)
    would = f"by the receive that would have been the {ordinal(fact.receive_count + 1)}"
    life.then(f"moved to {target} at {life.clock(entry.at)} {would}")
    life.queue, life.hidden_until = target, entry.at


@narrates(MessageDeduplicated)
def _deduplicated(life: Life, entry: Entry, fact: MessageDeduplicated) -> None:
    again = f"Sent again at {life.clock(entry.at)}{life.by(entry)}, it was deduplicated"
    life.aside(f"{again}: {name(fact.queue)} kept this one only.")


@narrates(MessageExpired)
def _expired(life: Life, entry: Entry, fact: MessageExpired) -> None:
    life.over(f"expired in {name(fact.queue)} at {life.clock(fact.expired_at)}, unhandled")


@narrates(MessageMoved)
def _moved(life: Life, entry: Entry, fact: MessageMoved) -> None:
    if fact.message_id == life.subject:
        target, heir = name(fact.destination), life.story.number(fact.new_message_id)
        life.over(f"moved to {target} at {life.clock(entry.at)} by a move task, as {heir}")
    else:
        old = life.story.number(fact.message_id)
        life.then(f"moved there by a move task, as {old} from {name(fact.queue)}")


@narrates(QueuePurged)
def _purged(life: Life, entry: Entry, fact: QueuePurged) -> None:
    if life.queue == name(fact.queue):
        life.over(f"deleted at {life.clock(entry.at)} by a purge of {life.queue}")


@narrates(QueueDeleted)
def _queue_deleted(life: Life, entry: Entry, fact: QueueDeleted) -> None:
    if life.queue == name(fact.queue):
        life.over(f"gone at {life.clock(entry.at)} with its queue")


@narrates(BatchItemsReturned)
def _returned(life: Life, entry: Entry, fact: BatchItemsReturned) -> None:
    if not fact.reason.startswith("the invocation"):
        if life.attempts:
            life.attempts[-1].outcome = ""
        life.conclude(f"{fact.reason}{life.by(entry)}")


# Invocations, and the events that lead to them


@narrates(InvocationStarted)
def _started(life: Life, entry: Entry, fact: InvocationStarted) -> None:
    function = name(fact.function)
    if life.subject in fact.message_ids:
        if life.attempts:
            life.attempts[-1].by = function
        return
    if not life.label:
        ids = fact.message_ids
        event = f"with {life.story.number(*ids)}" if ids else short(fact.payload)
        life.label = f"{function}'s invocation {event}"
        life.verb = STARTED
    life.now = ""
    life.attempts.append(Attempt(entry.at, FOREVER, function))


@narrates(InvocationSucceeded)
def _succeeded(life: Life, entry: Entry, fact: InvocationSucceeded) -> None:
    life.conclude(f"{name(fact.function)} succeeded{_after(fact.duration)}")


@narrates(InvocationFailed)
def _failed(life: Life, entry: Entry, fact: InvocationFailed) -> None:
    raised = f"{name(fact.function)} raised {traces.error_of(fact)}"
    life.conclude(f"{raised}{_after(fact.duration)}")


def _after(length: Duration) -> str:
    return f" after {seconds(length)} s" if length else ""


@narrates(InvocationThrottled)
def _throttled(life: Life, entry: Entry, fact: InvocationThrottled) -> None:
    if life.subject in fact.message_ids:
        return  # the batch is tried again, or left in the queue, which is told
    life.attempts.append(Attempt(entry.at, entry.at))
    life.conclude(f"{name(fact.function)} was throttled")


@narrates(EventQueued)
def _queued(life: Life, entry: Entry, fact: EventQueued) -> None:
    life.label = f"{life.story.event(fact.request_id)} {short(fact.excerpt)}"
    life.verb = "tried"
    origin = life.story.origin(entry) or life.by(entry)
    life.then(f"was accepted for {name(fact.function)} at {life.clock(entry.at)}{origin}")
    life.now = "It runs when time is next driven."


@narrates(EventPostponed)
def _postponed(life: Life, entry: Entry, fact: EventPostponed) -> None:
    life.now = f"It will be tried again at {life.clock(fact.until)}."


@narrates(EventGivenUp)
def _given_up(life: Life, entry: Entry, fact: EventGivenUp) -> None:
    after = f"after {number(fact.attempts, 'attempt')}"
    life.over(f"given up at {life.clock(entry.at)} {after}: {fact.condition}")
    if not fact.targets:
        life.aside("Nobody was to be told of it.")


# Notifications


@narrates(NotificationPublished)
def _published(life: Life, entry: Entry, fact: NotificationPublished) -> None:
    life.label = f"{life.story.notification(fact.notification_id)} {short(fact.excerpt)}"
    life.then(f"was published to {name(fact.topic)} at {life.clock(entry.at)}{life.by(entry)}")


@narrates(NotificationDelivered)
def _delivered(life: Life, entry: Entry, fact: NotificationDelivered) -> None:
    whom = name(fact.endpoint) if fact.endpoint.startswith("arn:") else fact.endpoint
    life.then(f"delivered to {whom} at {life.clock(entry.at)}")
