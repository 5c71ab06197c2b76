"""Values that are sent as text: in paths, queries, headers, and in the older protocol everywhere.

See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and
https://smithy.io/2.0/spec/http-bindings.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from botocore.model import Shape

from pytest_fakeaws.wire.protocols.errors import Unreadable
from pytest_fakeaws.wire.protocols.json_values import read_base64, with_article

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_FLOAT = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{0,300})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_TRUTH = {"true": True, "false": False}


def read_text(shape: Shape, text: str) -> Any:
    """The value of a scalar of the model's that *text* stands for.

    Raises:
        Unreadable: It stands for none of the model's type.
    """
    read = _READERS.get(shape.type_name)
    return text if read is None else read(shape, text)


def _integer(shape: Shape, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise _no(shape, text)
    return int(text)


def _float(shape: Shape, text: str) -> float:
    if not _FLOAT.fullmatch(text):
        raise _no(shape, text)
    return float(text)


def _boolean(shape: Shape, text: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError:
        raise _no(shape, text) from None


def _timestamp(shape: Shape, text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise _no(shape, text) from None
    return when if when.tzinfo else when.replace(tzinfo=timezone.utc)


def _blob(shape: Shape, text: str) -> bytes:
    return read_base64(text)


def _no(shape: Shape, text: str) -> Unreadable:
    kind = with_article(shape.type_name.capitalize())
    return Unreadable(f"STRING_VALUE can not be converted to {kind}")


_READERS: dict[str, Callable[[Shape, str], Any]] = {
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}
