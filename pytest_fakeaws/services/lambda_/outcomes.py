"""Outcomes: what an invocation came to, and the documents in which AWS says so."""

from __future__ import annotations

import json
import traceback
from asyncio import CancelledError
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from types import TracebackType
from typing import Any, NamedTuple

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.environment import InitFailed


class TaskTimedOut(Exception):
    """The handler took longer than the function's timeout."""


class RuntimeCrashed(Exception):
    """The function's runtime was killed while it ran."""


class ResponseTooLarge(Exception):
    """What the handler returned is larger than a response may be."""


class Outcome(NamedTuple):
    """How an invocation ended.

    Attributes:
        payload: The response as JSON: what the handler returned, or AWS's error document.
        error: What went wrong, or `None`.
    """

    payload: str
    error: BaseException | None = None


ENDS_RUNTIME = (SystemExit, CancelledError, TaskTimedOut, RuntimeCrashed)
"""Errors after which nothing more runs in the execution environment."""

_NOTHING = Outcome("null")


def response(result: Any, request_id: str) -> Outcome:
    """The outcome of a handler that has returned *result*."""
    if result is None:
        return _NOTHING
    try:
        payload = _marshalled(result)
        size = len(payload) if payload.isascii() else len(payload.encode())
    except (TypeError, ValueError, RecursionError) as error:
        document = {
            "errorMessage": f"Unable to marshal response: {error}",
            "errorType": "Runtime.MarshalError",
            "requestId": request_id,
            "stackTrace": [],
        }
        return Outcome(_document(document), error)
    if size > limits.RESPONSE_PAYLOAD:
        text = (
            "Response payload size exceeded maximum allowed payload size "
            f"({limits.RESPONSE_PAYLOAD} bytes)."
        )
        document = {"errorMessage": text, "errorType": "Function.ResponseSizeTooLarge"}
        return Outcome(json.dumps(document), ResponseTooLarge(text))
    return Outcome(payload)


def raised(error: Exception, request_id: str, paths: Mapping[str, str]) -> Outcome:
    """The outcome of a handler that has raised *error*, or of code that did while it was imported.

    Args:
        error: The error.
        request_id: Empty for an error at import.
        paths: How folders of this machine are called in AWS.
    """
    return _failed(error, type(error).__name__, request_id, _stack(error, bool(request_id), paths))


def not_loaded(error: InitFailed, paths: Mapping[str, str]) -> Outcome:
    """The outcome for code that could not be loaded."""
    return _failed(error, error.kind, "", [_as_in_aws(line, paths) for line in error.stack])


def timed_out(request_id: str, timeout: int) -> Outcome:
    """The outcome of a handler that takes longer than *timeout* seconds."""
    text = f"Task timed out after {timeout:.2f} seconds"
    shown = f"RequestId: {request_id} Error: {text}"
    document = json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": shown})
    return Outcome(document, TaskTimedOut(text))


def exited(error: SystemExit | CancelledError, request_id: str) -> Outcome:
    """The outcome of a handler that has ended the process: what is no `Exception` does that too."""
    code = error.code if isinstance(error, SystemExit) else 1
    status = code & 0xFF if isinstance(code, int) else int(code is not None)
    why = f"with error: exit status {status}" if status else "without providing a reason"
    text = f"RequestId: {request_id} Error: Runtime exited {why}"
    return Outcome(json.dumps({"errorType": "Runtime.ExitError", "errorMessage": text}), error)


def crashed(request_id: str) -> Outcome:
    """The outcome of a run whose runtime was killed, as one that needs too much memory is."""
    text = "Runtime exited with error: signal: killed"
    shown = f"RequestId: {request_id} Error: {text}"
    document = json.dumps({"errorType": "Runtime.ExitError", "errorMessage": shown})
    return Outcome(document, RuntimeCrashed(text))


def _failed(error: Exception, kind: str, request_id: str, stack: list[str]) -> Outcome:
    document = {
        "errorMessage": message_of(error),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": stack,
    }
    return Outcome(_document(document), error)


def message_of(error: BaseException) -> str:
    """What *error* says of itself, as `traceback` has it."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - whatever a class of the code's own raises
        return "<exception str() failed>"


def _document(document: dict[str, Any]) -> str:
    text = _to_json(document)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(document)
    return text


def _marshalled(result: Any) -> str:
    """What AWS's runtime makes of *result*; bytes that are JSON already, as they are."""
    if isinstance(result, bytes):
        with suppress(ValueError):
            json.loads(result)
            return result.decode()
        raise _unspeakable(result)
    payload = _to_json(result)
    return _to_json(_as_objects(result)) if _has_named_tuple(result) else payload


def _has_named_tuple(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_named_tuple, value.values()))
    if isinstance(value, (list, tuple)):
        return hasattr(value, "_asdict") or any(map(_has_named_tuple, value))
    return False


def _as_objects(value: Any) -> Any:
    """*value* with a dictionary for each named tuple."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _as_objects(one) for key, one in value.items()}
    return list(map(_as_objects, value)) if isinstance(value, (list, tuple)) else value


def _as_json(value: Any) -> Any:
    """What JSON does not know but AWS's runtime does: a number of DynamoDB's client, and bytes of text."""
    if isinstance(value, Decimal):
        return json.loads(str(value))
    if isinstance(value, bytes):
        return value.decode()
    raise _unspeakable(value)


def _unspeakable(value: Any) -> TypeError:
    return TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_to_json = json.JSONEncoder(default=_as_json, ensure_ascii=False).encode

_FRAMES_BEFORE_HANDLER = 1
_FRAMES_BEFORE_IMPORT = 3
"""Frames of ours between the place that catches an error and the code that raised it."""


def _stack(error: Exception, in_handler: bool, paths: Mapping[str, str]) -> list[str]:  # noqa: FBT001
    skipped = _FRAMES_BEFORE_HANDLER if in_handler else _FRAMES_BEFORE_IMPORT
    frames = traceback.extract_tb(_after(error.__traceback__, skipped))
    lines = traceback.format_list([_without_columns(frame) for frame in frames])
    return [_as_in_aws(line, paths) for line in lines]


def _after(trace: TracebackType | None, frames: int) -> TracebackType | None:
    """The part of a traceback that begins after so many frames, or its last."""
    for _ in range(frames):
        trace = trace.tb_next if trace is not None and trace.tb_next is not None else trace
    return trace


def _without_columns(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    """A frame that is shown as AWS's runtime shows it, without carets below the line."""
    return traceback.FrameSummary(frame.filename, frame.lineno, frame.name, line=frame.line)


def _as_in_aws(line: str, paths: Mapping[str, str]) -> str:
    for here, there in paths.items():
        line = line.replace(here, there)
    return line
