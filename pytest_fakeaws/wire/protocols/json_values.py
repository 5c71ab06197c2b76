"""Values in JSON: a service's shapes written and read, for the two protocols that speak it.

See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html. What is read must be of the model's
types, as botocore sees to for its own clients: whoever speaks HTTP to us may send anything.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any, TypeAlias

from botocore.model import Shape

from pytest_fakeaws.wire.protocols.errors import Unreadable

Writer: TypeAlias = Callable[[Shape, Any], Any]
Reader: TypeAlias = Callable[[Shape, Any], Any]


def document(body: bytes) -> Any:
    """What a body says; nothing says as much as an empty object.

    Raises:
        Unreadable: It is no JSON.
    """
    if not body.strip():
        return {}
    try:
        text = body.decode()
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"Could not parse request body into json: {error}") from None
    if "\\u" in text.lower():  # only so can a text hold half a character
        _refuse_surrogates(value)
    return value


def _refuse_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise Unreadable("Could not parse request body into json: lone surrogate") from None


def written(shape: Shape, value: Any) -> Any:
    """*value*, a Python object of the types that botocore's parsers give, for `json.dumps`."""
    write = _WRITERS.get(shape.type_name)
    return value if write is None else write(shape, value)


def _written_structure(shape: Shape, value: dict[str, Any]) -> dict[str, Any]:
    members = shape.members
    found = {}
    for name, one in value.items():
        member = members.get(name)  # an older client's model may lack it
        if one is not None and member is not None:
            write = _WRITERS.get(member.type_name)
            found[name_of(member, name)] = one if write is None else write(member, one)
    return found


def _written_list(shape: Shape, value: list[Any]) -> list[Any]:
    member = shape.member
    return [written(member, one) for one in value]


def _written_map(shape: Shape, value: dict[str, Any]) -> dict[str, Any]:
    return {key: written(shape.value, one) for key, one in value.items()}


def _written_blob(shape: Shape, value: bytes) -> str:
    return base64.b64encode(value).decode()


def _written_timestamp(shape: Shape, value: datetime) -> float:
    return value.timestamp()


_WRITERS: dict[str, Writer] = {
    "structure": _written_structure,
    "list": _written_list,
    "map": _written_map,
    "blob": _written_blob,
    "timestamp": _written_timestamp,
}


def name_of(shape: Shape, name: str) -> str:
    """What the member called *name* is called on the wire."""
    on_the_wire: str = shape.serialization.get("name", name)
    return on_the_wire


def read(shape: Shape, value: Any) -> Any:
    """*value*, as `json.loads` gives it, in the types that botocore's clients take.

    Members that are null or that the model does not have are left out.

    Raises:
        Unreadable: It is of another type than the model's.
    """
    return _READERS[shape.type_name](shape, value)


def _read_structure(shape: Shape, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(_not_a(value, "structure"))
    members = _members(shape)
    found = {}
    for key, one in value.items():
        member = members.get(key)
        if member is not None and one is not None:
            name, inner = member
            found[name] = read(inner, one)
    return found


@cache
def _members(shape: Shape) -> dict[str, tuple[str, Shape]]:
    """The members of a structure that bodies have, by their names on the wire."""
    return {
        name_of(member, name): (name, member)
        for name, member in shape.members.items()
        if "location" not in member.serialization
    }


def _read_list(shape: Shape, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(_not_a(value, "list"))
    return [read(shape.member, one) for one in value if one is not None]


def _read_map(shape: Shape, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(_not_a(value, "map"))
    return {key: read(shape.value, one) for key, one in value.items() if one is not None}


def _read_string(shape: Shape, value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable(_not_a(value, "String"))
    return value


def _read_integer(shape: Shape, value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(_not_a(value, shape.type_name.capitalize()))
    return value


def _read_float(shape: Shape, value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not _is_finite(value):
        raise Unreadable(_not_a(value, shape.type_name.capitalize()))
    return value


def _read_boolean(shape: Shape, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(_not_a(value, "Boolean"))
    return value


def _read_blob(shape: Shape, value: Any) -> bytes:
    if not isinstance(value, str):
        raise Unreadable(_not_a(value, "Blob"))
    return read_base64(value)


def _read_timestamp(shape: Shape, value: Any) -> datetime:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not _is_finite(value):
        raise Unreadable(_not_a(value, "Timestamp"))
    try:
        return _EPOCH + timedelta(seconds=value)
    except OverflowError:
        raise Unreadable(_not_a(value, "Timestamp")) from None


_READERS: dict[str, Reader] = {
    "structure": _read_structure,
    "list": _read_list,
    "map": _read_map,
    "string": _read_string,
    "character": _read_string,
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_float,
    "double": _read_float,
    "boolean": _read_boolean,
    "blob": _read_blob,
    "timestamp": _read_timestamp,
}

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def read_base64(text: str) -> bytes:
    """The bytes that *text* stands for.

    Raises:
        Unreadable: It is no base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("Invalid Base64 character") from None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer of hundreds of digits
        return False


def _not_a(value: Any, kind: str) -> str:
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    if isinstance(value, list):
        return "Start of list found where not expected"
    if kind in {"structure", "list", "map"}:
        return "Unexpected field type"
    return f"{_KINDS[type(value)]}_VALUE can not be converted to {with_article(kind)}"


def with_article(kind: str) -> str:
    """`a String`, `an Integer`."""
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


_KINDS = {bool: "BOOLEAN", int: "NUMBER", float: "NUMBER", str: "STRING", type(None): "NULL"}
