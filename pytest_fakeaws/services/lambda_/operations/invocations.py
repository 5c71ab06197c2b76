"""Invoke."""

from __future__ import annotations

import json
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidPayload, PayloadTooLarge
from pytest_fakeaws.services.ports import Parameters, Result


def invoke(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""
    kind = parameters.get("InvocationType") or "RequestResponse"
    if kind == "Event":
        raise NotSimulated("Invoke with InvocationType=Event")
    for name in ("ClientContext", "TenantId", "DurableExecutionName"):
        if parameters.get(name):
            raise NotSimulated(f"{name} of Invoke")
    if parameters.get("LogType") == "Tail":
        raise NotSimulated("LogType=Tail of Invoke")
    function = directory.find(caller, parameters["FunctionName"], parameters.get("Qualifier"))
    event, payload = _read(parameters.get("Payload"))
    if kind == "DryRun":
        return {"StatusCode": 204, "Payload": b""}
    outcome = directory.invoker.call(function, event, payload).outcome
    assert outcome is not None
    result: Result = {
        "StatusCode": 200,
        "ExecutedVersion": "$LATEST",
        "Payload": outcome.payload.encode(),
    }
    if outcome.error is not None:
        result["FunctionError"] = "Unhandled"
    return result


def _read(payload: object) -> tuple[Any, str]:
    """The payload, and its text; no payload is an empty event."""
    read = getattr(payload, "read", None)
    raw = read() if callable(read) else payload
    if not raw:
        return {}, "{}"
    if isinstance(raw, str):
        raw = raw.encode()
    if not isinstance(raw, (bytes, bytearray)):
        raise InvalidPayload(f"unsupported payload of type {type(raw).__name__}")
    if len(raw) > limits.SYNCHRONOUS_PAYLOAD:
        raise PayloadTooLarge(len(raw), limits.SYNCHRONOUS_PAYLOAD)
    try:
        text = raw.decode()
        return json.loads(text), text
    except ValueError as error:
        raise InvalidPayload(str(error)) from None
