"""Log records: what writes them to streams does so by leave of the process that runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pytest_fakeaws.sim.process import Process
from pytest_fakeaws.wire.patches import Patches


class LogRecords:
    """Lets the surroundings of the process that runs emit each record that a `StreamHandler` is given.

    Args:
        running: Returns the process that runs, if one does.
    """

    def __init__(self, running: Callable[[], Process | None]) -> None:
        self._running = running
        self._patches = Patches()

    def start(self) -> None:
        """Let them from now on."""
        running, original = self._running, logging.StreamHandler.emit

        def emit(handler: logging.StreamHandler[Any], record: logging.LogRecord) -> None:
            process = running()
            if process is None or process.surroundings is None:
                original(handler, record)
            else:
                process.surroundings.emitted(handler, record, original)

        self._patches.replace(logging.StreamHandler, "emit", emit)

    def stop(self) -> None:
        """Let them no more."""
        self._patches.undo()
