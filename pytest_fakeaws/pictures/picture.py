"""A picture: what happened, arranged in lanes, before anybody has drawn it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_fakeaws.journal.causality import Causality
from pytest_fakeaws.journal.entries import (
    Fact,
    InvocationFailed,
    InvocationStarted,
    InvocationSucceeded,
    MappingCreated,
    MessageDeadLettered,
    MessageMoved,
)
from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.selection import Entries
from pytest_fakeaws.journal.story import Line, Story
from pytest_fakeaws.journal.telling import Tone
from pytest_fakeaws.journal.wording import name
from pytest_fakeaws.sim.instants import Duration, Instant

KINDS = ("topic", "queue", "function", "process")
"""Kinds of lanes, in the order in which they stand; each is also the field of facts that names one."""

_OTHER = "other"


class Lane(NamedTuple):
    """Where things happen: a queue, a topic, a function or a consumer.

    Attributes:
        kind: Which of these.
        resource: Its ARN, or the name of a consumer.
    """

    kind: str
    resource: str

    @property
    def name(self) -> str:
        """By which people know it."""
        return name(self.resource)


class Mark(NamedTuple):
    """One thing that happened.

    Attributes:
        number: That of its entry in the journal.
        at: When, counted from the start.
        lane: The position of its lane.
        target: That of the lane that a message went to by it, if it went to another.
        text: What happened, in words.
        tone: How it sounds.
        details: More lines that belong to it.
        about: The ids of the messages, events and notifications that it is about.
        parents: The numbers of the marks that it follows from.
        fact: What happened.
    """

    number: int
    at: Duration
    lane: int
    target: int | None
    text: str
    tone: Tone
    details: tuple[str, ...]
    about: tuple[str, ...]
    parents: tuple[int, ...]
    fact: Fact


class Picture(NamedTuple):
    """What happened, arranged in lanes.

    Attributes:
        title: What it is of.
        start: The instant that counts as zero.
        seed: That of the run.
        lanes: From left to right.
        marks: From top to bottom.
        names: The short names of messages, events and notifications, by id.
        ends: What became of those that nobody handled, by id.
        dropped: How many facts the journal had forgotten.
    """

    title: str
    start: Instant
    seed: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    names: Mapping[str, str]
    ends: Mapping[str, str]
    dropped: int

    @property
    def lasted(self) -> Duration:
        """How much virtual time there is in it."""
        return self.marks[-1].at if self.marks else 0

    def paths(self) -> dict[str, list[Mark]]:
        """The marks of each message, event and notification, by id."""
        paths: dict[str, list[Mark]] = {}
        for mark in self.marks:
            for subject in mark.about:
                paths.setdefault(subject, []).append(mark)
        return paths


def arranged(entries: Iterable[Entry], *, title: str, start: Instant, seed: int) -> Picture:
    """A picture of what a journal tells.

    Args:
        entries: The journal's, oldest first.
        title: What it is of.
        start: The instant that counts as zero.
        seed: That of the run.
    """
    kept = Entries(entries)
    story = Story(start)
    told = list(story.lines(kept))
    facts = {entry.number: entry.fact for entry in kept}
    lanes = _Lanes(facts.values())
    homes = [lanes.of(facts[line.number], line) for line in told]
    targets = [lanes.target(facts[line.number]) for line in told]
    order = sorted(lanes.found, key=lambda lane: _rank(lane.kind))
    position: dict[Lane | None, int] = {lane: number for number, lane in enumerate(order)}
    parents = _parents(kept, {line.number for line in told})
    subjects = _Subjects(story, facts)
    marks = tuple(
        Mark(
            line.number,
            line.at,
            position[home],
            position.get(target),
            line.what,
            line.tone,
            line.details,
            subjects.of(line),
            parents[line.number],
            facts[line.number],
        )
        for line, home, target in zip(told, homes, targets, strict=True)
    )
    return Picture(
        title,
        start,
        seed,
        tuple(order),
        marks,
        subjects.names,
        {death.subject: death.why for death in story.deaths},
        dropped=kept[0].number - 1 if kept else 0,
    )


class _Lanes:
    """Finds the lane of each fact."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.found: dict[Lane, None] = {}
        self._functions = {
            fact.mapping: fact.function for fact in facts if isinstance(fact, MappingCreated)
        }

    def of(self, fact: Fact, line: Line) -> Lane:
        lane = self._of(fact, line)
        self.found[lane] = None
        return lane

    def target(self, fact: Fact) -> Lane | None:
        """Where a message went by this fact, if it went to another queue."""
        if not isinstance(fact, (MessageDeadLettered, MessageMoved)):
            return None
        lane = Lane("queue", _destination(fact))
        self.found[lane] = None
        return lane

    def _of(self, fact: Fact, line: Line) -> Lane:
        for kind in KINDS:
            resource = getattr(fact, kind, None)
            if resource:
                return Lane(kind, resource)
        function = self._functions.get(getattr(fact, "mapping", ""))
        return Lane("function", function) if function else Lane(_OTHER, line.who)


class _Subjects:
    """Tells what each line is about: an invocation of a batch is about the messages in it.

    Attributes:
        names: Short names, by id.
    """

    def __init__(self, story: Story, facts: Mapping[int, Fact]) -> None:
        self.names: dict[str, str] = {}
        self._story = story
        self._facts = facts
        self._invocations = 0

    def of(self, line: Line) -> tuple[str, ...]:
        """The ids that a line is about."""
        about = tuple(dict.fromkeys(self._about(line)))
        for subject in about:
            if subject not in self.names:
                self.names[subject] = self._name(subject)
        return about

    def _about(self, line: Line) -> tuple[str, ...]:
        fact = self._facts[line.number]
        if isinstance(fact, (InvocationSucceeded, InvocationFailed)):
            fact = self._facts.get(fact.invocation, fact)
        if isinstance(fact, InvocationStarted) and fact.message_ids:
            return fact.message_ids
        return line.about

    def _name(self, subject: str) -> str:
        name = self._story.name(subject)
        if name != subject:
            return name
        self._invocations += 1
        return f"invocation {self._invocations}"


def _destination(fact: MessageDeadLettered | MessageMoved) -> str:
    return fact.dead_letter_queue if isinstance(fact, MessageDeadLettered) else fact.destination


def _rank(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _parents(entries: Entries, told: set[int]) -> dict[int, tuple[int, ...]]:
    """The nearest causes of each entry that are told of, through those that are not."""
    causality = Causality(entries)
    nearest: dict[int, tuple[int, ...]] = {}
    for entry in entries:
        found: dict[int, None] = {}
        for parent in sorted(causality.parents(entry)):
            found.update(
                {parent: None} if parent in told else dict.fromkeys(nearest.get(parent, ()))
            )
        nearest[entry.number] = tuple(found)
    return nearest
