"""What is told of faults that a test has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.journal.entries import FaultInjected
from pytest_fakeaws.journal.telling import Told, tells
from pytest_fakeaws.journal.wording import name

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story


@tells(FaultInjected)
def _injected(story: Story, entry: Entry, fact: FaultInjected) -> Told:
    who = name(fact.target) if fact.target.startswith("arn:") else fact.target
    known = [story.name(subject) for subject in fact.message_ids if story.knows(subject)]
    about = f" ({', '.join(known)})" if known else ""
    return Told(who, f"injected: {fact.fault}{about}", "bad")
