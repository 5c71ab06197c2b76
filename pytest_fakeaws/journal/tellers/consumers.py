"""What is told of the consumers that a test spawns, and of calls that did not go well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.journal.entries import (
    TEST_IS_OVER,
    CallAnswered,
    CallRefused,
    ProcessEnded,
    ProcessStarted,
)
from pytest_fakeaws.journal.telling import Told, Tone, tells
from pytest_fakeaws.journal.wording import short

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story

_PEACEFUL = ("returned", TEST_IS_OVER)


@tells(ProcessStarted)
def _started(story: Story, entry: Entry, fact: ProcessStarted) -> Told:
    story.name_actor(entry, fact.process)
    return Told(fact.process, "started")


@tells(ProcessEnded)
def _ended(story: Story, entry: Entry, fact: ProcessEnded) -> Told:
    tone: Tone = "plain" if fact.how in _PEACEFUL else "bad"
    return Told(fact.process, f"ended: {short(fact.how)}", tone)


@tells(CallAnswered)
def _answered(story: Story, entry: Entry, fact: CallAnswered) -> Told | None:
    if fact.error is None:
        return None
    return Told(f"{fact.service}:{fact.operation}", f"answered {fact.error}", "bad")


@tells(CallRefused)
def _refused(story: Story, entry: Entry, fact: CallRefused) -> Told:
    return Told(f"{fact.service}:{fact.operation}", f"refused: {fact.process} has ended", "bad")
