"""The timeline: a story as the report of a failing test shows it, in virtual time, and bounded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.story import Death, Line, Story
from pytest_fakeaws.journal.telling import Tone
from pytest_fakeaws.journal.wording import number
from pytest_fakeaws.sim.instants import Instant, to_datetime

LINES = 80
"""How many lines of events a timeline has at the most."""

ENDS = 20
"""How many lost messages it explains at the most, and how many leftovers it lists."""

_DETAIL = " " * 29


class Row(NamedTuple):
    """One row of text, and how it sounds."""

    text: str
    tone: Tone = "plain"


class Timeline(str):
    """The text of a timeline.

    Attributes:
        tones: How each of its lines sounds.
    """

    __slots__ = ("tones",)
    tones: tuple[Tone, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Timeline:
        """The text that *rows* make."""
        kept = tuple(rows)
        timeline = cls("\n".join(row.text for row in kept))
        timeline.tones = tuple(row.tone for row in kept)
        return timeline


def timeline(
    entries: Iterable[Entry],
    *,
    start: Instant,
    seed: int,
    schedule: str = "",
    concerned: Collection[str] = (),
    sections: Mapping[str, Sequence[object]] = MappingProxyType({}),
) -> Timeline:
    """What happened, why messages died, and what else there is to say.

    Args:
        entries: The journal's, oldest first.
        start: The instant that counts as zero.
        seed: Shown, so that the run can be repeated.
        schedule: What else is needed for that, if anything.
        concerned: Ids of messages and events that a failure is about: where not everything finds room,
            they come before others.
        sections: What else is to be listed, by title.
    """
    story = Story(start)
    lines = list(story.lines(entries))
    heading = f"virtual time since {to_datetime(start):%Y-%m-%d %H:%M:%S} UTC, seed {seed}"
    if schedule:
        heading += f", {schedule}"
    return Timeline.of(
        chain(
            (Row(heading, "faint"), Row("")),
            _events(lines, frozenset(concerned)) if lines else (Row("nothing happened"),),
            _section("what became of lost messages:", _deaths(story.deaths, concerned)),
            *(_section(title, _listed(things)) for title, things in sections.items()),
        )
    )


def only(entries: Iterable[Entry], *, start: Instant, concerned: Collection[str]) -> Timeline:
    """The lines about some messages and events, and nothing else."""
    wanted = frozenset(concerned)
    lines = [line for line in Story(start).lines(entries) if not wanted.isdisjoint(line.about)]
    return Timeline.of(_events(lines, wanted))


def _events(lines: Sequence[Line], concerned: frozenset[str]) -> Iterator[Row]:
    shown = _chosen(lines, concerned)
    skipped = 0
    for position, line in enumerate(lines):
        if position not in shown:
            skipped += 1
            continue
        if skipped:
            yield _fold(skipped)
        skipped = 0
        yield Row(str(line), line.tone)
        yield from (Row(f"{_DETAIL}{detail}", "faint") for detail in line.details)
    if skipped:
        yield _fold(skipped)


def _fold(skipped: int) -> Row:
    return Row(f"          ... {number(skipped, 'more line')} ...", "faint")


def _chosen(lines: Sequence[Line], concerned: frozenset[str]) -> set[int]:
    """The positions of the lines that find room: the concerned, how it began, and the newest."""
    room = LINES
    chosen: set[int] = set()
    for position in _by_weight(lines, concerned):
        if position not in chosen:
            room -= lines[position].rows
            if room < 0:
                break
            chosen.add(position)
    return chosen


def _by_weight(lines: Sequence[Line], concerned: frozenset[str]) -> Iterator[int]:
    newest_first = range(len(lines) - 1, -1, -1)
    about = [one for one in newest_first if not concerned.isdisjoint(lines[one].about)]
    yield from about[: LINES * 3 // 4]
    yield from range(min(LINES // 4, len(lines)))
    yield from newest_first


def _deaths(deaths: Sequence[Death], concerned: Collection[str]) -> list[str]:
    """What became of those that nobody handled: first those that a failure is about, then the newest."""
    about = [death for death in deaths if death.subject in concerned]
    others = [death for death in deaths if death.subject not in concerned]
    shown = {*about[-ENDS:], *others[max(0, len(deaths) - ENDS) :]}
    return [f"  {death}" for death in deaths if death in shown] + _and_more(len(deaths))


def _listed(things: Sequence[object]) -> list[str]:
    return [f"  {one}" for one in things[:ENDS]] + _and_more(len(things))


def _and_more(count: int) -> list[str]:
    return [f"  ... and {number(count - ENDS, 'other')}"] if count > ENDS else []


def _section(title: str, texts: Sequence[str]) -> Iterator[Row]:
    if texts:
        yield Row("")
        yield Row(title, "title")
        for text in texts:
            first, *rest = text.split("\n")
            yield Row(first)
            yield from (Row(line, "bad") for line in rest)
