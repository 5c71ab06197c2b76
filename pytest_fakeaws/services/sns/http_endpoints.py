"""HTTP/S endpoints: callables of the test's that stand at URLs.

See https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption
from pytest_fakeaws.journal.journal import current_cause
from pytest_fakeaws.journal.traces import place
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.http_request import HttpRequest
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.process import Interruption, Process
from pytest_fakeaws.sim.simulation import Simulation

__tracebackhide__ = HIDE_FROM_TRACEBACK

HttpHandler: TypeAlias = Callable[[HttpRequest], Any]
"""Answers requests: returns a status, a response with `status_code` or `status`, or nothing for 200."""

_OK = 200
_SUCCESS = range(200, 300)
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = range(500, 600)
_STATUSES = range(100, 600)


class HttpAnswer(NamedTuple):
    """What came of a request.

    Attributes:
        status: The HTTP status, if there was an answer.
        error: What went wrong, in words; nothing if nothing did.
    """

    status: int | None
    error: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the endpoint has taken what it was sent."""
        return self.status in _SUCCESS

    @property
    def may_pass(self) -> bool:
        """Whether it is worth another try.

        See https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.https.ca.html.
        """
        status = self.status
        return status is None or status == _TOO_MANY_REQUESTS or status in _SERVER_ERRORS

    @property
    def reason(self) -> str:
        """Why it was not taken."""
        return ": ".join(filter(None, (f"HTTP {self.status}" if self.status else "", self.error)))


class HttpEndpoints:
    """Who answers at which URL.

    Args:
        simulation: The clock that the callables live on.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._handlers: dict[str, HttpHandler] = {}

    def put(self, url: str, handler: HttpHandler) -> None:
        """Let *handler* answer at *url* from now on."""
        self._handlers[_normal(url)] = handler

    def remove(self, url: str) -> None:
        """Let nobody answer there any more."""
        self._handlers.pop(_normal(url), None)

    def post(self, request: HttpRequest, done: Callable[[HttpAnswer], None]) -> None:
        """Send *request*, the next time the simulation is driven, and call *done* with what came of it."""
        url = _normal(request.url)
        handler = self._handlers.get(url) or self._handlers.get(url.partition("?")[0])
        if handler is None:
            done(HttpAnswer(None, "connection refused: nobody answers there"))
        else:
            _Exchange(self._simulation, handler, request, done)


class _Exchange:
    """One request that a callable answers, in a process of its own."""

    def __init__(
        self,
        simulation: Simulation,
        handler: HttpHandler,
        request: HttpRequest,
        done: Callable[[HttpAnswer], None],
    ) -> None:
        self._simulation = simulation
        self._handler = handler
        self._request = request
        self._done = done
        self._answer: HttpAnswer | None = None
        self._cause = current_cause.get()
        self._process: Process = simulation.spawn(request.url, self._run, on_end=self._ended)
        self._timeout: Event = simulation.at(
            simulation.now + limits.HTTP_TIMEOUT * SECOND,
            self._time_out,
            who=f"{request.url}: timeout",
            home=True,
        )

    def _run(self) -> None:
        # The process has a context of its own, so this cause is that of nobody else.
        current_cause.set(self._cause)
        try:
            returned = self._handler(self._request)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is its answer
            answer = HttpAnswer(500, _told(error))
        else:
            answer = HttpAnswer(_status(returned, self._request.url))
        if self._answer is None:  # else it has timed out, whatever came of its unwinding
            self._answer = answer

    def _time_out(self) -> None:
        self._answer = HttpAnswer(None, f"no answer within {limits.HTTP_TIMEOUT} s")
        process = self._process
        self._simulation.end(process, f"{self._request.url} took too long")
        if process.alive:
            self._ended()  # it swallowed its end, and stays parked for good

    def _ended(self) -> None:
        self._simulation.cancel(self._timeout)
        if self._answer is not None:  # else the test is over, or was interrupted
            self._done(self._answer)


def _status(returned: Any, url: str) -> int:
    """The status in what a handler has returned."""
    if returned is None:
        return _OK
    status = returned
    if not isinstance(returned, int):
        status = getattr(returned, "status_code", getattr(returned, "status", None))
    if isinstance(status, int) and not isinstance(status, bool) and status in _STATUSES:
        return int(status)
    raise Interruption(
        UnknownOption(
            f"The endpoint {url} has answered {returned!r}.",
            f"It is of type {type(returned).__name__}.",
            "Return an HTTP status such as 200, a response with status_code, or nothing for 200.",
        )
    )


def _told(error: BaseException) -> str:
    """An error, and where in the handler's own code it came from."""
    text = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)[1:]
    if not frames:
        return text
    return f"{text}  ({place(frames[-1].filename, frames[-1].lineno, frames[-1].name)})"


def _normal(url: str) -> str:
    """A URL by which endpoints are compared: without what does not tell them apart."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{parts.path or '/'}{query}"
