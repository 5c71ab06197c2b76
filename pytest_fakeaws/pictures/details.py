"""What a mark shows when one looks closer: each field of its fact, as people read it."""

from __future__ import annotations

import json
import traceback
from typing import Any

from pytest_fakeaws.journal.entries import Fact, InvocationStarted
from pytest_fakeaws.pictures.picture import Mark, Picture
from pytest_fakeaws.sim.instants import Instant, seconds, timer

_LABELS = {
    "excerpt": "body",
    "message_id": "message id",
    "new_message_id": "new message id",
    "message_ids": "message ids",
    "request_id": "request id",
    "notification_id": "notification id",
    "receive_count": "receives",
    "max_receive_count": "receives allowed",
    "dead_letter_queue": "dead-letter queue",
}
_LEFT_OUT = ("invocation",)
"""Fields that only point at another entry."""


def details(picture: Picture, mark: Mark) -> dict[str, str]:
    """The fields of a mark's fact, by what they are called."""
    shown = {"entry": f"{mark.number}, {type(mark.fact).__name__}"}
    for field, value in zip(mark.fact._fields, mark.fact, strict=True):
        if field not in _LEFT_OUT and value not in (None, "", ()):
            label = _LABELS.get(field, field.replace("_", " "))
            shown[label] = _text(mark.fact, field, value, picture.start)
    return shown


def attributes(picture: Picture) -> dict[str, str]:
    """The attributes of messages by their ids, as far as functions were given them."""
    found: dict[str, str] = {}
    for mark in picture.marks:
        if isinstance(mark.fact, InvocationStarted) and mark.fact.message_ids:
            for record in json.loads(mark.fact.payload).get("Records", ()):
                if record.get("messageAttributes"):
                    found[record["messageId"]] = json.dumps(record["messageAttributes"], indent=2)
    return found


def _text(fact: Fact, field: str, value: Any, start: Instant) -> str:
    kind = str(type(fact).__annotations__[field])  # by name: both are integers
    if "Instant" in kind:
        return timer(value - start)
    if "Duration" in kind:
        return f"{seconds(value)} s"
    if isinstance(value, BaseException):
        return "".join(traceback.format_exception(type(value), value, value.__traceback__))
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    return _pretty(value) if field in ("payload", "excerpt") else str(value)


def _pretty(text: str) -> str:
    """JSON with its structure shown; any other text as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
