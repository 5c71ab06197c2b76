"""The control API of an endpoint: what other processes and languages turn the clock with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.errors import FakeAWSError, closest
from pytest_fakeaws.handles.clock import Clock
from pytest_fakeaws.handles.faults import Faults
from pytest_fakeaws.sim.instants import to_datetime
from pytest_fakeaws.wire.protocols.http import Request, Response

if TYPE_CHECKING:
    from pytest_fakeaws.journal.entry import Entry

_PREFIX = "/_fakeaws/"


class Control:
    """Answers requests below `/_fakeaws/`.

    Args:
        clock: The fake's.
        journal: Returns what has happened.
        timeline: Returns it as a text.
        reset: Starts afresh.
        faults: Returns what can be let go wrong.
        at_home: Has something done by the thread that the fake lives on, and returns what came of it.
    """

    def __init__(
        self,
        clock: Clock,
        journal: Callable[[], Iterable[Entry]],
        timeline: Callable[[], object],
        reset: Callable[[], None],
        faults: Callable[[], Faults],
        *,
        at_home: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._timeline = timeline
        self._reset = reset
        self._faults = faults
        self._at_home = at_home
        self._verbs: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "now"): self._now,
            ("POST", "advance"): self._advance,
            ("POST", "run-until-idle"): self._run_until_idle,
            ("GET", "journal"): self._entries,
            ("GET", "timeline"): self._text,
            ("POST", "faults"): self._go_wrong,
            ("POST", "reset"): self._afresh,
        }

    def answer(self, request: Request) -> Response:
        """The response to *request*."""
        name = request.path.removeprefix(_PREFIX).rstrip("/")
        verb = self._verbs.get((request.method, name))
        if verb is None:
            return self._unknown(request.method, name)
        try:
            options = _options(request)
            return _response(200, self._at_home(lambda: verb(options)))
        except FakeAWSError as error:
            said = {"error": error.what, "evidence": error.evidence, "advice": error.advice}
            return _response(400, {"type": type(error).__name__, **said})
        except (ValueError, TypeError) as error:
            return _response(400, {"type": "BadRequest", "error": str(error)})

    def _unknown(self, method: str, name: str) -> Response:
        ways = {path: way for way, path in self._verbs}
        if name in ways:
            return _response(
                405, {"type": "BadRequest", "error": f"{name} is asked for with {ways[name]}."}
            )
        known = [f"{_PREFIX}{path}" for path in ways]
        advice = closest(f"{_PREFIX}{name}", known)
        return _response(404, {"type": "BadRequest", "error": "No such verb.", "advice": advice})

    def _now(self, _: dict[str, Any]) -> Any:
        return {"now": self._clock.now().isoformat()}

    def _advance(self, options: dict[str, Any]) -> Any:
        if options.keys() == {"to"}:
            self._clock.advance_to(options["to"])
        elif options.keys() == {"by"}:
            self._clock.advance(_length(options["by"]))
        else:
            raise ValueError('Say {"by": "90s"}, or {"to": "2030-01-02T00:00:00Z"}.')
        return self._now({})

    def _run_until_idle(self, options: dict[str, Any]) -> Any:
        if not options.keys() <= {"timeout", "max_events"}:
            raise ValueError('There are "timeout" and "max_events", both optional.')
        if "timeout" in options:
            options["timeout"] = _length(options["timeout"])
        if "max_events" in options:
            options["max_events"] = int(options["max_events"])
        self._clock.run_until_idle(**options)
        return self._now({})

    def _entries(self, _: dict[str, Any]) -> Any:
        return [_shown(entry) for entry in self._journal()]

    def _text(self, _: dict[str, Any]) -> Any:
        return str(self._timeline())

    def _go_wrong(self, options: dict[str, Any]) -> Any:
        name = str(options.pop("fault", ""))
        known = [each for each in dir(Faults) if not each.startswith("_")]
        if name not in known:
            raise ValueError(f'"fault" names what is to go wrong: one of {", ".join(known)}.')
        return {"fault": repr(getattr(self._faults(), name)(**options))}

    def _afresh(self, _: dict[str, Any]) -> Any:
        self._reset()
        return self._now({})


def _options(request: Request) -> dict[str, Any]:
    """What a request says: in the query, or in a body that is a JSON object."""
    options: dict[str, Any] = dict(request.query)
    if request.body:
        said = json.loads(request.body)
        if not isinstance(said, dict):
            raise ValueError("The body is no JSON object.")
        options |= said
    return options


def _length(said: Any) -> float | str:
    """A duration, with or without its unit: in a query even a number is a text."""
    try:
        return float(said)
    except (TypeError, ValueError):
        return str(said)


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": to_datetime(entry.at).isoformat(),
        "cause": entry.cause,
        "kind": type(entry.fact).__name__,
        **{name: getattr(entry.fact, name) for name in entry.fact._fields},
    }


def _response(status: int, content: Any) -> Response:
    if isinstance(content, str):
        return Response(status, {"content-type": "text/plain; charset=utf-8"}, content.encode())
    body = json.dumps(content, default=str).encode()
    return Response(status, {"content-type": "application/json"}, body)
