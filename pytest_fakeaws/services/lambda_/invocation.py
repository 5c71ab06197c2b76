"""An invocation: one run of a handler, from the event to its outcome."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from decimal import Decimal
from types import TracebackType
from typing import Any, NamedTuple

from pytest_fakeaws.journal.entries import InvocationFailed, InvocationStarted, InvocationSucceeded
from pytest_fakeaws.journal.journal import Journal, current_cause
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.context import LambdaContext
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.sandbox import Sandbox
from pytest_fakeaws.services.ports import Clock
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.process import Process
from pytest_fakeaws.sim.simulation import Simulation


class TaskTimedOut(Exception):
    """The handler took longer than the function's timeout."""


class ResponseTooLarge(Exception):
    """What the handler returned is larger than a response may be."""


class Outcome(NamedTuple):
    """How an invocation ended.

    Attributes:
        payload: The response as JSON: what the handler returned, or AWS's error document.
        error: What went wrong, or `None`.
    """

    payload: str
    error: BaseException | None = None


class Invocation:
    """One run of a handler.

    Attributes:
        function: What runs.
        request_id: The id that the handler sees in its context.
        number: The number of the journal entry that says it started.
        outcome: How it ended; `None` while it runs.
    """

    def __init__(
        self,
        function: Function,
        request_id: str,
        event: Any,
        simulation: Simulation,
        journal: Journal,
    ) -> None:
        self.function = function
        self.request_id = request_id
        self.outcome: Outcome | None = None
        self.number = 0
        self._event = event
        self._simulation = simulation
        self._journal = journal
        self._started = simulation.now
        self._now: Clock = lambda: simulation.now
        self._sandbox = Sandbox(function.variables, request_id, self._now)
        self._watchers: dict[Callable[[], None], None] = {}
        self._process: Process
        self._timeout: Event

    def start(self, attempt: int, message_ids: tuple[str, ...], payload: str) -> None:
        """Let the handler run, the next time the simulation is driven."""
        function = self.function
        self.number = self._journal.record(
            InvocationStarted(function.arn, self.request_id, attempt, message_ids, payload)
        )
        self._process = self._simulation.spawn(
            function.name, self._call, on_end=self._ended, surroundings=self._sandbox
        )
        self._timeout = self._simulation.at(
            self._started + function.longest,
            self._time_out,
            who=f"{function.name}: timeout",
            home=True,
        )

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* once, when the invocation has ended."""
        self._watchers[watcher] = None

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""
        self._watchers.pop(watcher, None)

    def _call(self) -> None:
        # The process has a context of its own, so this cause is that of nobody else.
        current_cause.set(self.number)
        deadline = self._started + self.function.longest
        context = LambdaContext(self.function, self.request_id, deadline, self._now)
        try:
            result = self.function.handler(self._event, context)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            outcome = Outcome(_error_document(error, self.request_id), error)
        except SystemExit as error:
            outcome = Outcome(_exit_document(self.request_id), error)
        else:
            outcome = _response(result)
        if self.outcome is None:  # else it has timed out, whatever came of its unwinding
            self.outcome = outcome

    def _time_out(self) -> None:
        seconds = f"{self.function.timeout:.2f} seconds"
        text = f"RequestId: {self.request_id} Error: Task timed out after {seconds}"
        document = json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": text})
        self.outcome = Outcome(document, TaskTimedOut(f"Task timed out after {seconds}"))
        process = self._process
        self._simulation.end(process, f"{self.function.name} timed out")
        if process.alive:
            self._ended()  # it swallowed its end, and stays parked for good

    def _ended(self) -> None:
        self._simulation.cancel(self._timeout)
        del self._process, self._timeout  # both lead back here: so the collector has nothing to do
        if self.outcome is None:
            return  # the test is over, or was interrupted
        payload, error = self.outcome
        duration = self._simulation.now - self._started
        run = (self.number, self.function.arn, self.request_id, duration, self._sandbox.logs)
        with self._journal.caused_by(self.number):
            if error is None:
                self._journal.record(InvocationSucceeded(*run, payload))
            else:
                self._journal.record(InvocationFailed(*run, payload, error))
        watchers, self._watchers = self._watchers, {}
        for watcher in watchers:
            watcher()


def _number(value: Any) -> Any:
    """A `Decimal`, which DynamoDB's client gives for numbers and AWS's runtime writes as one."""
    if isinstance(value, Decimal):
        return json.loads(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_to_json = json.JSONEncoder(default=_number).encode


def _response(result: Any) -> Outcome:
    try:
        payload = _to_json(result)
    except (TypeError, ValueError, RecursionError) as error:
        document = {
            "errorMessage": f"Unable to marshal response: {error}",
            "errorType": "Runtime.MarshalError",
            "requestId": "",
            "stackTrace": [],
        }
        return Outcome(json.dumps(document), error)
    if len(payload) > limits.RESPONSE_PAYLOAD:
        text = (
            "Response payload size exceeded maximum allowed payload size "
            f"({limits.RESPONSE_PAYLOAD} bytes)."
        )
        document = {"errorMessage": text, "errorType": "Function.ResponseSizeTooLarge"}
        return Outcome(json.dumps(document), ResponseTooLarge(text))
    return Outcome(payload)


def _error_document(error: Exception, request_id: str) -> str:
    frames = traceback.extract_tb(_from_handler(error.__traceback__))
    document = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list([_without_columns(frame) for frame in frames]),
    }
    return json.dumps(document)


def _without_columns(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    """A frame that is shown as AWS's runtime shows it, without carets below the line."""
    return traceback.FrameSummary(frame.filename, frame.lineno, frame.name, line=frame.line)


def _from_handler(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that begins in the handler, without the frame that called it."""
    return trace.tb_next if trace is not None and trace.tb_next is not None else trace


def _exit_document(request_id: str) -> str:
    text = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": text})
