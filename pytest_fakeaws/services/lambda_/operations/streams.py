"""InvokeWithResponseStream."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.operations.invocations import invoke
from pytest_fakeaws.services.ports import Parameters, Result

_KINDS = ("RequestResponse", "DryRun")
_OK = 200


def invoke_with_response_stream(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html."""
    checks = Checks()
    checks.choice("invocationType", parameters.get("InvocationType", _KINDS[0]), _KINDS)
    checks.done()
    answer = invoke(directory, caller, parameters)
    payload = answer.pop("Payload")
    if answer["StatusCode"] != _OK:
        return {**answer, "EventStream": []}
    error = answer.pop("FunctionError", None)
    complete: dict[str, Any] = {}
    if error is not None:
        complete = {"ErrorCode": error, "ErrorDetails": payload.decode()}
    if "LogResult" in answer:
        complete["LogResult"] = answer.pop("LogResult")
    chunks = [] if error is not None else [{"PayloadChunk": {"Payload": payload}}]
    return {
        **answer,
        "ResponseStreamContentType": "application/octet-stream",
        "EventStream": [*chunks, {"InvokeComplete": complete}],
    }
