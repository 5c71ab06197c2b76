"""Invocations, as a test sees them: what the journal tells of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from pytest_fakeaws.handles.views import Look
from pytest_fakeaws.journal.entries import InvocationFailed, InvocationStarted, InvocationSucceeded
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.view import View
from pytest_fakeaws.services.lambda_.outcomes import message_of
from pytest_fakeaws.sim.instants import to_datetime, to_timedelta

Chosen: TypeAlias = Callable[[Entry, InvocationStarted], bool]
"""Whether the invocation that started by this entry is one of those that are asked for."""


@dataclass(frozen=True, repr=False)
class Invocation:
    """One run of a handler, as it stood when it was looked at.

    Attributes:
        event: What the handler was given.
        request_id: The id that it saw in its context.
        attempt: 1 for the first try; for a batch the highest receive count in it, for an asynchronous event
            the number of this try.
        started: When it started, as an aware `datetime`.
        duration: How much virtual time it took, without the import of a package; `None` while it runs.
        result: What it returned, or `None`.
        error: What it raised, with its traceback, or `None`.
        logs: What it printed and logged.
        log_stream: The CloudWatch log stream that has it, between AWS's own lines.
    """

    event: Any
    request_id: str
    attempt: int
    started: datetime
    duration: timedelta | None = None
    result: Any = None
    error: BaseException | None = None
    logs: str = ""
    log_stream: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the handler has returned."""
        return self.duration is not None and self.error is None

    def __repr__(self) -> str:
        when = f"attempt {self.attempt} at {self.started:%Y-%m-%d %H:%M:%S}"
        if self.duration is None:
            return f"<Invocation, {when}: runs>"
        outcome = (
            f"returned {self.result!r}"
            if self.error is None
            else f"{type(self.error).__name__}: {message_of(self.error)}"
        )
        return f"<Invocation, {when}: {shortened(outcome)}>"


class Invocations(View[Invocation]):
    """Invocations, in the order in which they started. They equal a list of the same ones."""

    look: Look | None = None

    @classmethod
    def of(cls, chosen: Chosen, look: Look) -> Invocations:
        """The chosen ones of all invocations."""
        view = cls(invocations_of(chosen, look.cloud.journal).values())
        view.look = look
        return view


def invocations_of(chosen: Chosen, entries: Iterable[Entry]) -> dict[int, Invocation]:
    """The chosen invocations that *entries* tell of, by the number of the first about each."""
    ends: dict[int, InvocationSucceeded | InvocationFailed] = {}
    starts: list[tuple[Entry, InvocationStarted]] = []
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, InvocationStarted):
            if chosen(entry, fact):
                starts.append((entry, fact))
        elif isinstance(fact, (InvocationSucceeded, InvocationFailed)):
            ends[fact.invocation] = fact
    return {
        entry.number: _invocation(entry, fact, ends.get(entry.number)) for entry, fact in starts
    }


def _invocation(
    entry: Entry, start: InvocationStarted, end: InvocationSucceeded | InvocationFailed | None
) -> Invocation:
    event = json.loads(start.payload)
    started = to_datetime(entry.at)
    if end is None:
        return Invocation(
            event, start.request_id, start.attempt, started, log_stream=start.log_stream
        )
    failed = isinstance(end, InvocationFailed)
    return Invocation(
        event,
        start.request_id,
        start.attempt,
        started,
        to_timedelta(end.duration),
        result=None if failed else json.loads(end.payload),
        error=end.error if isinstance(end, InvocationFailed) else None,
        logs=end.logs,
        log_stream=start.log_stream,
    )


def running(chosen: Chosen, entries: Iterable[Entry]) -> tuple[tuple[datetime, int], ...]:
    """How many of the chosen invocations ran at once: each change, and the number from then on."""
    changes: list[tuple[datetime, int]] = []
    started: set[int] = set()
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, InvocationStarted) and chosen(entry, fact):
            started.add(entry.number)
        elif (
            isinstance(fact, (InvocationSucceeded, InvocationFailed)) and fact.invocation in started
        ):
            started.discard(fact.invocation)
        else:
            continue
        changes.append((to_datetime(entry.at), len(started)))
    return tuple(changes)


_SHOWN = 60


def shortened(text: str) -> str:
    """The beginning of *text*, for a `repr`."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
