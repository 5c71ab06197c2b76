"""The handler that AWS's runtime gives to the root logger: it writes what is logged to the invocation's log.

See https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from pytest_fakeaws.services.lambda_.copying import Copying
from pytest_fakeaws.sim.process import Emit

if TYPE_CHECKING:
    from pytest_fakeaws.services.lambda_.log import InvocationLog


class RuntimeHandler(logging.Handler):
    """The first handler of the root logger while something runs in an execution environment.

    Code may take it away, as `logging.config.dictConfig` does with a configuration of the root logger, or give it
    a formatter or filters of its own; all that lasts as long as the environment.

    What a `StreamHandler` of the code's own writes to an output of the process belongs to the log as well, also if
    it was made before there was an invocation. A record that one has written is not written again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._log: InvocationLog | None = None
        self._outputs: Sequence[TextIO] = ()
        self._written: logging.LogRecord | None = None
        self._wanted = True

    def enter(self, log: InvocationLog, outputs: Sequence[TextIO]) -> None:
        """Write to *log* from now on.

        Args:
            log: The log of the invocation.
            outputs: The host's streams for output and errors.
        """
        self._log, self._outputs = log, outputs
        if self._wanted:
            logging.root.handlers.insert(0, self)

    def leave(self) -> None:
        """Write nothing any more."""
        handlers = logging.root.handlers
        self._wanted = self in handlers
        if self._wanted:
            handlers.remove(self)
        self._log = self._written = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write *record*, unless a handler of the code's own has done so or is about to."""
        log = self._log
        if (
            log is None
            or record is self._written
            or any(map(self._writes_output, logging.root.handlers))
        ):
            return
        record.aws_request_id = log.request_id
        if self.formatter is None:
            log.record(record)
        else:
            log.add(self.format(record) + "\n")

    def copy(
        self, handler: logging.StreamHandler[Any], record: logging.LogRecord, emit: Emit
    ) -> None:
        """Let *handler* emit *record*, and copy to the log what belongs there.

        Args:
            handler: A handler that the code has, or somebody else.
            record: What is logged.
            emit: How such handlers emit records.
        """
        stream, log = handler.stream, self._log
        if not self._writes_output(handler):
            emit(handler, record)
            return
        self._written = record
        if isinstance(stream, Copying) and stream.log is log:
            emit(handler, record)
            return
        handler.stream = Copying(stream, log)
        try:
            emit(handler, record)
        finally:
            handler.stream = stream

    def _writes_output(self, handler: logging.Handler) -> bool:
        if not isinstance(handler, logging.StreamHandler):
            return False
        stream = handler.stream
        return (
            isinstance(stream, Copying)
            or any(stream is output for output in (*self._outputs, sys.__stdout__, sys.__stderr__))
            # What was the output when a module of tests was imported.
            or type(stream).__module__ == "_pytest.capture"
        )
