"""Parameters in a form: `Attribute.1.Name=DelaySeconds` and their likes, read by a service's shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from botocore.model import Shape

from pytest_fakeaws.wire.protocols.errors import Unreadable
from pytest_fakeaws.wire.protocols.names import Names
from pytest_fakeaws.wire.protocols.texts import read_text

Node: TypeAlias = "dict[str, Any]"
"""Texts, and nodes, by the parts of their names between the dots."""

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def tree(fields: Iterable[tuple[str, str]]) -> Node:
    """Fields by the parts of their names; one whose name goes on where another ends is left out."""
    root: Node = {}
    for name, text in fields:
        *parents, last = name.split(".")
        node = root
        for part in parents:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                break
            node = child
        else:
            node.setdefault(last, text)
    return root


def read(shape: Shape, node: Node, names: Names) -> dict[str, Any]:
    """The members of a structure that are there.

    Raises:
        Unreadable: One is not of its type.
    """
    found = {}
    for name, member in shape.members.items():
        value = _read_member(member, name, node, names)
        if value is not None:
            found[name] = value
    return found


def _read_member(shape: Shape, name: str, node: Node, names: Names) -> Any:
    """The value of the member called *name* of a structure, or `None` where it is absent."""
    if shape.type_name == "list":
        return _read_list(shape, node, names.of_list(shape, name), names)
    if shape.type_name == "map":
        return _read_map(shape, node, name, names)
    return _read_value(shape, node.get(names.of_member(shape, name)), names)


def _read_value(shape: Shape, given: Any, names: Names) -> Any:
    if given is None:
        return None
    if shape.type_name == "structure":
        return read(shape, given if isinstance(given, dict) else {}, names)
    if isinstance(given, dict):
        raise Unreadable("Start of structure or map found where not expected.")
    return read_text(shape, given)


def _read_list(shape: Shape, node: Node, path: tuple[str, ...], names: Names) -> list[Any] | None:
    given = _at(node, path)
    if isinstance(given, str):  # one without its number, or a list that has none
        given = {"1": given} if given else {}
    elif given is None:
        return [] if _at(node, path[:1]) == "" else None
    return [_read_value(shape.member, one, names) for one in _numbered(given)]


def _read_map(shape: Shape, node: Node, name: str, names: Names) -> dict[str, Any] | None:
    path, key_name, value_name = names.of_map(shape, name)
    given = _at(node, path)
    if not isinstance(given, dict):
        return None
    found = {}
    for entry in _numbered(given):
        pair = entry if isinstance(entry, dict) else {}
        key = _read_value(shape.key, pair.get(key_name), names)
        value = _read_value(shape.value, pair.get(value_name), names)
        if key is None or value is None:
            raise Unreadable(f"{name} has an entry without {key_name} or {value_name}")
        found[key] = value
    return found


def _at(node: Any, path: Iterable[str]) -> Any:
    for part in path:
        if not isinstance(node, dict):
            return None
        node = node.get(part)
    return node


def _numbered(node: Node) -> list[Any]:
    """What stands under numbers, in their order."""
    numbers = sorted((int(key), key) for key in node if _NUMBER.fullmatch(key))
    return [node[key] for _, key in numbers]
