"""Entries of a journal, and how to ask for some of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.errors import UnknownOption, closest
from pytest_fakeaws.journal import entries as vocabulary
from pytest_fakeaws.journal.entries import Fact
from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.view import View
from pytest_fakeaws.journal.wording import name
from pytest_fakeaws.sim.instants import FOREVER, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_RESOURCES: dict[str, tuple[str, ...]] = {
    "sqs": ("queue", "dead_letter_queue", "destination", "target", "endpoint"),
    "lambda": ("function", "target", "endpoint"),
    "sns": ("topic", "target"),
}
"""The fields of facts that may name a resource of a service."""

_SUBJECTS = ("message_id", "new_message_id", "request_id", "notification_id")
"""The fields of facts that name what they are about."""


def subjects(fact: Fact) -> tuple[str, ...]:
    """The ids of the messages, notifications and asynchronous events that *fact* is about."""
    ids = [getattr(fact, field) for field in _SUBJECTS if hasattr(fact, field)]
    return (*filter(None, ids), *getattr(fact, "message_ids", ()))


def concerns(fact: Fact, subject: str) -> bool:
    """Whether *fact* is about the message, notification or event with this id."""
    return subject in subjects(fact)


class Entries(View[Entry]):
    """Entries of a journal, oldest first."""

    __slots__ = ()

    @property
    def facts(self) -> View[Fact]:
        """What happened, without when and why."""
        return View(entry.fact for entry in self)

    def of(
        self,
        *,
        message: Any = None,
        queue: Any = None,
        function: Any = None,
        topic: Any = None,
        kind: Any = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> Entries:
        """Those that fit all that is asked for.

        Args:
            message: A message, a notification, an invocation, or the id of one.
            queue: A queue, or its name, URL or ARN.
            function: A function, or its name or ARN.
            topic: A topic, or its name or ARN.
            kind: A class of facts, its name, or several of these.
            since: From then on: a `datetime` or ISO 8601 text.
            until: Up to and including then.

        Raises:
            UnknownOption: There is no such kind of fact.

        Example:
            >>> fakeaws.journal.of(queue=orders, kind=MessageSent).of(until=noon)  # doctest: +SKIP
        """
        tests = [
            *_about(message),
            *_at("sqs", queue),
            *_at("lambda", function),
            *_at("sns", topic),
            *_kinds(kind),
        ]
        earliest = 0 if since is None else instant(since)
        latest = FOREVER if until is None else instant(until)
        return Entries(
            entry
            for entry in self
            if earliest <= entry.at <= latest and all(test(entry.fact) for test in tests)
        )


def identity(thing: Any) -> str:
    """The id of a message, a notification or an invocation, if *thing* is not the id itself."""
    return str(getattr(thing, "id", None) or getattr(thing, "request_id", None) or thing)


def _about(message: Any) -> Iterator[Callable[[Fact], bool]]:
    if message is not None:
        subject = identity(message)
        yield lambda fact: concerns(fact, subject)


def _at(service: str, resource: Any) -> Iterator[Callable[[Fact], bool]]:
    if resource is None:
        return
    known_as = str(getattr(resource, "arn", resource))
    mark = f":{service}:"

    def named(fact: Fact) -> bool:
        arns = (getattr(fact, field, None) for field in _RESOURCES[service])
        return any(arn is not None and mark in arn and _is(arn, known_as) for arn in arns)

    yield named


def _is(arn: str, known_as: str) -> bool:
    return known_as in {arn, name(arn)} or known_as.endswith(f"/{name(arn)}")


def _kinds(kind: Any) -> Iterator[Callable[[Fact], bool]]:
    if kind is None:
        return
    kinds = tuple(map(_kind, kind if isinstance(kind, (tuple, list, set, frozenset)) else (kind,)))
    yield lambda fact: isinstance(fact, kinds)


def _kind(kind: Any) -> type:
    if isinstance(kind, type):
        return kind
    known = {one.__name__: one for one in vocabulary.KINDS}
    if kind not in known:
        raise UnknownOption(
            f"There is no kind of fact {kind!r}.",
            "The kinds are the classes of pytest_fakeaws.journal.entries.",
            closest(str(kind), known),
        )
    return known[kind]
