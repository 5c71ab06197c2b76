"""Invoke, and the older InvokeAsync."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.client_context import read_client_context
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import (
    EventTooLarge,
    InvalidPayload,
    LambdaError,
    PayloadTooLarge,
)
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.tenants import check_tenant
from pytest_fakeaws.services.ports import REQUEST_ID, TRACE_HEADER, Parameters, Result

_KINDS = ("Event", "RequestResponse", "DryRun")
_LOG_TYPES = ("None", "Tail")


def invoke(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""
    kind = parameters.get("InvocationType") or "RequestResponse"
    if kind not in _KINDS or parameters.get("LogType", "None") not in _LOG_TYPES:
        _refuse(kind, parameters)
    if parameters.get("DurableExecutionName"):
        raise NotSimulated("DurableExecutionName of Invoke")
    target = directory.target(caller, parameters["FunctionName"], parameters.get("Qualifier"))
    function, tenant = target.function, parameters.get("TenantId")
    if tenant is not None or function.isolates_tenants:
        check_tenant(function, tenant)
    if kind == "Event":
        _, payload = _read(parameters.get("Payload"), limits.EVENT_PAYLOAD, EventTooLarge)
        request_id = directory.events.accept(
            target, payload, cause=parameters.get(TRACE_HEADER), tenant=tenant
        )
        return {"StatusCode": 202, "Payload": b"", REQUEST_ID: request_id}
    described = parameters.get("ClientContext")
    client_context = read_client_context(described) if described else None
    event, payload = _read(parameters.get("Payload"), limits.SYNCHRONOUS_PAYLOAD, PayloadTooLarge)
    if kind == "DryRun":
        return {"StatusCode": 204, "Payload": b""}
    request = InvocationRequest(function, event, payload)
    request.arn, request.client_context, request.tenant = target.arn, client_context, tenant
    cause = parameters.get(TRACE_HEADER)
    if cause:
        request.causes = (cause,)
    invocation = directory.invoker.call(request)
    assert invocation.outcome is not None
    answer, error = invocation.outcome
    result: Result = {
        "StatusCode": 200,
        "ExecutedVersion": function.version,
        "Payload": answer.encode(),
        REQUEST_ID: invocation.request_id,
    }
    if error is not None:
        result["FunctionError"] = "Unhandled"
    if parameters.get("LogType") == "Tail":
        result["LogResult"] = base64.b64encode(invocation.log.tail()).decode()
    return result


def _refuse(kind: str, parameters: Parameters) -> None:
    checks = Checks()
    checks.choice("invocationType", kind, _KINDS)
    checks.choice("logType", parameters.get("LogType", "None"), _LOG_TYPES)
    checks.done()


def invoke_async(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html."""
    target = directory.target(caller, parameters["FunctionName"])
    _, payload = _read(parameters["InvokeArgs"], limits.OLD_EVENT_PAYLOAD, EventTooLarge)
    request_id = directory.events.accept(target, payload, cause=parameters.get(TRACE_HEADER))
    return {"Status": 202, REQUEST_ID: request_id}


def _read(
    payload: object, longest: int, too_large: Callable[[int, int], LambdaError]
) -> tuple[Any, str]:
    """The payload, and its text; no payload is an empty event."""
    read = getattr(payload, "read", None)
    raw = read() if callable(read) else payload
    if not raw:
        return {}, "{}"
    if isinstance(raw, str):
        raw = raw.encode()
    if not isinstance(raw, (bytes, bytearray)):
        raise InvalidPayload(f"unsupported payload of type {type(raw).__name__}")
    if len(raw) > longest:
        raise too_large(len(raw), longest)
    try:
        text = raw.decode()
        return _from_json(text), text
    except (ValueError, RecursionError) as error:
        raise InvalidPayload(str(error)) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"Non-standard token '{name}'")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def _from_json(text: str) -> Any:
    """What *text* says; `decode` would look for white space around it by regular expressions, at their price."""
    try:
        value, end = _decoder.raw_decode(text)
    except ValueError:
        end = -1
    return value if end == len(text) else _decoder.decode(text)
