"""An asynchronous event, and the record of what became of it."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import LambdaError
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.outcomes import Outcome
from pytest_fakeaws.services.lambda_.references import LATEST
from pytest_fakeaws.sim.instants import Instant, to_datetime


class Condition(str, Enum):
    """How an event can end, in AWS's words."""

    SUCCESS = "Success"
    RETRIES_EXHAUSTED = "RetriesExhausted"
    EVENT_AGE_EXCEEDED = "EventAgeExceeded"
    ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"
    RECURSIVE_INVOCATION = "RecursiveInvocation"


class AsyncEvent:
    """One event on its way through a function's internal queue.

    Args:
        place: Where the function lives.
        function: Its ARN.
        arn: The same as the call has it, perhaps with a version or an alias.
        payload: The event as JSON.
        request_id: Its id, the same at each attempt.
        accepted_at: When it was accepted.
        number: The number of the journal entry that says so.
        cause: The trace header of the call that brought it, if it had one.
        tenant: The tenant that it is for, if tenants are isolated.

    Attributes:
        attempts: How often the function was invoked with it.
        throttles: How often in a row it could not be.
        refusal: Why it may not be invoked with it at all, if that is so.
        trace: The trace header of the latest attempt, or else of the call.
        outcome: What the latest attempt came to, if there was one.
        version: The version that ran then.
    """

    __slots__ = (
        "accepted_at",
        "arn",
        "attempts",
        "cause",
        "function",
        "number",
        "outcome",
        "payload",
        "place",
        "refusal",
        "request_id",
        "tenant",
        "throttles",
        "trace",
        "version",
    )

    def __init__(
        self,
        place: Place,
        function: str,
        arn: str,
        payload: str,
        *,
        request_id: str,
        accepted_at: Instant,
        number: int,
        cause: str | None = None,
        tenant: str | None = None,
    ) -> None:
        self.place = place
        self.function = function
        self.arn = arn
        self.payload = payload
        self.request_id = request_id
        self.accepted_at = accepted_at
        self.number = number
        self.cause = self.trace = cause
        self.tenant = tenant
        self.attempts = 0
        self.throttles = 0
        self.refusal: LambdaError | None = None
        self.outcome: Outcome | None = None
        self.version = LATEST

    @property
    def qualified_arn(self) -> str:
        """What the event is for, with its version or alias."""
        return f"{self.function}:{LATEST}" if self.arn == self.function else self.arn

    def ended(self, function: Function, outcome: Outcome, trace: str) -> None:
        """An attempt came to *outcome*."""
        self.outcome = outcome
        self.version = function.version
        self.trace = trace

    def record(self, condition: Condition, now: Instant) -> str:
        """What a destination is told.

        See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html.
        """
        told: dict[str, Any] = {
            "version": "1.0",
            "timestamp": to_datetime(now).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": self.request_id,
                "functionArn": self.qualified_arn,
                "condition": condition.value,
                "approximateInvokeCount": self.attempts,
            },
            "requestPayload": json.loads(self.payload),
        }
        if self.outcome is not None:
            context: dict[str, Any] = {"statusCode": 200, "executedVersion": self.version}
            if self.outcome.error is not None:
                context["functionError"] = "Unhandled"
            told["responseContext"] = context
            told["responsePayload"] = json.loads(self.outcome.payload)
        return json.dumps(told, separators=(",", ":"), ensure_ascii=False)

    def dead_letter_attributes(self) -> dict[str, dict[str, str]]:
        """The attributes of its dead letter, which has the payload as its body.

        See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html.
        """
        code, message = "429", "Rate Exceeded."
        if self.refusal is not None:
            code, message = str(self.refusal.wording().status), self.refusal.text
        elif self.outcome is not None and not self.throttles:
            code, message = "200", json.loads(self.outcome.payload)["errorMessage"]
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": self.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": code},
        }
        shown = message.encode(errors="replace")[: limits.DEAD_LETTER_ERROR].decode(errors="ignore")
        if shown:
            attributes["ErrorMessage"] = {"DataType": "String", "StringValue": shown}
        return attributes
