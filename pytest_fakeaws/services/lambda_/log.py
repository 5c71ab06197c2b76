"""The log of one invocation as CloudWatch has it: what the handler wrote, between lines of AWS's own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.environment import Environment
from pytest_fakeaws.services.lambda_.initialisation import Phase
from pytest_fakeaws.services.lambda_.log_formats import LogFormat, Run
from pytest_fakeaws.services.lambda_.outcomes import Outcome
from pytest_fakeaws.services.ports import Clock, LogEvent
from pytest_fakeaws.sim.instants import Duration, Instant


class InvocationLog:
    """What an invocation writes to its log stream.

    AWS's own lines are worded when somebody reads them, so that a log costs little until then.

    Args:
        form: How lines are worded.
        request_id: The invocation's.
        now: Reads the clock.
        environment: Where it runs, as it is when it starts.
    """

    # As it is for most: nothing initialised, nothing written.
    _opening: tuple[LogEvent | Phase, ...] = ()
    _events: list[LogEvent] | None = None
    _line = ""
    _initialisation: Duration | None = 0
    _ended_at: Instant | None = None

    def __init__(
        self, form: LogFormat, request_id: str, now: Clock, environment: Environment
    ) -> None:
        self._form = form
        self._request_id = request_id
        self._now = now
        self._cold = environment.cold
        self._tenant = environment.tenant
        self._opened_at = self._started = self._begun_at = now()
        self._outcome: Outcome

    @property
    def request_id(self) -> str:
        """The request id of the invocation."""
        return self._request_id

    # Writing

    def write(self, text: str) -> None:
        """The handler has printed *text*: each of its lines is an event when it ends."""
        *lines, rest = (self._line + text).split("\n")
        if lines:
            now = self._now()
            self._add(LogEvent(now, f"{line}\n") for line in lines)
        self._line = rest

    def record(self, record: logging.LogRecord) -> None:
        """The handler has logged *record*."""
        self.add(self._form.record(record, self._now(), self._run))

    def add(self, text: str) -> None:
        """Something else has written *text*: it is one event, however many lines it has."""
        self._end_line()
        if text:
            self._add([LogEvent(self._now(), text)])

    def initialised(self, phase: Phase) -> None:
        """The initialisation of the environment has ended; what was written so far belongs to it."""
        self._end_line()
        self._opening += (*self._written, phase)
        self._events = None
        if phase.name == "init":
            self._initialisation = phase.duration if phase.status == "success" else None
            self._started = phase.ended
        self._begun_at = phase.ended

    def begin(self) -> None:
        """The handler begins."""
        if self._opening:
            self._end_line()
            self._opening += (*self._written,)
            self._events = None
            self._begun_at = self._now()

    def close(self, outcome: Outcome) -> None:
        """The invocation has come to *outcome*."""
        if self._line:
            self._end_line()
        self._ended_at = self._now()
        self._outcome = outcome

    def _end_line(self) -> None:
        if self._line:
            self._add([LogEvent(self._now(), self._line)])
            self._line = ""

    def _add(self, events: Iterable[LogEvent]) -> None:
        if self._events is None:
            self._events = []
        self._events += events

    # Reading

    @property
    def text(self) -> str:
        """What the handler has printed and logged so far."""
        if not self._opening and not self._events:
            return self._line
        opening = [event for event in self._opening if isinstance(event, LogEvent)]
        return "".join(event.message for event in [*opening, *self._written]) + self._line

    @property
    def complete(self) -> bool:
        """Whether the invocation has ended."""
        return self._ended_at is not None

    def events(self) -> list[LogEvent]:
        """Its events so far, the start of a new environment included."""
        return [*self._of_initialisation(), *self._of_invocation()]

    def tail(self) -> bytes:
        """The end of it, as the answer of the invocation shows it."""
        text = "".join(event.message for event in self._of_invocation())
        return text.encode(errors="replace")[-limits.LOG_TAIL :]

    @property
    def _written(self) -> Sequence[LogEvent]:
        return self._events or ()

    @property
    def _run(self) -> Run:
        return Run(
            self._request_id,
            self._started,
            self._cold,
            self._tenant,
            initialisation=self._initialisation,
        )

    def _of_initialisation(self) -> Iterator[LogEvent]:
        if not self._cold:
            return
        opening = self._opening or (Phase("init", "success", self._started),)
        for text in self._form.initialisation(self._opened_at):
            yield LogEvent(self._opened_at, text)
        for event in opening:
            if isinstance(event, LogEvent):
                yield event
            else:
                for text in self._form.initialised(event):
                    yield LogEvent(event.ended, text)

    def _of_invocation(self) -> list[LogEvent]:
        start = [LogEvent(self._begun_at, text) for text in self._form.start(self._run)]
        ended = self._ended_at
        if ended is None:
            return [*start, *self._written]
        closing = [LogEvent(ended, text) for text in self._closing(ended)]
        return [*start, *self._written, *closing]

    def _closing(self, ended: Instant) -> Iterator[str]:
        """What the runtime and Lambda say in the end."""
        error = self._outcome.error
        run = self._run._replace(duration=ended - self._started, error=error)
        failure = self._form.failure(self._outcome, ended, run) if error is not None else ""
        if failure:
            yield failure
        yield from self._form.end(run)
