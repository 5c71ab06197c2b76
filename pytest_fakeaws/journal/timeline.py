"""The timeline: a journal as people read it, message by message, in virtual time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from pytest_fakeaws.journal.entries import (
    BatchItemsReturned,
    CallAnswered,
    CallRefused,
    EventGivenUp,
    EventPostponed,
    EventQueued,
    EventReported,
    EventUnreported,
    Fact,
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
    MoveTaskEnded,
    MoveTaskStarted,
    ProcessEnded,
    ProcessStarted,
    QueueDeleted,
    QueuePurged,
    VisibilityChanged,
)
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.sim.instants import Duration, Instant, seconds, timer, to_datetime

LINES = 80
"""How many lines of events a timeline has at the most."""

_SHORT = 60


class Story:
    """Reads a journal from the beginning and tells it line by line.

    Args:
        start: The instant that counts as zero.
    """

    def __init__(self, start: Instant) -> None:
        self._start = start
        self._numbers: dict[str, int] = {}
        self._bodies: dict[str, str] = {}
        self._events: dict[str, int] = {}
        self._batches: dict[int, InvocationStarted] = {}
        self._processes: dict[int, str] = {}
        self._failures: dict[str, Counter[str]] = {}
        self.deaths: list[str] = []

    def lines(self, entries: Iterable[Entry]) -> Iterator[str]:
        """One line for each entry that says something about a message."""
        for entry in entries:
            told = self._tell(entry)
            if told is not None:
                who, what = told
                yield f"{timer(entry.at - self._start)}  {who:<16} {what}"

    def _tell(self, entry: Entry) -> tuple[str, str] | None:
        fact = entry.fact
        method = self._TELLERS.get(type(fact))
        return method(self, entry, fact) if method is not None else None

    def _of(self, *message_ids: str) -> str:
        numbers = [self._numbers.setdefault(one, len(self._numbers) + 1) for one in message_ids]
        return ", ".join(f"#{number}" for number in numbers)

    def _clock(self, when: Instant) -> str:
        return timer(when - self._start)

    def _by(self, entry: Entry) -> str:
        """Which consumer's doing it was, if it was one's."""
        process = self._processes.get(entry.cause)
        return f" by {process}" if process is not None else ""

    def _sent(self, entry: Entry, fact: MessageSent) -> tuple[str, str]:
        self._bodies[fact.message_id] = fact.excerpt
        delay = f", visible at {self._clock(fact.visible_at)}" if fact.visible_at > entry.at else ""
        return _name(fact.queue), f"{self._of(fact.message_id)} sent{delay}: {_short(fact.excerpt)}"

    def _received(self, entry: Entry, fact: MessageReceived) -> tuple[str, str]:
        until = self._clock(fact.hidden_until)
        received = f"received{self._by(entry)}, time {fact.receive_count}; hidden until {until}"
        return _name(fact.queue), f"{self._of(fact.message_id)} {received}"

    def _deleted(self, entry: Entry, fact: MessageDeleted) -> tuple[str, str]:
        return _name(fact.queue), f"{self._of(fact.message_id)} deleted{self._by(entry)}"

    def _changed(self, entry: Entry, fact: VisibilityChanged) -> tuple[str, str]:
        until = self._clock(fact.hidden_until)
        return _name(fact.queue), f"{self._of(fact.message_id)} hidden until {until} instead"

    def _expired(self, entry: Entry, fact: MessageExpired) -> tuple[str, str]:
        when = self._clock(fact.expired_at)
        self._bury(fact.message_id, f"expired in {_name(fact.queue)} at {when}, unhandled")
        return _name(fact.queue), f"{self._of(fact.message_id)} had expired at {when}"

    def _dead_lettered(self, entry: Entry, fact: MessageDeadLettered) -> tuple[str, str]:
        times = f"received {_times(fact.receive_count)}, {fact.max_receive_count} allowed"
        failures = self._failures.get(fact.message_id)
        reason = f"; {_counted(failures)}" if failures else "; nobody deleted it"
        target = _name(fact.dead_letter_queue)
        self._bury(
            fact.message_id,
            f"moved from {_name(fact.queue)} to {target} at {self._clock(entry.at)}: {times}{reason}",
        )
        return _name(fact.queue), f"{self._of(fact.message_id)} dead-lettered to {target}: {times}"

    def _deduplicated(self, entry: Entry, fact: MessageDeduplicated) -> tuple[str, str]:
        return (
            _name(fact.queue),
            f"sent again, deduplicated: {self._of(fact.message_id)} stands for both",
        )

    def _moved(self, entry: Entry, fact: MessageMoved) -> tuple[str, str]:
        target, again = _name(fact.destination), self._of(fact.new_message_id)
        return _name(fact.queue), f"{self._of(fact.message_id)} moved to {target} as {again}"

    def _task_started(self, entry: Entry, fact: MoveTaskStarted) -> tuple[str, str]:
        target = _name(fact.destination) if fact.destination else "their source queues"
        return _name(fact.queue), f"move task started: {fact.messages} messages to {target}"

    def _task_ended(self, entry: Entry, fact: MoveTaskEnded) -> tuple[str, str]:
        return _name(fact.queue), f"move task {fact.status.lower()}: {fact.moved} messages moved"

    def _bury(self, message_id: str, why: str) -> None:
        body = _short(self._bodies.get(message_id, ""))
        self.deaths.append(f"{self._of(message_id)} {body}\n    {why}")

    def _started(self, entry: Entry, fact: InvocationStarted) -> tuple[str, str]:
        self._batches[entry.number] = fact
        return _name(fact.function), f"attempt {fact.attempt} started{self._with(fact)}"

    def _with(self, fact: InvocationStarted | InvocationThrottled) -> str:
        """What an invocation is about: messages of a batch, or an asynchronous event."""
        if fact.message_ids:
            return f" with {self._of(*fact.message_ids)}"
        return f" with {self._event(fact.request_id)}" if fact.request_id in self._events else ""

    def _succeeded(self, entry: Entry, fact: InvocationSucceeded) -> tuple[str, str]:
        return _name(fact.function), f"succeeded{self._run(fact.invocation, fact.duration)}"

    def _failed(self, entry: Entry, fact: InvocationFailed) -> tuple[str, str]:
        error = _error(fact)
        batch = self._batches.get(fact.invocation)
        for one in (*batch.message_ids, batch.request_id) if batch is not None else ():
            self._blame(one, f"{_name(fact.function)} failed with {error}")
        return (
            _name(fact.function),
            f"failed{self._run(fact.invocation, fact.duration)}: {error}{_last_line(fact)}",
        )

    def _returned(self, entry: Entry, fact: BatchItemsReturned) -> tuple[str, str] | None:
        if fact.reason != "the invocation failed":
            for message_id in fact.message_ids:
                self._blame(message_id, fact.reason)
            return "mapping", f"{self._of(*fact.message_ids)} left in the queue: {fact.reason}"
        return None

    def _throttled(self, entry: Entry, fact: InvocationThrottled) -> tuple[str, str]:
        self._blame(fact.request_id, f"{_name(fact.function)} was throttled")
        return _name(fact.function), f"throttled{self._with(fact)}: {fact.reason}"

    def _event(self, request_id: str) -> str:
        number = self._events.setdefault(request_id, len(self._events) + 1)
        return f"event {number}"

    def _queued(self, entry: Entry, fact: EventQueued) -> tuple[str, str]:
        self._bodies[fact.request_id] = fact.excerpt
        return _name(
            fact.function
        ), f"{self._event(fact.request_id)} queued: {_short(fact.excerpt)}"

    def _postponed(self, entry: Entry, fact: EventPostponed) -> tuple[str, str]:
        until = self._clock(fact.until)
        return _name(fact.function), f"{self._event(fact.request_id)} retried at {until}"

    def _given_up(self, entry: Entry, fact: EventGivenUp) -> tuple[str, str]:
        event, attempts = self._event(fact.request_id), _number(fact.attempts, "attempt")
        whom = ", ".join(map(_name, fact.targets)) or "nobody"
        failures = self._failures.get(fact.request_id)
        reason = f"; {_counted(failures)}" if failures else ""
        self.deaths.append(
            f"{event} {_short(self._bodies.get(fact.request_id, ''))}\n"
            f"    given up by {_name(fact.function)} at {self._clock(entry.at)} after {attempts}: "
            f"{fact.condition}{reason}; told: {whom}"
        )
        return _name(fact.function), f"gave up {event} after {attempts}: {fact.condition}"

    def _reported(self, entry: Entry, fact: EventReported) -> tuple[str, str]:
        event, target = self._event(fact.request_id), _name(fact.target)
        return _name(fact.function), f"{event} sent to {target} ({fact.role})"

    def _unreported(self, entry: Entry, fact: EventUnreported) -> tuple[str, str]:
        event, target = self._event(fact.request_id), _name(fact.target)
        dropped = f"not delivered to {target} ({fact.role}), dropped: {_short(fact.reason)}"
        return _name(fact.function), f"{event} {dropped}"

    def _process_started(self, entry: Entry, fact: ProcessStarted) -> tuple[str, str]:
        self._processes[entry.number] = fact.process
        return fact.process, "started"

    def _process_ended(self, entry: Entry, fact: ProcessEnded) -> tuple[str, str]:
        return fact.process, f"ended: {_short(fact.how)}"

    def _blame(self, message_id: str, why: str) -> None:
        self._failures.setdefault(message_id, Counter())[why] += 1

    def _run(self, invocation: int, length: Duration) -> str:
        batch = self._batches.get(invocation)
        which = self._with(batch) if batch else ""
        return which + (f" after {seconds(length)} s" if length else "")

    def _purged(self, entry: Entry, fact: QueuePurged) -> tuple[str, str]:
        return _name(fact.queue), f"purged of {_number(fact.messages, 'message')}"

    def _queue_deleted(self, entry: Entry, fact: QueueDeleted) -> tuple[str, str]:
        return _name(fact.queue), "deleted"

    def _answered(self, entry: Entry, fact: CallAnswered) -> tuple[str, str] | None:
        if fact.error is None:
            return None
        return f"{fact.service}:{fact.operation}", f"answered {fact.error}"

    def _refused(self, entry: Entry, fact: CallRefused) -> tuple[str, str]:
        return f"{fact.service}:{fact.operation}", f"refused: {fact.process} has ended"

    _TELLERS: ClassVar[dict[type[Fact], Any]] = {
        MessageSent: _sent,
        MessageReceived: _received,
        MessageDeleted: _deleted,
        VisibilityChanged: _changed,
        MessageExpired: _expired,
        MessageDeadLettered: _dead_lettered,
        MessageDeduplicated: _deduplicated,
        MessageMoved: _moved,
        MoveTaskStarted: _task_started,
        MoveTaskEnded: _task_ended,
        ProcessStarted: _process_started,
        ProcessEnded: _process_ended,
        InvocationStarted: _started,
        InvocationSucceeded: _succeeded,
        InvocationFailed: _failed,
        InvocationThrottled: _throttled,
        EventQueued: _queued,
        EventPostponed: _postponed,
        EventGivenUp: _given_up,
        EventReported: _reported,
        EventUnreported: _unreported,
        BatchItemsReturned: _returned,
        QueuePurged: _purged,
        QueueDeleted: _queue_deleted,
        CallAnswered: _answered,
        CallRefused: _refused,
    }


def timeline(entries: Iterable[Entry], *, start: Instant, seed: int) -> str:
    """What happened, and why messages died.

    Args:
        entries: The journal's, oldest first.
        start: The instant that counts as zero.
        seed: Shown, so that the run can be repeated.
    """
    story = Story(start)
    lines = list(story.lines(entries))
    if len(lines) > LINES:
        head, tail = LINES // 4, LINES - LINES // 4
        left_out = f"          ... {_number(len(lines) - LINES, 'more line')} ..."
        lines = [*lines[:head], left_out, *lines[-tail:]]
    heading = f"virtual time since {to_datetime(start):%Y-%m-%d %H:%M:%S} UTC, seed {seed}"
    parts = [heading, "", *(lines or ["nothing happened"])]
    if story.deaths:
        parts += [
            "",
            "what became of lost messages:",
            *(f"  {death}" for death in story.deaths[-LINES:]),
        ]
    return "\n".join(parts)


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _counted(failures: Counter[str]) -> str:
    return "; ".join(
        why if count == 1 else f"{why} ({_times(count)})" for why, count in failures.items()
    )


def _error(fact: InvocationFailed) -> str:
    document = json.loads(fact.payload)
    return _short(f"{document['errorType']}: {document['errorMessage']}")


def _last_line(fact: InvocationFailed) -> str:
    """Where in the handler's own code it failed."""
    trace = json.loads(fact.payload).get("stackTrace")
    return f"  ({trace[-1].split(chr(10))[0].strip()})" if trace else ""
