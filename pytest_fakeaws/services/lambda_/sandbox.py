"""What the host looks like to a running handler: its environment variables, and where its output goes.

Everything is put in place when the handler runs and taken away when it waits or ends. Output and log
records are copied to the invocation, not taken: whoever captured them still does.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

from pytest_fakeaws.services.lambda_.copying import Outputs
from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.lambda_.log import InvocationLog
from pytest_fakeaws.services.lambda_.log_streams import EnvironmentLog
from pytest_fakeaws.services.lambda_.variables import Variables
from pytest_fakeaws.sim.process import Emit


class Sandbox:
    """The surroundings of the invocations in one execution environment.

    Args:
        environment: The execution environment, with modules of its own or not.
        stream: Where its invocations log.
        variables: What `os.environ` has more while one of them runs.

    Attributes:
        environment: The execution environment.
        stream: Where its invocations log.
        log: Where what the handler writes is copied to.
    """

    _outputs: Outputs | None = None
    """What stood in for the host's streams last. `print` in another thread does not hold the `sys.stdout` that it
    writes to, so it must not be freed as soon as the handler gives way."""

    def __init__(
        self, environment: Environment, stream: EnvironmentLog, variables: Variables
    ) -> None:
        self.environment = environment
        self.stream = stream
        self.log: InvocationLog
        self._variables = variables
        self._trace = ""
        self._level = stream.level
        self._redirected: tuple[TextIO, TextIO] | None = None

    def admit(self, request_id: str, trace: str) -> InvocationLog:
        """Let another invocation have it, and return its log.

        Args:
            request_id: Its request id.
            trace: Its trace header.
        """
        stream = self.stream
        self.log = log = stream.invocation(request_id, self.environment)
        self._trace = trace
        self._level = stream.level
        self._redirected = None
        return log

    def forget(self) -> None:
        """Be as if no code had changed the environment variables."""
        self._variables.forget()

    def enter(self) -> None:
        """The handler is about to run."""
        self._variables.put(self._trace)
        host = sys.stdout, sys.stderr
        outputs = Sandbox._outputs
        if outputs is None or outputs.host != host:
            outputs = Sandbox._outputs = Outputs(*host)
        out, err = outputs.copying
        out.log = err.log = self.log
        sys.stdout, sys.stderr = self._redirected or outputs.streams
        self.environment.runtime_handler.enter(self.log, host)
        if self._level is not None:
            self._swap_level()
        if self.environment.isolated:
            self.environment.enter()

    def leave(self) -> None:
        """The handler gives way, or has ended."""
        if self.environment.isolated:
            self.environment.leave()
        if self._level is not None:
            self._swap_level()
        self.environment.runtime_handler.leave()
        outputs = Sandbox._outputs
        assert outputs is not None
        inside = sys.stdout, sys.stderr
        self._redirected = None if inside == outputs.streams else inside
        sys.stdout, sys.stderr = outputs.host
        out, err = outputs.copying
        out.log = err.log = None
        self._variables.restore()

    def emitted(
        self, handler: logging.StreamHandler[TextIO], record: logging.LogRecord, emit: Emit
    ) -> None:
        """Something is logged by *handler* while the code runs."""
        self.environment.runtime_handler.copy(handler, record, emit)

    def _swap_level(self) -> None:
        """Change the root logger's level for the handler's, or back: each keeps what it has set."""
        root = logging.getLogger()
        before = root.level
        root.setLevel(cast(int, self._level))
        self._level = before
