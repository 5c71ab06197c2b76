"""Finds what a test asks about, and explains it."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource, closest
from pytest_fakeaws.journal.entries import (
    EventQueued,
    MessageSent,
    NotificationPublished,
)
from pytest_fakeaws.journal.explanation import Explanations
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.journal.selection import identity, subjects
from pytest_fakeaws.journal.wording import number

__tracebackhide__ = HIDE_FROM_TRACEBACK


def explanations(cloud: Cloud) -> Explanations:
    """The explanations of everything that has happened in *cloud*."""
    cloud.settle()
    return Explanations(cloud.journal, start=cloud.simulation.start, now=cloud.simulation.now)


def explain(thing: object, cloud: Cloud) -> str:
    """What became of a message, or of each that *thing* stands for: a paragraph each.

    Raises:
        UnknownResource: The journal knows of none.
    """
    known = explanations(cloud)
    return "\n".join(known.of(subject) for subject in _subjects(thing, known, cloud.journal))


def _subjects(thing: object, known: Explanations, journal: Journal) -> list[str]:
    if isinstance(thing, (list, tuple)) and not hasattr(thing, "fact"):
        return [subject for one in thing for subject in _subjects(one, known, journal)]
    if hasattr(thing, "arn"):
        found = list(dict.fromkeys(_sent_to(thing, journal)))
    else:
        subject = identity(thing)
        found = [subject] if known.known(subject) else known.named(subject)
    if not found:
        raise _unknown(thing, journal)
    return found


def _sent_to(resource: object, journal: Journal) -> Iterator[str]:
    for entry in (
        *journal.of(queue=resource, kind=MessageSent),
        *journal.of(function=resource, kind=EventQueued),
        *journal.of(topic=resource, kind=NotificationPublished),
    ):
        yield subjects(entry.fact)[0]


def _unknown(thing: object, journal: Journal) -> UnknownResource:
    texts = [
        fact.excerpt
        for fact in journal.of(kind=(MessageSent, NotificationPublished, EventQueued)).facts
        if isinstance(fact, (MessageSent, NotificationPublished, EventQueued))
    ]
    forgotten = (
        f" It has forgotten its oldest {number(journal.dropped, 'fact')}."
        if journal.dropped
        else ""
    )
    return UnknownResource(
        f"Nothing is known of {thing!r}.",
        f"It is no id and no text of the {number(len(texts), 'message')} in the journal.{forgotten}",
        closest(str(thing), texts) if texts else "Nothing was sent, published or queued yet.",
    )
