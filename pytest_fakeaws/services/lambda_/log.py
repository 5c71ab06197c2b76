"""The log of one invocation as CloudWatch has it: what the handler wrote, between lines of AWS's own."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.initialisation import Phase
from pytest_fakeaws.services.lambda_.log_formats import LogFormat, Run
from pytest_fakeaws.services.lambda_.outcomes import Outcome
from pytest_fakeaws.services.ports import Clock, LogEvent
from pytest_fakeaws.sim.instants import Instant


class InvocationLog:
    """What an invocation writes to its log stream.

    AWS's own lines are worded when somebody reads them, so that a log costs little until then.

    Args:
        form: How lines are worded.
        run: What they tell of.
        now: Reads the clock.
    """

    __slots__ = (
        "_begun_at",
        "_ended_at",
        "_events",
        "_form",
        "_line",
        "_now",
        "_opened_at",
        "_opening",
        "_outcome",
        "_run",
    )

    def __init__(self, form: LogFormat, run: Run, now: Clock) -> None:
        self._form = form
        self._run = run
        self._now = now
        self._opening: tuple[LogEvent | Phase, ...] = ()
        self._events: list[LogEvent] = []
        self._opened_at = self._begun_at = run.started
        self._line = ""
        self._ended_at: Instant | None = None
        self._outcome: Outcome

    @property
    def request_id(self) -> str:
        """The request id of the invocation."""
        return self._run.request_id

    # Writing

    def write(self, text: str) -> None:
        """The handler has printed *text*: each of its lines is an event when it ends."""
        *lines, rest = (self._line + text).split("\n")
        if lines:
            now = self._now()
            self._events += [LogEvent(now, f"{line}\n") for line in lines]
        self._line = rest

    def record(self, record: logging.LogRecord) -> None:
        """The handler has logged *record*."""
        self.add(self._form.record(record, self._now(), self._run))

    def add(self, text: str) -> None:
        """Something else has written *text*: it is one event, however many lines it has."""
        self._end_line()
        if text:
            self._events.append(LogEvent(self._now(), text))

    def initialised(self, phase: Phase) -> None:
        """The initialisation of the environment has ended; what was written so far belongs to it."""
        self._end_line()
        self._opening += (*self._events, phase)
        self._events = []
        if phase.name == "init":
            initialisation = phase.duration if phase.status == "success" else None
            self._run = self._run._replace(started=phase.ended, initialisation=initialisation)
        self._begun_at = phase.ended

    def begin(self) -> None:
        """The handler begins."""
        if self._opening:
            self._end_line()
            self._opening += tuple(self._events)
            self._events = []
            self._begun_at = self._now()

    def close(self, outcome: Outcome) -> None:
        """The invocation has come to *outcome*."""
        self._end_line()
        self._ended_at = self._now()
        self._outcome = outcome

    def _end_line(self) -> None:
        if self._line:
            self._events.append(LogEvent(self._now(), self._line))
            self._line = ""

    # Reading

    @property
    def text(self) -> str:
        """What the handler has printed and logged so far."""
        if not self._opening and not self._events:
            return self._line
        written = [event for event in self._opening if isinstance(event, LogEvent)]
        return "".join(event.message for event in [*written, *self._events]) + self._line

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

    def _of_initialisation(self) -> Iterator[LogEvent]:
        if not self._run.cold:
            return
        opening = self._opening or (Phase("init", "success", self._run.started),)
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
            return start + self._events
        return start + self._events + [LogEvent(ended, text) for text in self._closing(ended)]

    def _closing(self, ended: Instant) -> Iterator[str]:
        """What the runtime and Lambda say in the end."""
        error = self._outcome.error
        run = self._run._replace(duration=ended - self._run.started, error=error)
        failure = self._form.failure(self._outcome, ended, run) if error is not None else ""
        if failure:
            yield failure
        yield from self._form.end(run)
