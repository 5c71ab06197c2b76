"""What the host looks like to a running handler: its environment variables, and where its output goes.

Everything is put in place when the handler runs and taken away when it waits or ends. Output and log
records are copied to the invocation, not taken: whoever captured them still does.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO, cast

from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.ports import Clock
from pytest_fakeaws.sim.instants import to_datetime

_formatter = logging.Formatter()


class Sandbox:
    """The surroundings of one invocation.

    Args:
        variables: What `os.environ` has more, or otherwise, than the test's.
        request_id: Written into each log line, as the Python runtime does.
        now: Reads the clock.
        environment: The execution environment, which has modules of its own, or more variables.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        request_id: str,
        now: Clock,
        environment: Environment,
    ) -> None:
        self._environment = environment
        more = environment.variables
        self._variables = {**more, **variables} if more else variables
        self._request_id = request_id
        self._now = now
        self._log = io.StringIO()
        self._hidden: dict[str, str | None] = {}
        self._streams: tuple[TextIO, TextIO] | None = None
        self._factory = logging.getLogRecordFactory()

    @property
    def logs(self) -> str:
        """What the handler has printed and logged so far."""
        return self._log.getvalue()

    def enter(self) -> None:
        """The handler is about to run."""
        environ = os.environ
        for name, value in self._variables.items():
            # To ask first costs a third of what a KeyError does.
            before = environ[name] if name in environ else None  # noqa: SIM401
            self._hidden[name] = before
            if before != value:
                environ[name] = value
        self._streams = sys.stdout, sys.stderr
        sys.stdout = cast(TextIO, _Copying(sys.stdout, self._log))
        sys.stderr = cast(TextIO, _Copying(sys.stderr, self._log))
        self._factory = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._copied_record)
        self._environment.enter()

    def leave(self) -> None:
        """The handler gives way, or has ended."""
        self._environment.leave()
        logging.setLogRecordFactory(self._factory)
        if self._streams is not None:
            sys.stdout, sys.stderr = self._streams
        for name, before in self._hidden.items():
            if before is None:
                _remove(name)
            elif os.environ.get(name) != before:
                os.environ[name] = before

    def _copied_record(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._factory(*args, **kwargs)
        when = to_datetime(self._now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._log.write(f"[{record.levelname}]\t{when}\t{self._request_id}\t{_text(record)}\n")
        return record


def _text(record: logging.LogRecord) -> str:
    """The message and, if there is one, the traceback, leaving nothing behind in the record."""
    text = record.getMessage()
    if record.exc_info:
        text += "\n" + _formatter.formatException(record.exc_info)
    return text


def _remove(name: str) -> None:
    try:
        del os.environ[name]
    except KeyError:  # the handler has done so itself
        return


class _Copying:
    """A text stream that also writes to a log, and is otherwise the stream itself."""

    def __init__(self, stream: TextIO, log: io.StringIO) -> None:
        self._stream = stream
        self._log = log

    def write(self, text: str) -> int:
        # What logging writes here has been copied as a record already.
        if sys._getframe(1).f_globals.get("__name__") != "logging":
            self._log.write(text)
        return self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
