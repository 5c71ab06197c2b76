"""What is told of functions: their invocations, and the asynchronous events on their way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.journal import traces
from pytest_fakeaws.journal.entries import (
    BatchItemsReturned,
    EventGivenUp,
    EventPostponed,
    EventQueued,
    EventReported,
    EventUnreported,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    InvocationThrottled,
    MappingChanged,
    RecursionStopped,
)
from pytest_fakeaws.journal.telling import Told, tells
from pytest_fakeaws.journal.wording import counted, name, number, short
from pytest_fakeaws.sim.instants import Duration, seconds

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story


@tells(InvocationStarted)
def _started(story: Story, entry: Entry, fact: InvocationStarted) -> Told:
    story.begin(entry, fact)
    return Told(name(fact.function), f"attempt {fact.attempt} started{_with(story, fact)}")


def _with(story: Story, fact: InvocationStarted | InvocationThrottled | RecursionStopped) -> str:
    """What an invocation is about: messages of a batch, or an asynchronous event."""
    if fact.message_ids:
        return f" with {story.number(*fact.message_ids)}"
    return f" with {story.event(fact.request_id)}" if story.knows_event(fact.request_id) else ""


def _run(story: Story, invocation: int, length: Duration) -> str:
    batch = story.batch(invocation)
    which = _with(story, batch) if batch else ""
    return which + (f" after {seconds(length)} s" if length else "")


@tells(InvocationSucceeded)
def _succeeded(story: Story, entry: Entry, fact: InvocationSucceeded) -> Told:
    run = _run(story, fact.invocation, fact.duration)
    return Told(name(fact.function), f"succeeded{run}", "good", traces.shown_logs(fact))


@tells(InvocationFailed)
def _failed(story: Story, entry: Entry, fact: InvocationFailed) -> Told:
    error = traces.error_of(fact)
    batch = story.batch(fact.invocation)
    for one in (*batch.message_ids, batch.request_id) if batch is not None else ():
        story.blame(one, f"{name(fact.function)} failed with {error}")
    frames = traces.frames(fact)
    place = f"  ({frames[-1].place})" if frames else ""
    what = f"failed{_run(story, fact.invocation, fact.duration)}: {error}{place}"
    trace = traces.shown_frames(frames)
    news = trace if story.is_news(fact.function, trace) else ()
    return Told(name(fact.function), what, "bad", (*news, *traces.shown_logs(fact)))


@tells(BatchItemsReturned)
def _returned(story: Story, entry: Entry, fact: BatchItemsReturned) -> Told | None:
    if fact.reason in {"the invocation failed", "the invocation was refused"}:
        return None  # which is told already
    for message_id in fact.message_ids:
        story.blame(message_id, fact.reason)
    left = f"{story.number(*fact.message_ids)} left in the queue: {fact.reason}"
    return Told("mapping", left, "bad")


@tells(MappingChanged)
def _mapping_changed(story: Story, entry: Entry, fact: MappingChanged) -> Told:
    return Told("mapping", f"{name(fact.queue)} -> {name(fact.function)}: {fact.state}")


@tells(InvocationThrottled)
def _throttled(story: Story, entry: Entry, fact: InvocationThrottled) -> Told:
    story.blame(fact.request_id, f"{name(fact.function)} was throttled")
    return Told(name(fact.function), f"throttled{_with(story, fact)}: {fact.reason}", "bad")


@tells(RecursionStopped)
def _stopped(story: Story, entry: Entry, fact: RecursionStopped) -> Told:
    loop = f"recursive loop {story.chains.loop(entry, fact)}"
    for one in (*fact.message_ids, fact.request_id):
        story.blame(one, f"{name(fact.function)} was not invoked: {loop}")
    return Told(name(fact.function), f"not invoked{_with(story, fact)}: {loop}", "bad")


@tells(EventQueued)
def _queued(story: Story, entry: Entry, fact: EventQueued) -> Told:
    story.remember(fact.request_id, fact.excerpt)
    queued = f"{story.event(fact.request_id)} queued{story.origin(entry)}"
    return Told(name(fact.function), f"{queued}: {short(fact.excerpt)}")


@tells(EventPostponed)
def _postponed(story: Story, entry: Entry, fact: EventPostponed) -> Told:
    until = story.clock(fact.until)
    return Told(name(fact.function), f"{story.event(fact.request_id)} retried at {until}")


@tells(EventGivenUp)
def _given_up(story: Story, entry: Entry, fact: EventGivenUp) -> Told:
    event, attempts = story.event(fact.request_id), number(fact.attempts, "attempt")
    whom = ", ".join(map(name, fact.targets)) or "nobody"
    failures = story.failures(fact.request_id)
    reason = f"; {counted(failures)}" if failures else ""
    given_up = f"given up by {name(fact.function)} at {story.clock(entry.at)} after {attempts}"
    story.bury_event(fact.request_id, f"{given_up}: {fact.condition}{reason}; told: {whom}")
    return Told(name(fact.function), f"gave up {event} after {attempts}: {fact.condition}", "bad")


@tells(EventReported)
def _reported(story: Story, entry: Entry, fact: EventReported) -> Told:
    event, target = story.event(fact.request_id), name(fact.target)
    return Told(name(fact.function), f"{event} sent to {target} ({fact.role})")


@tells(EventUnreported)
def _unreported(story: Story, entry: Entry, fact: EventUnreported) -> Told:
    event, target = story.event(fact.request_id), name(fact.target)
    dropped = f"not delivered to {target} ({fact.role}), dropped: {short(fact.reason)}"
    return Told(name(fact.function), f"{event} {dropped}", "bad")
