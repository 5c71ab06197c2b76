"""What the host looks like to a running handler: its environment variables, and where its output goes.

Everything is put in place when the handler runs and taken away when it waits or ends. Output and log
records are copied to the invocation, not taken: whoever captured them still does.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

from pytest_fakeaws.services.lambda_.copying import Copying
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

    _copying: tuple[Copying, Copying] | None = None
    """What stood in for the host's streams last. `print` in another thread does not hold the `sys.stdout` that it
    writes to, so it must not be freed as soon as the handler gives way."""

    def __init__(
        self, environment: Environment, log: InvocationLog, level: int | None, trace: str
    ) -> None:
        self._environment = environment
        self._trace = trace
        self._hidden: Hidden
        self._log = log
        self._level = level
        self._streams: tuple[TextIO, TextIO] | None = None

    def enter(self) -> None:
        """The handler is about to run."""
        self._hidden = self._environment.variables.put(self._trace)
        self._streams = streams = sys.stdout, sys.stderr
        copying = Sandbox._copying
        if copying is None or (copying[0].stream, copying[1].stream) != streams:
            copying = Sandbox._copying = Copying(sys.stdout), Copying(sys.stderr)
        copying[0].log = copying[1].log = self._log
        sys.stdout, sys.stderr = cast(TextIO, copying[0]), cast(TextIO, copying[1])
        self._environment.runtime_handler.enter(self._log, streams)
        self._swap_level()
        self._environment.enter()

    def leave(self) -> None:
        """The handler gives way, or has ended."""
        self._environment.leave()
        self._swap_level()
        self._environment.runtime_handler.leave()
        if self._streams is not None:
            sys.stdout, sys.stderr = self._streams
        for stream in Sandbox._copying or ():
            stream.log = None
        self._hidden.restore()

    def _swap_level(self) -> None:
        """Change the root logger's level for the handler's, or back: each keeps what it has set."""
        if self._level is not None:
            root = logging.getLogger()
            before = root.level
            root.setLevel(self._level)
            self._level = before
