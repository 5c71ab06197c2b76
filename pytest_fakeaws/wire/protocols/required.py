"""What the model requires of parameters, and what botocore's clients check before they send.

More than a client of botocore's checks is the operations' business, whichever door a call comes
through: both doors then give the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.model import Shape


def missing(shape: Shape | None, value: Any, path: str = "") -> Iterator[str]:
    """The required members that *value* lacks, by their paths: `Entries.1.Id`."""
    if shape is not None:
        walk = _WALKS.get(shape.type_name)
        if walk is not None:
            yield from walk(shape, value, path)


def _in_structure(shape: Shape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield path + name
    for name, member in shape.members.items():
        if name in value:
            yield from missing(member, value[name], f"{path}{name}.")


def _in_list(shape: Shape, value: list[Any], path: str) -> Iterator[str]:
    for number, one in enumerate(value, 1):
        yield from missing(shape.member, one, f"{path}{number}.")


def _in_map(shape: Shape, value: dict[str, Any], path: str) -> Iterator[str]:
    for key, one in value.items():
        yield from missing(shape.value, one, f"{path}{key}.")


_WALKS: dict[str, Callable[[Shape, Any, str], Iterator[str]]] = {
    "structure": _in_structure,
    "list": _in_list,
    "map": _in_map,
}
