"""Values in XML, by a service's shapes."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import Shape

from pytest_fakeaws.wire.protocols.names import Names

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"\r": "&#xD;", '"': "&quot;"}


def element(name: str, content: str, namespace: str | None = None, *, is_text: bool = False) -> str:
    """An element.

    Args:
        name: Its tag.
        content: What is in it: XML, unless *is_text*.
        namespace: Its namespace, for the outermost one.
        is_text: Whether the content is text yet to be escaped.
    """
    attributes = "" if namespace is None else f' xmlns="{namespace}"'
    return f"<{name}{attributes}>{_escaped(content) if is_text else content}</{name}>"


def members(shape: Shape, value: dict[str, Any], names: Names) -> str:
    """The members of a structure, each in an element of its own."""
    return "".join(
        _member(shape.members[name], name, member, names)
        for name, member in value.items()
        if member is not None and name in shape.members  # an older client's model may lack it
    )


def _member(shape: Shape, name: str, value: Any, names: Names) -> str:
    if shape.type_name == "list":
        path = names.of_list(shape, name)
        each = [element(path[-1], _content(shape.member, one, names)) for one in value]
        return _wrapped(path, "".join(each))
    if shape.type_name == "map":
        path, key_name, value_name = names.of_map(shape, name)
        entries = [
            element(key_name, key, is_text=True)
            + element(value_name, _content(shape.value, one, names))
            for key, one in value.items()
        ]
        return _wrapped(path, "".join(element(path[-1], entry) for entry in entries))
    return element(names.of_member(shape, name), _content(shape, value, names))


def _wrapped(path: tuple[str, ...], content: str) -> str:
    return element(path[0], content) if len(path) > 1 else content


def _content(shape: Shape, value: Any, names: Names) -> str:
    if shape.type_name == "structure":
        return members(shape, value, names)
    return _escaped(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def _escaped(text: str) -> str:
    """*text* for XML, which cannot carry all characters: those that it cannot become U+FFFD."""
    return escape(_NO_XML.sub("\ufffd", text), _ENTITIES)
