"""What the model requires of parameters, and what botocore's clients check before they send.

More than a client of botocore's checks is the operations' business, whichever door a call comes
through: both doors then give the same answers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import Any

from botocore.model import Shape


def missing(shape: Shape | None, value: Any, path: str = "") -> list[str]:
    """The required members that *value* lacks, by their paths: `Entries.1.Id`."""
    walk = None if shape is None else _WALKS.get(shape.type_name)
    return [] if walk is None else walk(shape, value, path)


def _in_structure(shape: Shape, value: dict[str, Any], path: str) -> list[str]:
    found = [path + name for name in shape.required_members if name not in value]
    for name, member in _inner(shape):
        if name in value:
            found += missing(member, value[name], f"{path}{name}.")
    return found


@cache
def _inner(shape: Shape) -> list[tuple[str, Shape]]:
    """The members of a structure that have members or elements themselves."""
    return [pair for pair in shape.members.items() if pair[1].type_name in _WALKS]


def _in_list(shape: Shape, value: list[Any], path: str) -> list[str]:
    member = shape.member
    if member.type_name not in _WALKS:
        return []
    each = (missing(member, one, f"{path}{at}.") for at, one in enumerate(value, 1))
    return [*chain.from_iterable(each)]


def _in_map(shape: Shape, value: dict[str, Any], path: str) -> list[str]:
    each = (missing(shape.value, one, f"{path}{key}.") for key, one in value.items())
    return [*chain.from_iterable(each)]


_WALKS: dict[str, Callable[[Any, Any, str], list[str]]] = {
    "structure": _in_structure,
    "list": _in_list,
    "map": _in_map,
}
