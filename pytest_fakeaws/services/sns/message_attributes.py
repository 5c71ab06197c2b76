"""Message attributes: what a publisher may say beside the message.

See https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.errors import InvalidAttribute

_NAME = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]+(?<!\.)")
_TYPE = re.compile(r"(String\.Array|String|Number|Binary)(\..+)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def kept(attributes: Mapping[str, Mapping[str, Any]] | None) -> dict[str, dict[str, Any]]:
    """The attributes of a message, checked; what botocore takes for bytes becomes bytes.

    Raises:
        InvalidAttribute: One breaks a rule.
    """
    if not attributes:
        return {}
    return {name: _kept(name, attribute) for name, attribute in attributes.items()}


def size(attributes: Mapping[str, Mapping[str, Any]]) -> int:
    """How many bytes they have: names, types and values."""
    return sum(
        len(name.encode()) + sum(_length(part) for part in attribute.values())
        for name, attribute in attributes.items()
    )


def _length(part: str | bytes) -> int:
    return len(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part)


def _kept(name: str, attribute: Mapping[str, Any]) -> dict[str, Any]:
    if len(name) > limits.ATTRIBUTE_NAME_LENGTH or not _NAME.fullmatch(name):
        raise InvalidAttribute(f"Invalid attribute name: {name}")
    kind = attribute.get("DataType") or ""
    match = _TYPE.fullmatch(kind)
    if match is None:
        raise InvalidAttribute(
            f"The message attribute '{name}' has an invalid message attribute type, the set of "
            "supported type prefixes is Binary, Number, and String."
        )
    field = "BinaryValue" if match[1] == "Binary" else "StringValue"
    value = attribute.get(field)
    if not value:
        raise InvalidAttribute(
            f"The message attribute '{name}' must contain non-empty message attribute value for "
            f"message attribute type '{kind}'."
        )
    if match[1] == "Binary":
        return {
            "DataType": kind,
            field: value.encode() if isinstance(value, str) else bytes(value),
        }
    _check_text(name, match[1], value)
    return {"DataType": kind, field: value}


def _check_text(name: str, kind: str, value: str) -> None:
    if kind == "Number" and not _NUMBER.fullmatch(value):
        raise InvalidAttribute(f"Could not cast message attribute '{name}' value to number.")
    if kind == "String.Array" and not _is_array(value):
        raise InvalidAttribute(
            f"Could not parse the value of message attribute '{name}' as JSON array."
        )


def _is_array(value: str) -> bool:
    try:
        return isinstance(json.loads(value), list)
    except (ValueError, RecursionError):
        return False
