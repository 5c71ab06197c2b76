"""Explanations: what became of messages, events, notifications and invocations, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_fakeaws.journal.entries import (
    EventQueued,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    MessageSent,
    NotificationPublished,
    ProcessStarted,
    QueueDeleted,
    QueuePurged,
    excerpt,
)
from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.life import Life
from pytest_fakeaws.journal.narrators import NARRATORS
from pytest_fakeaws.journal.selection import Entries, subjects
from pytest_fakeaws.journal.story import Line, Story
from pytest_fakeaws.journal.wording import name
from pytest_fakeaws.sim.instants import Instant, timer

_OF_A_QUEUE = (QueuePurged, QueueDeleted)
_ENDS = (InvocationSucceeded, InvocationFailed)


class Explanations:
    """Reads a journal, and explains what it is about.

    Args:
        entries: The journal's, oldest first.
        start: The instant that counts as zero.
        now: The present instant.
    """

    def __init__(self, entries: Iterable[Entry], *, start: Instant, now: Instant) -> None:
        self._entries = Entries(entries)
        self._now = now
        self._story = Story(start)
        self._lines = {line.number: line for line in self._story.lines(self._entries)}
        self._actors = dict(_actors(self._entries))
        self._begun: dict[int, tuple[str, ...]] = {
            entry.number: subjects(entry.fact)
            for entry in self._entries
            if isinstance(entry.fact, InvocationStarted)
        }

    def known(self, subject: str) -> bool:
        """Whether the journal has anything about an id."""
        return any(subject in subjects(entry.fact) for entry in self._entries)

    def named(self, text: str) -> list[str]:
        """The ids of all messages, notifications and events with this text, oldest first."""
        beginning = excerpt(text)
        found: dict[str, None] = {}
        for entry in self._entries:
            fact = entry.fact
            is_text = isinstance(fact, (MessageSent, NotificationPublished, EventQueued))
            if is_text and fact.excerpt == beginning:  # type: ignore[union-attr]
                found[subjects(fact)[0]] = None
        return list(found)

    def of(self, subject: str) -> str:
        """What became of the message, event, notification or invocation with this id."""
        life = Life(subject, self._story, self._actors)
        for entry in self._about(subject):
            narrator = NARRATORS.get(type(entry.fact))
            if narrator is not None:
                narrator(life, entry, entry.fact)
            elif entry.number in self._lines:
                _tell(life, self._lines[entry.number])
        return life.sentences(self._now)

    def _about(self, subject: str) -> Iterator[Entry]:
        for entry in self._entries:
            fact = entry.fact
            about = subjects(fact)
            if isinstance(fact, _ENDS):
                about = (*about, *self._begun.get(fact.invocation, ()))
            if subject in about or isinstance(fact, _OF_A_QUEUE):
                yield entry


def _tell(life: Life, line: Line) -> None:
    """Add what the timeline says, for want of better words."""
    words = life.label.split(" ")[: 1 if life.label.startswith("#") else 2]
    life.then(f"{line.what.removeprefix(' '.join(words)).strip()} at {timer(line.at)}")


def _actors(entries: Iterable[Entry]) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry.fact, ProcessStarted):
            yield entry.number, entry.fact.process
        elif isinstance(entry.fact, InvocationStarted):
            yield entry.number, name(entry.fact.function)
