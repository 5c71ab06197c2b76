"""The journal: the one recorder of everything that happened, oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from pytest_fakeaws.journal.causality import Causality
from pytest_fakeaws.journal.entries import Fact
from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.selection import Entries
from pytest_fakeaws.journal.unwritten_fact import UnwrittenFact, read
from pytest_fakeaws.journal.usage import Tally
from pytest_fakeaws.sim.instants import Instant

__all__ = ["LIMIT", "Entry", "Journal", "current_cause"]

LIMIT = 200_000
"""How many facts are kept; the oldest go first."""

current_cause: ContextVar[int] = ContextVar("current_cause", default=0)
"""The number of the fact that whatever is recorded now follows from; 0 is the test itself."""


class Clock(Protocol):
    """What a journal reads the time from."""

    @property
    def now(self) -> Instant:
        """The present instant."""


class Journal:
    """Facts in the order in which they happened.

    Args:
        clock: Tells when something happens.
        limit: How many facts to keep.

    Attributes:
        forgotten: What the facts that are no longer kept amounted to.
    """

    def __init__(self, clock: Clock, limit: int = LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._kept: deque[tuple[Instant, int, Fact | UnwrittenFact]] = deque()
        self._recorded = 0
        self.forgotten = Tally()

    def record(self, fact: Fact | UnwrittenFact, cause: int | None = None) -> int:
        """Write *fact* down, and return its number.

        Args:
            fact: What has happened.
            cause: The number of the fact that it follows from, if not from the current cause.
        """
        if cause is None:
            cause = current_cause.get()
        self._kept.append((self._clock.now, cause, fact))
        self._recorded = number = self._recorded + 1
        if len(self._kept) > self._limit:
            _, _, oldest = self._kept.popleft()
            self.forgotten.read(self.dropped, read(oldest))
        return number

    @staticmethod
    def caused_by(number: int) -> AbstractContextManager[None]:
        """Whatever is recorded in the block follows from the fact with this number."""
        return _Cause(number)

    @property
    def dropped(self) -> int:
        """How many of the oldest facts are no longer kept."""
        return self._recorded - len(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Entry]:
        for number, (at, cause, fact) in enumerate(tuple(self._kept), self.dropped + 1):
            yield Entry(number, at, cause, read(fact))

    def since(self, number: int) -> list[Entry]:
        """The entries from that number on, however many came before."""
        latest = islice(reversed(self._kept), self._recorded - number + 1)
        entries = [
            Entry(self._recorded - back, at, cause, read(fact))
            for back, (at, cause, fact) in enumerate(latest)
        ]
        return entries[::-1]

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
        """The entries that fit all that is asked for, which can be asked for more: see `Entries.of`.

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
        """
        return Entries(self).of(
            message=message,
            queue=queue,
            function=function,
            topic=topic,
            kind=kind,
            since=since,
            until=until,
        )

    def causes(self, entry: Entry) -> Entries:
        """Everything that led to *entry*, oldest first: by whose doing it was, and by what it is about.

        Example:
            >>> [receive, *_] = fakeaws.journal.of(kind="MessageReceived")  # doctest: +SKIP
            >>> fakeaws.journal.causes(receive).facts  # doctest: +SKIP
        """
        return Causality(self).causes(entry)

    def consequences(self, entry: Entry) -> Entries:
        """Everything that *entry* led to, oldest first."""
        return Causality(self).consequences(entry)

    def __str__(self) -> str:
        """The whole journal, one line an entry: equal texts mean equal runs."""
        return "\n".join(map(str, self))


class _Cause:
    """A block with a cause."""

    __slots__ = ("_number", "_token")

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> None:
        self._token = current_cause.set(self._number)

    def __exit__(self, *_: object) -> None:
        current_cause.reset(self._token)
