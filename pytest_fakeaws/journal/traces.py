"""What a handler left behind: where it failed, and what it said, in a few short lines."""

from __future__ import annotations

import json
import os
import re
from pathlib import PurePath
from typing import NamedTuple

from pytest_fakeaws.journal.entries import InvocationFailed, InvocationSucceeded
from pytest_fakeaws.journal.wording import number, short

FRAMES = 3
"""How many frames of a traceback are shown, the innermost."""

LOG_LINES = 3
"""How many lines of a handler's output are shown, the last."""

_WIDTH = 100
_LOGGED_AT = r"[\d-]{10}T[\d:.]+Z"
_FRAME = re.compile(
    r'\s*File "(?P<file>.*)", line (?P<line>\d+), in (?P<where>\S+)\n?(?P<code>.*)', re.DOTALL
)


class Frame(NamedTuple):
    """One frame of a handler's traceback."""

    place: str
    code: str


def error_of(fact: InvocationFailed) -> str:
    """The error that a handler failed with, in one short line."""
    document = json.loads(fact.payload)
    return short(f"{document['errorType']}: {document['errorMessage']}")


def frames(fact: InvocationFailed) -> list[Frame]:
    """Where in the handler's own code it failed, the innermost last."""
    trace = json.loads(fact.payload).get("stackTrace") or ()
    return [_frame(one) for one in trace[-FRAMES:]]


def _frame(text: str) -> Frame:
    match = _FRAME.match(text)
    if match is None:
        return Frame(short(text, _WIDTH), "")
    where = place(match["file"], match["line"], match["where"])
    return Frame(where, short(match["code"], _WIDTH))


def place(file: str, line: object, where: str) -> str:
    """A place in the code, as somebody in the working directory calls it."""
    return f"{_relative(file)}:{line}, in {where}"


def _relative(file: str) -> str:
    """*file* as somebody in the working directory calls it, if it is below that."""
    path = PurePath(file)
    here = os.getcwd()  # noqa: PTH109 - a string is all it takes
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def shown_frames(trace: list[Frame]) -> tuple[str, ...]:
    """The lines for a traceback; of a single frame the place is known already."""
    if len(trace) == 1:
        return (f"> {trace[0].code}",) if trace[0].code else ()
    return tuple(f"> {frame.place}: {frame.code}".rstrip(" :") for frame in trace)


def shown_logs(fact: InvocationSucceeded | InvocationFailed) -> tuple[str, ...]:
    """The last lines of what a handler printed and logged, without instant and request id."""
    logs = re.sub(rf"{_LOGGED_AT}\s{re.escape(fact.request_id)}\s", "", fact.logs)
    lines = [short(line, _WIDTH) for line in logs.splitlines() if line.strip()]
    cut = len(lines) - LOG_LINES
    before = (f"| ... {number(cut, 'line')} before",) if cut > 0 else ()
    return (*before, *(f"| {line}" for line in lines[-LOG_LINES:]))
