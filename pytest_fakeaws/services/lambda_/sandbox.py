"""What the host looks like to a running handler: its environment variables, and where its output goes.

Everything is put in place when the handler runs and taken away when it waits or ends. Output and log
records are copied to the invocation, not taken: whoever captured them still does.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.lambda_.log import InvocationLog
from pytest_fakeaws.services.lambda_.variables import Hidden


class Sandbox:
    """The surroundings of one invocation.

    Args:
        environment: The execution environment, with its variables, and modules of its own or not.
        log: Where what the handler writes is copied to.
        level: The level that the root logger has for it, if not the test's.
        trace: The trace header of the invocation.
    """

    def __init__(
        self, environment: Environment, log: InvocationLog, level: int | None, trace: str
    ) -> None:
        self._environment = environment
        self._trace = trace
        self._hidden: Hidden
        self._log = log
        self._level = level
        self._streams: tuple[TextIO, TextIO] | None = None
        self._call_handlers = logging.Logger.callHandlers

    def enter(self) -> None:
        """The handler is about to run."""
        self._hidden = self._environment.variables.put(self._trace)
        self._streams = sys.stdout, sys.stderr
        sys.stdout = cast(TextIO, _Copying(sys.stdout, self._log))
        sys.stderr = cast(TextIO, _Copying(sys.stderr, self._log))
        original = self._call_handlers = logging.Logger.callHandlers
        copied = self._log.record

        def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
            copied(record)
            original(logger, record)

        logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign, assignment]
        self._swap_level()
        self._environment.enter()

    def leave(self) -> None:
        """The handler gives way, or has ended."""
        self._environment.leave()
        self._swap_level()
        logging.Logger.callHandlers = self._call_handlers  # type: ignore[method-assign]
        if self._streams is not None:
            sys.stdout, sys.stderr = self._streams
        self._hidden.restore()

    def _swap_level(self) -> None:
        """Change the root logger's level for the handler's, or back: each keeps what it has set."""
        if self._level is not None:
            root = logging.getLogger()
            before = root.level
            root.setLevel(self._level)
            self._level = before


class _Copying:
    """A text stream that also writes to a log, and is otherwise the stream itself."""

    def __init__(self, stream: TextIO, log: InvocationLog) -> None:
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
