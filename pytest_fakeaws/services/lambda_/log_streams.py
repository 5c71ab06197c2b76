"""Log streams: each execution environment of a function has one of its own."""

from __future__ import annotations

from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.log import InvocationLog
from pytest_fakeaws.services.lambda_.log_formats import LogFormat, format_of
from pytest_fakeaws.services.ports import Clock, LogStream, LogStreamOpener
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import to_datetime


class EnvironmentLog:
    """Where the invocations in one execution environment log.

    Attributes:
        group: The name of the log group.
        name: The name of the stream.
        level: The level that the root logger has in it, if the runtime sets one.
        now: Reads the clock.
    """

    def __init__(
        self, function: Function, name: str, stream: LogStream, form: LogFormat, now: Clock
    ) -> None:
        self.group = function.log_group
        self.name = name
        self.level = function.logging.level
        self._stream = stream
        self._form = form
        self.now = now

    def invocation(self, request_id: str, environment: Environment) -> InvocationLog:
        """The log of an invocation that starts now, in *environment*."""
        log = InvocationLog(self._form, request_id, self.now, environment)
        self._stream.append(log)
        return log


class LogStreams:
    """Opens the log streams of execution environments.

    Args:
        chance: Where their names come from.
        now: Reads the clock.
        open_stream: Opens a stream of a log group.
    """

    def __init__(self, chance: Chance, now: Clock, open_stream: LogStreamOpener) -> None:
        self._digits = chance.stream("lambda/log-streams").getrandbits
        self._now = now
        self._open = open_stream

    def open(self, function: Function) -> EnvironmentLog:
        """The log of another environment in which *function* runs."""
        now = self._now()
        name = f"{to_datetime(now):%Y/%m/%d}/[{function.version}]{self._digits(128):032x}"
        stream = self._open(function.place, function.log_group, name)
        return EnvironmentLog(function, name, stream, format_of(function), self._now)
