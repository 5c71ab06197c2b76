"""Views: plain read-only sequences of what a queue holds or held, and the attributes of messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.journal.journal import Entry, Journal
from pytest_fakeaws.journal.view import View
from pytest_fakeaws.services.sqs.message import Message as QueuedMessage


class History(tuple[Entry, ...]):  # noqa: SLOT001 - a tuple's subclass cannot have any
    """What happened to one message, oldest first.

    Attributes:
        complete: Whether nothing is missing; the journal forgets its oldest entries when it is full.
    """

    complete: bool

    @classmethod
    def of(cls, message_id: str, journal: Journal) -> History:
        """What *journal* knows about the message."""
        history = cls(journal.of(message=message_id))
        history.complete = not journal.dropped
        return history

    def __str__(self) -> str:
        lines = [str(entry) for entry in self]
        if not self.complete:
            lines.insert(0, "(the journal was full: older entries are gone)")
        return "\n".join(lines)


@dataclass(frozen=True)
class Message:
    """A message as it stood when it was looked at.

    Attributes:
        body: The text that was sent.
        id: Its message id.
        receive_count: How often it has been received, over all queues.
        attributes: The sender's attributes: text, or bytes for binary ones.
    """

    body: str
    id: str
    receive_count: int
    attributes: dict[str, str | bytes]
    _journal: Journal = field(repr=False, compare=False)

    @property
    def history(self) -> History:
        """What happened to it, up to now."""
        return History.of(self.id, self._journal)


class Look(NamedTuple):
    """Where and at what somebody looked, for whoever has to explain what was seen.

    Attributes:
        cloud: Where.
        name: The name of the queue or function.
        standing: How what was seen stands to that, between its number and the name.
    """

    cloud: Cloud
    name: str
    standing: str


class Messages(View[Message]):
    """Messages in the order in which a consumer would get them. They equal a list of the same messages."""

    look: Look | None = None

    @classmethod
    def of(cls, messages: Iterable[QueuedMessage], look: Look) -> Messages:
        """A view of *messages*."""
        journal = look.cloud.journal
        view = cls(
            Message(
                body=message.content.body,
                id=message.id,
                receive_count=message.receive_count,
                attributes={
                    name: value_of(given)
                    for name, given in (message.content.attributes or {}).items()
                },
                _journal=journal,
            )
            for message in messages
        )
        view.look = look
        return view

    @property
    def bodies(self) -> Bodies:
        """The bodies, in the same order: a list."""
        return Bodies(self)


class Bodies(list[str]):
    """The bodies of messages: a list, which remembers whose they are.

    Attributes:
        messages: Whose they are.
    """

    def __init__(self, messages: Messages) -> None:
        super().__init__(message.body for message in messages)
        self.messages = messages


def value_of(given: Mapping[str, Any]) -> str | bytes:
    """The value of a message attribute, as a test reads it."""
    binary = given.get("BinaryValue")
    return str(given.get("StringValue")) if binary is None else bytes(binary)


AttributeValue: TypeAlias = str | float | bytes | Sequence[str | float | bool | None]
"""What a test may give as the value of a message attribute; a list stands for a `String.Array`."""


def attribute(value: AttributeValue) -> dict[str, str | bytes]:
    """The message attribute that a test's value stands for."""
    if isinstance(value, bytes):
        return {"DataType": "Binary", "BinaryValue": value}
    if isinstance(value, (list, tuple)):
        return {"DataType": "String.Array", "StringValue": json.dumps(value)}
    kind = "String" if isinstance(value, str) else "Number"
    return {"DataType": kind, "StringValue": str(value)}
