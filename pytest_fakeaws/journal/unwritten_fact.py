"""A fact that nobody has read yet: it is written when somebody does."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.journal.entries import Fact


class UnwrittenFact:
    """Stands in the journal for a fact that costs something to write.

    Args:
        write: Writes it, once; what it needs must not change any more.
    """

    __slots__ = ("_fact", "_write")

    def __init__(self, write: Callable[[], Fact]) -> None:
        self._write: Callable[[], Fact] | None = write
        self._fact: Fact

    @property
    def fact(self) -> Fact:
        """The fact, written now if it has not been."""
        if self._write is not None:
            self._fact = self._write()
            self._write = None
        return self._fact


def read(fact: Fact | UnwrittenFact) -> Fact:
    """The fact that stands there, or that is to be."""
    return fact.fact if type(fact) is UnwrittenFact else fact  # type: ignore[return-value]
