"""The journal: the one recorder of everything that happened, oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import NamedTuple

from pytest_fakeaws.journal.entries import Fact
from pytest_fakeaws.sim.instants import Instant, to_datetime

LIMIT = 200_000
"""How many facts are kept; the oldest go first."""

current_cause: ContextVar[int] = ContextVar("current_cause", default=0)
"""The number of the fact that whatever is recorded now follows from; 0 is the test itself."""


_SUBJECTS = ("message_id", "new_message_id", "request_id", "notification_id")
"""The fields of facts that name what they are about."""


class Entry(NamedTuple):
    """One line of the journal.

    Attributes:
        number: Its place, counted from 1 since the fake started.
        at: When it was recorded.
        cause: The number of the entry that led to it; 0 where that was the test.
        fact: What happened.
    """

    number: int
    at: Instant
    cause: int
    fact: Fact

    def __str__(self) -> str:
        when = to_datetime(self.at).isoformat()
        return f"{self.number} {when} <- {self.cause} {self.fact}"


class Journal:
    """Facts in the order in which they happened.

    Args:
        now: Reads the clock.
        limit: How many facts to keep.
    """

    def __init__(self, now: Callable[[], Instant], limit: int = LIMIT) -> None:
        self._now = now
        self._kept: deque[tuple[Instant, int, Fact]] = deque(maxlen=limit)
        self._recorded = 0

    def record(self, fact: Fact) -> int:
        """Write *fact* down, and return its number."""
        self._kept.append((self._now(), current_cause.get(), fact))
        self._recorded = number = self._recorded + 1
        return number

    @contextmanager
    def caused_by(self, number: int) -> Iterator[None]:
        """Whatever is recorded in the block follows from the fact with this number."""
        token = current_cause.set(number)
        try:
            yield
        finally:
            current_cause.reset(token)

    @property
    def dropped(self) -> int:
        """How many of the oldest facts are no longer kept."""
        return self._recorded - len(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Entry]:
        for number, (at, cause, fact) in enumerate(tuple(self._kept), self.dropped + 1):
            yield Entry(number, at, cause, fact)

    def since(self, number: int) -> list[Entry]:
        """The entries from that number on, however many came before."""
        kept = list(islice(reversed(self._kept), self._recorded - number + 1))
        return [Entry(self._recorded - back, *kept[back]) for back in range(len(kept) - 1, -1, -1)]

    def of_message(self, message_id: str) -> list[Entry]:
        """What happened to one message."""
        return [entry for entry in self if concerns(entry.fact, message_id)]

    def __str__(self) -> str:
        """The whole journal, one line an entry: equal texts mean equal runs."""
        return "\n".join(map(str, self))


def subjects(fact: Fact) -> tuple[str, ...]:
    """The ids of the messages, notifications and asynchronous events that *fact* is about."""
    ids = [getattr(fact, field) for field in _SUBJECTS if hasattr(fact, field)]
    return (*filter(None, ids), *getattr(fact, "message_ids", ()))


def concerns(fact: Fact, message_id: str) -> bool:
    """Whether *fact* is about the message."""
    return message_id in subjects(fact)
