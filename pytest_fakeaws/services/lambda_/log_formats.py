"""The two formats of a function's log, plain text and JSON: how AWS words each line.

See https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html; the records
of the platform are those of https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from pytest_fakeaws.addresses import partition
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.initialisation import Phase
from pytest_fakeaws.services.lambda_.log_settings import SYSTEM_LEVELS
from pytest_fakeaws.services.lambda_.outcomes import Outcome, TaskTimedOut
from pytest_fakeaws.services.lambda_.runtimes import runtime_version_arn
from pytest_fakeaws.sim.instants import Duration, Instant, to_datetime

_MILLISECOND = 1_000
"""Microseconds."""

_NO_BREAK_SPACE = "\u00a0"

_formatter = logging.Formatter()


class Run(NamedTuple):
    """What the lines about an invocation tell.

    Attributes:
        request_id: Its request id.
        started: When it started.
        cold: Whether its execution environment was new.
        tenant: The tenant that it runs for, or `None`.
        duration: How long it took.
        error: What went wrong, or `None`.
        initialisation: How long its environment took to initialise, if that succeeded on its own.
    """

    request_id: str
    started: Instant
    cold: bool
    tenant: str | None = None
    duration: Duration = 0
    error: BaseException | None = None
    initialisation: Duration | None = 0

    @property
    def billed(self) -> int:
        """Milliseconds that AWS would bill."""
        return max(1, -(-(self.duration + (self.initialisation or 0)) // _MILLISECOND))

    @property
    def reported(self) -> float | None:
        """Milliseconds of initialisation that its report tells of, if it does."""
        if not self.cold or self.initialisation is None:
            return None
        return self.initialisation / _MILLISECOND


class LogFormat(Protocol):
    """How lines are worded; each with its line break."""

    def initialisation(self, at: Instant) -> list[str]:
        """What is said of a new execution environment."""

    def initialised(self, phase: Phase) -> list[str]:
        """What is said when it has loaded its code, or has failed to."""

    def start(self, run: Run) -> list[str]:
        """What is said when an invocation starts."""

    def record(self, record: logging.LogRecord, at: Instant, run: Run) -> str:
        """How the runtime writes a log record; empty if it does not."""

    def failure(self, outcome: Outcome, at: Instant, run: Run) -> str:
        """What the runtime writes about an error."""

    def end(self, run: Run) -> list[str]:
        """What is said when an invocation has ended."""


def format_of(function: Function) -> LogFormat:
    """The format that the settings of *function* ask for."""
    return JsonFormat(function) if function.logging.json else TextFormat(function)


class TextFormat:
    """Plain text.

    Args:
        function: Whose log it is, with its settings as they are now.
    """

    def __init__(self, function: Function) -> None:
        self._version = function.version
        self._memory = f"{function.memory} MB"
        self._runtime = _Runtime.of(function)

    def initialisation(self, at: Instant) -> list[str]:
        """The line that names the runtime."""
        runtime = self._runtime
        return [
            f"INIT_START Runtime Version: {runtime.version}\tRuntime Version ARN: {runtime.arn}\n"
        ]

    def initialised(self, phase: Phase) -> list[str]:
        """One line, if it did not succeed."""
        if phase.status == "success":
            return []
        error = f"\tError Type: {phase.error}" if phase.error else ""
        duration = f"Init Duration: {phase.duration / _MILLISECOND:.2f} ms"
        return [f"INIT_REPORT {duration}\tPhase: {phase.name}\tStatus: {phase.status}{error}\n"]

    def start(self, run: Run) -> list[str]:
        """One line."""
        return [f"START RequestId: {run.request_id} Version: {self._version}\n"]

    def record(self, record: logging.LogRecord, at: Instant, run: Run) -> str:
        """Level, time, request id and message, separated by tabs."""
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + _formatter.formatException(record.exc_info)
        return f"[{record.levelname}]\t{_time(at)}\t{run.request_id}\t{text}\n"

    def failure(self, outcome: Outcome, at: Instant, run: Run) -> str:
        """The error with its stack, or that time has run out."""
        if isinstance(outcome.error, TaskTimedOut):
            return f"{_time(at)} {run.request_id} {outcome.error}\n\n"
        document = json.loads(outcome.payload)
        kind, text = document["errorType"], document["errorMessage"]
        if "stackTrace" not in document:  # Lambda's own words, for a runtime that is gone
            return f"{text}\n{kind}\n"
        title = f"[ERROR] {kind}: {text}" if text else f"[ERROR] {kind}"
        shown = [line for entry in document["stackTrace"] for line in entry.splitlines()]
        lines = [title, "Traceback (most recent call last):", *map(_indented, shown)]
        return "\n".join(lines) + "\n"

    def end(self, run: Run) -> list[str]:
        """The end, and the report."""
        report = (
            f"REPORT RequestId: {run.request_id}\tDuration: {run.duration / _MILLISECOND:.2f} ms\t"
            f"Billed Duration: {run.billed} ms\tMemory Size: {self._memory}\t"
            f"Max Memory Used: {self._memory}\t"
        )
        shown = run.reported
        initialisation = "" if shown is None else f"Init Duration: {shown:.2f} ms\t"
        return [f"END RequestId: {run.request_id}\n", f"{report}{initialisation}\n"]


class JsonFormat:
    """JSON: of the platform, and of what is logged. What is printed stays as it is.

    Args:
        function: Whose log it is, with its settings as they are now.
    """

    def __init__(self, function: Function) -> None:
        self._name = function.name
        self._version = function.version
        self._memory = function.memory
        self._runtime = _Runtime.of(function)
        self._level = function.logging.level or logging.NOTSET
        self._system = SYSTEM_LEVELS.index(function.logging.system)

    def initialisation(self, at: Instant) -> list[str]:
        """The start of the environment."""
        about = {
            **_ON_DEMAND,
            "phase": "init",
            "runtimeVersion": self._runtime.version,
            "runtimeVersionArn": self._runtime.arn,
            "functionName": self._name,
            "functionVersion": self._version,
        }
        return self._told("INFO", at, "initStart", about)

    def initialised(self, phase: Phase) -> list[str]:
        """Two records, of little weight if it succeeded."""
        level = "DEBUG" if phase.status == "success" else "WARN"
        done: dict[str, Any] = {**_ON_DEMAND, "phase": phase.name, "status": phase.status}
        if phase.error:
            done["errorType"] = phase.error
        report = {**done, "metrics": {"durationMs": phase.duration / _MILLISECOND}}
        return [
            *self._told(level, phase.ended, "initRuntimeDone", done),
            *self._told(level, phase.ended, "initReport", report),
        ]

    def start(self, run: Run) -> list[str]:
        """One record."""
        about = self._about(run, {"version": self._version})
        return self._told("INFO", run.started, "start", about)

    def record(self, record: logging.LogRecord, at: Instant, run: Run) -> str:
        """A record with all that it carries, unless its level is too low."""
        if record.levelno < self._level:
            return ""
        shown: dict[str, Any] = {
            "timestamp": _time(at),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            **_exception(record),
            "requestId": run.request_id,
        }
        if run.tenant is not None:
            shown["tenantId"] = run.tenant
        extra = {
            name: value
            for name, value in vars(record).items()
            if name not in _OF_EVERY_RECORD and value is not None
        }
        return json.dumps({**extra, **shown}, ensure_ascii=False, default=str) + "\n"

    def failure(self, outcome: Outcome, at: Instant, run: Run) -> str:
        """The error document as a record; nothing for a timeout, which the report tells."""
        if isinstance(outcome.error, TaskTimedOut):
            return ""
        when = _time(at).partition(".")[0] + "Z"
        record = {"timestamp": when, "level": "ERROR", **json.loads(outcome.payload)}
        return json.dumps(record, ensure_ascii=False) + "\n"

    def end(self, run: Run) -> list[str]:
        """The report, and, in detail, the end of the runtime's work."""
        at, status = run.started + run.duration, _status(run.error)
        duration = round(run.duration / _MILLISECOND, 3)
        metrics = {
            "durationMs": duration,
            "billedDurationMs": run.billed,
            "memorySizeMB": self._memory,
            "maxMemoryUsedMB": self._memory,
            **({} if run.reported is None else {"initDurationMs": run.reported}),
        }
        level = "WARN" if run.error is not None else "INFO"
        done = self._about(run, {"status": status, "metrics": {"durationMs": duration}})
        return [
            *self._told("WARN" if run.error is not None else "DEBUG", at, "runtimeDone", done),
            *self._told(
                level, at, "report", self._about(run, {"metrics": metrics, "status": status})
            ),
        ]

    def _about(self, run: Run, record: Mapping[str, Any]) -> dict[str, Any]:
        tenant = {} if run.tenant is None else {"tenantId": run.tenant}
        return {"requestId": run.request_id, **tenant, **record}

    def _told(self, level: str, at: Instant, kind: str, record: Mapping[str, Any]) -> list[str]:
        """A record of the platform, if its level is high enough."""
        if SYSTEM_LEVELS.index(level) < self._system:
            return []
        shown = {"time": _time(at), "type": f"platform.{kind}", "record": record}
        return [json.dumps(shown, separators=(",", ":")) + "\n"]


_ON_DEMAND = {"initializationType": "on-demand"}


class _Runtime(NamedTuple):
    """What runs the code."""

    version: str
    arn: str

    @classmethod
    def of(cls, function: Function) -> _Runtime:
        name, region = function.runtime, function.place.region
        stem = name.rstrip("0123456789.")
        return cls(
            f"{stem}:{name.removeprefix(stem)}.v1",
            runtime_version_arn(name, region, partition(region)),
        )


_OF_EVERY_RECORD = frozenset(
    {
        *vars(logging.makeLogRecord({})),
        "aws_request_id",
        "message",
        "asctime",
        "exc_text",
        "taskName",
    }
)
"""The attributes of a log record that no code has added."""


def _indented(line: str) -> str:
    """A line of a stack trace, with the spaces at its beginning that the runtime writes."""
    text = line.lstrip(" ")
    return _NO_BREAK_SPACE * (len(line) - len(text)) + text


def _exception(record: logging.LogRecord) -> dict[str, Any]:
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, error, trace = record.exc_info
    return {
        "stackTrace": traceback.format_tb(trace),
        "errorType": kind.__name__,
        "errorMessage": str(error),
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}",
    }


def _status(error: BaseException | None) -> str:
    if error is None:
        return "success"
    return "timeout" if isinstance(error, TaskTimedOut) else "error"


def _time(at: Instant) -> str:
    return to_datetime(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
