"""What led to what: the causes that entries name, and those that follow from what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_fakeaws.journal.entries import MessageMoved
from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.selection import Entries, subjects


class Causality:
    """Links each entry to those that it follows from.

    An entry follows from the one that it names as its cause, which is whose doing it was, and from the one
    before it that is about the same message, notification or event: a receive from the send, an invocation
    from the receives of its batch, a publish from the invocation that did it.

    Args:
        entries: A journal's, oldest first.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = Entries(entries)
        self._first = self._entries[0].number if self._entries else 0
        self._parents: dict[int, set[int]] = {}
        latest: dict[str, int] = {}
        for entry in self._entries:
            self._parents[entry.number] = set(self._links(entry, latest))
            for subject in subjects(entry.fact):
                latest[subject] = entry.number

    def _links(self, entry: Entry, latest: dict[str, int]) -> Iterator[int]:
        if entry.cause >= self._first:
            yield entry.cause
        about = [latest[subject] for subject in subjects(entry.fact) if subject in latest]
        yield from about
        if isinstance(entry.fact, MessageMoved):
            # The new message was sent a moment before the fact that says of which one it is the heir.
            heir = latest.get(entry.fact.new_message_id)
            if heir is not None:
                self._parents[heir].update(number for number in about if number < heir)

    def parents(self, entry: Entry) -> frozenset[int]:
        """The numbers of the entries that *entry* follows from at once."""
        return frozenset(self._parents[entry.number])

    def causes(self, entry: Entry) -> Entries:
        """Everything that led to *entry*, oldest first."""
        found: set[int] = set()
        asked = [entry.number]
        while asked:
            for number in self._parents.get(asked.pop(), ()):
                if number not in found:
                    found.add(number)
                    asked.append(number)
        return self._numbered(found)

    def consequences(self, entry: Entry) -> Entries:
        """Everything that *entry* led to, oldest first."""
        found = {entry.number}
        for number, parents in self._parents.items():
            if not found.isdisjoint(parents):
                found.add(number)
        return self._numbered(found - {entry.number})

    def _numbered(self, numbers: set[int]) -> Entries:
        return Entries(self._entries[number - self._first] for number in sorted(numbers))
