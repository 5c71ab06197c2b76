"""The timeline: a story as the report of a failing test shows it, in virtual time."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.story import Story
from pytest_fakeaws.journal.wording import number
from pytest_fakeaws.sim.instants import Instant, to_datetime

LINES = 80
"""How many lines of events a timeline has at the most."""


def timeline(entries: Iterable[Entry], *, start: Instant, seed: int) -> str:
    """What happened, and why messages died.

    Args:
        entries: The journal's, oldest first.
        start: The instant that counts as zero.
        seed: Shown, so that the run can be repeated.
    """
    story = Story(start)
    lines = list(map(str, story.lines(entries)))
    if len(lines) > LINES:
        head, tail = LINES // 4, LINES - LINES // 4
        left_out = f"          ... {number(len(lines) - LINES, 'more line')} ..."
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
