"""How often each message of a queue was handled, as far as the journal can tell."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_fakeaws.journal.entries import (
    BatchItemsReturned,
    InvocationFailed,
    InvocationStarted,
    MessageDeleted,
    MessageReceived,
    MessageSent,
)
from pytest_fakeaws.journal.entry import Entry

BY_INVOCATION = "the invocation failed"
"""Why a mapping leaves a batch in the queue that is told of already."""


class Handled:
    """How a message fared.

    Attributes:
        text: How its body begins.
        times: How often a consumer was given it and did not fail.
        deleted: Its place among those that were deleted; `None` if it was not.
    """

    __slots__ = ("deleted", "text", "times")

    def __init__(self, text: str) -> None:
        self.text = text
        self.times = 0
        self.deleted: int | None = None

    @property
    def once(self) -> bool:
        """Whether it was handled exactly once, and is done with."""
        return self.times == 1 and self.deleted is not None


def handled(entries: Iterable[Entry], queue: str) -> dict[str, Handled]:
    """How the messages that were sent to a queue fared, by id, in the order of sending.

    A receive counts, unless the function that was invoked with the message failed, or gave it back.

    Args:
        entries: A journal's, oldest first.
        queue: The queue's ARN.
    """
    messages: dict[str, Handled] = {}
    batches: dict[int, tuple[str, ...]] = {}
    deleted = 0
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, MessageSent) and fact.queue == queue:
            messages[fact.message_id] = Handled(fact.excerpt)
        elif isinstance(fact, MessageReceived) and fact.queue == queue:
            _count(messages, (fact.message_id,), 1)
        elif isinstance(fact, InvocationStarted):
            batches[entry.number] = fact.message_ids
        elif isinstance(fact, InvocationFailed):
            _count(messages, batches.get(fact.invocation, ()), -1)
        elif isinstance(fact, BatchItemsReturned) and fact.reason != BY_INVOCATION:
            _count(messages, fact.message_ids, -1)
        elif isinstance(fact, MessageDeleted) and fact.message_id in messages:
            messages[fact.message_id].deleted = deleted
            deleted += 1
    return messages


def _count(messages: dict[str, Handled], ids: tuple[str, ...], by: int) -> None:
    for message_id in ids:
        if message_id in messages:
            messages[message_id].times += by
