"""A view: a plain read-only sequence that equals any list or tuple of the same things."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class View(tuple[T, ...]):
    """What somebody looked at, as it stood then.

    Example:
        >>> View("ab") == ["a", "b"], View() == [], [] != View("a")
        (True, True, True)
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __repr__(self) -> str:
        return repr(list(self))
