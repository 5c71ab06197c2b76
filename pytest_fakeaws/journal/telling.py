"""How facts come to be told: a teller for each kind, and the kinds about which nothing is said.

To add a fact: put it into `entries.py`, and either write its teller, a function marked `@tells(TheFact)` in
the module of `tellers/` for its noun, or put it on the list of those that are silent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

from pytest_fakeaws.journal.entries import (
    FunctionCreated,
    FunctionDeleted,
    MappingCreated,
    MappingDeleted,
    QueueCreated,
    SubscriptionCreated,
    TopicCreated,
)

if TYPE_CHECKING:
    from pytest_fakeaws.journal.journal import Entry
    from pytest_fakeaws.journal.story import Story

Tone: TypeAlias = Literal["plain", "good", "bad", "faint", "title"]
"""How a line sounds; whoever shows it chooses the colour."""


class Told(NamedTuple):
    """What a teller says of a fact.

    Attributes:
        who: The queue, function or consumer that it happened to.
        what: What happened, without the instant.
        tone: How it sounds.
        details: More lines, such as what a handler logged.
    """

    who: str
    what: str
    tone: Tone = "plain"
    details: tuple[str, ...] = ()


F = TypeVar("F")
Teller: TypeAlias = "Callable[[Story, Entry, Any], Told | None]"
"""Puts one kind of fact into words, or finds that there is nothing to say."""

TELLERS: dict[type, Teller] = {}

SILENT: frozenset[type] = frozenset(
    {
        QueueCreated,
        TopicCreated,
        SubscriptionCreated,
        FunctionCreated,
        FunctionDeleted,
        MappingCreated,
        MappingDeleted,
    }
)
"""Kinds of facts that happen to no message, and only set the stage."""


def tells(
    kind: type[F],
) -> Callable[[Callable[[Story, Entry, F], Told | None]], Callable[[Story, Entry, F], Told | None]]:
    """Mark the function that puts facts of this kind into words."""

    def mark(
        teller: Callable[[Story, Entry, F], Told | None],
    ) -> Callable[[Story, Entry, F], Told | None]:
        TELLERS[kind] = teller
        return teller

    return mark
