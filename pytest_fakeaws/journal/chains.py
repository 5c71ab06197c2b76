"""Chains of invocations: what led to what, through messages, events and calls, as a journal tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pytest_fakeaws.journal.entries import (
    EventQueued,
    InvocationStarted,
    MessageDeadLettered,
    MessageMoved,
    MessageSent,
    NotificationPublished,
    RecursionStopped,
)
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.wording import name

SUSPICIOUS = 16
"""How often a chain must have been through a function to be called a loop."""


class Link(NamedTuple):
    """One step of a chain.

    Attributes:
        label: What it went through; empty for what is not worth a word.
        depth: How many steps led here.
        before: The step before.
    """

    label: str
    depth: int
    before: Link | None

    def labels(self) -> Iterator[str]:
        """What the chain went through, from here back to its beginning."""
        link: Link | None = self
        while link is not None:
            if link.label:
                yield link.label
            link = link.before


class Chains:
    """Follows the chains of a journal, entry by entry."""

    def __init__(self) -> None:
        self._facts: dict[int, Link] = {}
        self._messages: dict[str, Link] = {}
        self.deepest: Link | None = None

    def read(self, entry: Entry) -> None:
        """Take in the next entry."""
        fact = entry.fact
        if isinstance(fact, MessageSent):
            self._messages[fact.message_id] = _link(
                f"queue {name(fact.queue)}", self._facts.get(entry.cause)
            )
        elif isinstance(fact, MessageDeadLettered):
            self._messages[fact.message_id] = _link(
                f"queue {name(fact.dead_letter_queue)}", self._messages.get(fact.message_id)
            )
        elif isinstance(fact, MessageMoved):
            moved = self._messages.get(fact.message_id)
            self._messages[fact.new_message_id] = _link(f"queue {name(fact.destination)}", moved)
        elif isinstance(fact, NotificationPublished):
            self._facts[entry.number] = _link(
                f"topic {name(fact.topic)}", self._facts.get(entry.cause)
            )
        elif isinstance(fact, EventQueued):
            self._facts[entry.number] = _link("", self._facts.get(entry.cause))
        elif isinstance(fact, InvocationStarted):
            link = self._facts[entry.number] = self._of(entry, fact)
            if self.deepest is None or link.depth > self.deepest.depth:
                self.deepest = link

    def loop(self, entry: Entry, fact: RecursionStopped) -> str:
        """The way in a circle that was stopped, in words."""
        return _loop(self._of(entry, fact), fact.invocations)

    def _of(self, entry: Entry, fact: InvocationStarted | RecursionStopped) -> Link:
        """An invocation, and the longest of the chains that led to it."""
        links = [self._messages[one] for one in fact.message_ids if one in self._messages]
        cause = self._facts.get(entry.cause)
        before = max(links, key=lambda link: link.depth) if links else cause
        return _link(name(fact.function), before)


def longest_loop(entries: Iterable[Entry]) -> str | None:
    """The way in a circle that the longest chain of invocations went, if it went in one often."""
    chains = Chains()
    for entry in entries:
        chains.read(entry)
    if chains.deepest is None:
        return None
    times = sum(label == chains.deepest.label for label in chains.deepest.labels())
    return _loop(chains.deepest, times) if times >= SUSPICIOUS else None


def _loop(last: Link, times: int) -> str:
    way = [last.label]
    for label in [*last.labels()][1:]:
        way.insert(0, label)
        if label == last.label:
            break
    return f"{' -> '.join(way)} -> ... {times:,} times"


def _link(label: str, before: Link | None) -> Link:
    return Link(label, before.depth + 1 if before is not None else 0, before)
