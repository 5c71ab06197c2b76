"""Event streams: responses that come in parts, each with headers and two checksums of its own.

See https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html for the encoding.
"""

from __future__ import annotations

import json
import struct
from binascii import crc32
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.model import Shape

from pytest_fakeaws.wire.protocols.json_values import written

CONTENT_TYPE = "application/vnd.amazon.eventstream"

_TEXT = 7
"""The code of a header whose value is text."""


def encoded(shape: Shape, events: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """*events*, each with its kind, as the messages of a stream.

    Args:
        shape: The stream's.
        events: As botocore's clients read them.
    """
    for event in events:
        for kind, members in event.items():
            yield _event(shape.members[kind], kind, members)


def _event(shape: Shape, kind: str, members: dict[str, Any]) -> bytes:
    for name, member in shape.members.items():
        if member.serialization.get("eventpayload") and member.type_name == "blob":
            return _message(kind, "application/octet-stream", members.get(name, b""))
    return _message(kind, "application/json", json.dumps(written(shape, members)).encode())


def _message(kind: str, content_type: str, payload: bytes) -> bytes:
    headers = b"".join(
        _header(name, value)
        for name, value in (
            (":event-type", kind),
            (":content-type", content_type),
            (":message-type", "event"),
        )
    )
    length = 16 + len(headers) + len(payload)
    prelude = struct.pack("!II", length, len(headers))
    checked = prelude + struct.pack("!I", crc32(prelude)) + headers + payload
    return checked + struct.pack("!I", crc32(checked))


def _header(name: str, value: str) -> bytes:
    return (
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", _TEXT, len(value))
        + value.encode()
    )
