"""Faults of calls: what a client is told instead of an answer, or late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.faults.points import AwsError, Breakage, CallPoint, Disturbance
from pytest_fakeaws.faults.rules import Rule
from pytest_fakeaws.faults.wordings import THROTTLES, service_error
from pytest_fakeaws.handles.fault import Fault
from pytest_fakeaws.handles.fault_maker import FaultMaker, Length
from pytest_fakeaws.handles.fault_options import CallOptions, calls_named, check_keywords, is_about
from pytest_fakeaws.sim.instants import duration, seconds

if TYPE_CHECKING:
    from typing_extensions import Unpack

__tracebackhide__ = HIDE_FROM_TRACEBACK


class CallFaults(FaultMaker):
    """Lets calls of clients go wrong."""

    def throttle(self, call: str, **options: Unpack[CallOptions]) -> Fault:
        """Let AWS answer that there are too many requests.

        Args:
            call: Which operations: `"sqs:SendMessage"`, `"sqs:*"`, `"*"`.
            options: Which of their calls, and how often.

        Raises:
            UnknownOption: There is no such operation or keyword.
        """
        errors = {service: Disturbance(error=error) for service, error in THROTTLES.items()}
        return self._calls("throttle", call, "throttled", errors, options)

    def error(
        self,
        call: str,
        *,
        status: int = 500,
        code: str | None = None,
        text: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Fault:
        """Let AWS answer with an error; the call takes no effect.

        Args:
            call: Which operations.
            status: The HTTP status.
            code: AWS's error code; what the service says with that status unless given.
            text: Its message.
            options: Which of their calls, and how often.

        Raises:
            UnknownOption: There is no such operation or keyword.
        """
        errors = {}
        for service in THROTTLES:
            usual = service_error(service, status)
            error = AwsError(code or usual.code, usual.text if text is None else text, status)
            errors[service] = Disturbance(error=error)
        return self._calls("error", call, f"answered {code or status}", errors, options)

    def time_out(
        self,
        call: str,
        *,
        after: Length = 60,
        takes_effect: bool = False,
        **options: Unpack[CallOptions],
    ) -> Fault:
        """Let no answer come until the client gives up.

        Args:
            call: Which operations.
            after: When it gives up, in virtual time: botocore's clients read for 60 s by default.
            takes_effect: Whether the call took effect all the same.
            options: Which of their calls, and how often.

        Raises:
            UnknownOption: There is no such operation or keyword.
        """
        told = "timed out" + (" after it took effect" if takes_effect else "")
        disturbance = Disturbance(
            latency=duration(after), breakage=Breakage.TIMED_OUT, takes_effect=takes_effect
        )
        return self._calls("time_out", call, told, _always(disturbance), options)

    def disconnect(self, call: str, **options: Unpack[CallOptions]) -> Fault:
        """Let the connection be refused: the call takes no effect.

        Args:
            call: Which operations.
            options: Which of their calls, and how often.

        Raises:
            UnknownOption: There is no such operation or keyword.
        """
        disturbance = _always(Disturbance(breakage=Breakage.REFUSED))
        return self._calls("disconnect", call, "connection refused", disturbance, options)

    def lose_reply(self, call: str, **options: Unpack[CallOptions]) -> Fault:
        """Let the connection break after the call took effect: clients that try again do it twice.

        Args:
            call: Which operations.
            options: Which of their calls, and how often.

        Raises:
            UnknownOption: There is no such operation or keyword.
        """
        disturbance = Disturbance(breakage=Breakage.CLOSED, takes_effect=True)
        return self._calls("lose_reply", call, "reply lost", _always(disturbance), options)

    def slow(self, call: str, *, by: Length, **options: Unpack[CallOptions]) -> Fault:
        """Let calls take their time.

        Args:
            call: Which operations.
            by: How long, in virtual time.
            options: Which of their calls, and how often.

        Raises:
            UnknownOption: There is no such operation or keyword.
        """
        length = duration(by)
        disturbance = _always(Disturbance(latency=length))
        return self._calls("slow", call, f"slow by {seconds(length)} s", disturbance, options)

    def _calls(
        self,
        method: str,
        call: str,
        told: str,
        effects: Mapping[str, Disturbance],
        options: Mapping[str, Any],
    ) -> Fault:
        check_keywords(method, options, CallOptions)
        named = calls_named(call, self._cloud().operations.names())
        selected = self._selected(options)

        def matches(point: CallPoint) -> bool:
            return (point.service, point.operation) in named and selected(point)

        rule = self._rule(method, told, matches, options)
        return self._add("call", _ByService(rule, effects))

    def _selected(self, options: Mapping[str, Any]) -> Callable[[CallPoint], bool]:
        keys: dict[tuple[str, ...], str] = {}
        if "queue" in options:
            keys["QueueUrl", "QueueName"] = self._queue(options["queue"]).name
        if "topic" in options:
            keys["TopicArn", "TargetArn"] = self._topic(options["topic"]).name
        if "function" in options:
            keys["FunctionName", "Resource"] = self._function(options["function"]).name
        where = options.get("where", lambda _: True)
        return lambda point: (
            all(is_about(point.parameters, *known_as) for known_as in keys.items())
            and bool(where(point))
        )


class _ByService:
    """Answers a call with what its service would say, whenever its rule strikes."""

    def __init__(self, rule: Rule, effects: Mapping[str, Disturbance]) -> None:
        self.rule = rule
        self._effects = effects

    def __call__(self, point: CallPoint) -> Disturbance | None:
        if self.rule.concerns(point) and self.rule.strikes(point):
            return self._effects[point.service]
        return None


def _always(disturbance: Disturbance) -> Mapping[str, Disturbance]:
    return dict.fromkeys(THROTTLES, disturbance)
