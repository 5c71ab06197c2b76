"""What a function is invoked with when its URL is requested: payload format 2.0.

See https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from pytest_fakeaws.services.lambda_.http_messages import HttpRequest, UrlCaller
from pytest_fakeaws.sim.instants import Instant, to_datetime

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_TEXT = re.compile(
    r"(text/.*|application/(json|javascript|xml|.*\+(json|xml)))(;.*)?", re.IGNORECASE
)


def event_of(
    request: HttpRequest, domain: str, request_id: str, now: Instant, trace: str
) -> dict[str, Any]:
    """The event for a request.

    Args:
        request: The request.
        domain: The domain of the URL.
        request_id: The id of the invocation.
        now: When it came.
        trace: Its trace header.
    """
    label, headers = domain.partition(".")[0], dict(request.headers)
    cookies = [each for each in re.split(r"; ?", headers.pop("cookie", "")) if each]
    when, caller = to_datetime(now), request.caller
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": {
            **headers,
            "host": domain,
            "x-amzn-trace-id": trace.partition(";")[0],
            "x-forwarded-for": request.source_ip,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
    }
    parameters = _joined(parse_qsl(request.query, keep_blank_values=True))
    if parameters:
        event["queryStringParameters"] = parameters
    event["requestContext"] = {
        "accountId": "anonymous" if caller is None else caller.account,
        "apiId": label,
        **({} if caller is None else {"authorizer": {"iam": _identity(caller)}}),
        "domainName": domain,
        "domainPrefix": label,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": f"{when:%d}/{_MONTHS[when.month - 1]}/{when:%Y:%H:%M:%S} +0000",
        "timeEpoch": now // 1_000,
    }
    return {**event, **_body(request)}


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _identity(caller: UrlCaller) -> dict[str, Any]:
    return {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.account,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{caller.account}:root",
        "userId": caller.account,
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    """The content: as it is, if its type says that it is text, else in Base64."""
    if not request.body:
        return {"isBase64Encoded": False}
    if _TEXT.fullmatch(request.headers.get("content-type", "")):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
