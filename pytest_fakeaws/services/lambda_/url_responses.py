"""What a client of a function URL sees of what the function has returned.

See https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from pytest_fakeaws.services.lambda_.http_messages import HttpResponse

_JSON = {"content-type": "application/json"}
_STATUSES = range(100, 600)


def failed() -> HttpResponse:
    """The response if the function has failed, or has returned what is no response."""
    return HttpResponse(502, dict(_JSON), b"Internal Server Error")


def buffered(payload: str) -> HttpResponse:
    """The response for what a function has returned, as JSON."""
    result = json.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        return HttpResponse(200, dict(_JSON), _content(result))
    try:
        return _custom(result)
    except (AttributeError, TypeError, ValueError):
        return failed()


def streamed(payload: str) -> HttpResponse:
    """The same in the mode `RESPONSE_STREAM`, which looks into nothing that was returned."""
    return HttpResponse(200, {"content-type": "application/octet-stream"}, payload.encode())


def _custom(result: dict[str, Any]) -> HttpResponse:
    status = int(result["statusCode"])
    if status not in _STATUSES:
        raise ValueError(status)
    given = result.get("headers") or {}
    headers = {str(name).lower(): _header(value) for name, value in given.items()}
    body = _content(result.get("body") or "")
    if result.get("isBase64Encoded"):
        body = base64.b64decode(body, validate=True)
    cookies = tuple(map(_header, result.get("cookies") or ()))
    return HttpResponse(status, {**_JSON, **headers}, body, cookies)


def _content(body: Any) -> bytes:
    """A text as it is, and everything else as JSON."""
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _header(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        raise TypeError(value)
    return json.dumps(value)
