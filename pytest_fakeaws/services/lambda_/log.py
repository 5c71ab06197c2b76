"""The log of one invocation as CloudWatch has it: what the handler wrote, between lines of AWS's own."""

from __future__ import annotations

import json

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.invocation import Invocation
from pytest_fakeaws.services.lambda_.outcomes import Outcome, TaskTimedOut
from pytest_fakeaws.sim.instants import to_datetime

_MILLISECOND = 1_000
"""Microseconds."""


def tail(invocation: Invocation) -> bytes:
    """The end of its log, as the answer of the invocation shows it."""
    return log(invocation).encode()[-limits.LOG_TAIL :]


def log(invocation: Invocation) -> str:
    """All of its log.

    See https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html.
    """
    request_id = invocation.request_id
    return (
        f"START RequestId: {request_id} Version: {invocation.function.version}\n"
        f"{invocation.logs}{_failure(invocation)}"
        f"END RequestId: {request_id}\n{_report(invocation)}"
    )


def _failure(invocation: Invocation) -> str:
    """What the runtime writes about an error."""
    outcome = invocation.outcome
    if outcome is None or outcome.error is None:
        return ""
    if isinstance(outcome.error, TaskTimedOut):
        when = to_datetime(invocation.ended_at).isoformat(timespec="milliseconds")
        return f"{when.replace('+00:00', 'Z')} {invocation.request_id} {outcome.error}\n\n"
    return _described(outcome)


def _described(outcome: Outcome) -> str:
    document = json.loads(outcome.payload)
    text = f"[ERROR] {document['errorType']}: {document['errorMessage']}\n"
    stack = "".join(document.get("stackTrace", ()))
    return f"{text}Traceback (most recent call last):\n{stack}" if stack else text


def _report(invocation: Invocation) -> str:
    duration = invocation.duration / _MILLISECOND
    billed = max(1, -(-invocation.duration // _MILLISECOND))
    memory = f"{invocation.function.memory} MB"
    line = (
        f"REPORT RequestId: {invocation.request_id}\tDuration: {duration:.2f} ms\t"
        f"Billed Duration: {billed} ms\tMemory Size: {memory}\tMax Memory Used: {memory}\t"
    )
    return f"{line}Init Duration: 0.00 ms\t\n" if invocation.cold else f"{line}\n"
