"""Cross-origin resource sharing of function URLs: what Lambda answers and adds by itself.

See https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_fakeaws.services.lambda_.http_messages import HttpRequest, HttpResponse


def preflight(config: Mapping[str, Any], request: HttpRequest) -> HttpResponse | None:
    """The response to a browser that asks what it may do; `None` if *request* is not that question."""
    asked = request.headers.get("access-control-request-method")
    if not config or request.method != "OPTIONS" or asked is None:
        return None
    headers = allowances(config, request)
    methods, names = config.get("AllowMethods") or (), config.get("AllowHeaders") or ()
    if headers and methods:
        headers["access-control-allow-methods"] = ",".join(methods)
    if headers and names:
        headers["access-control-allow-headers"] = ",".join(names)
    if headers and config.get("MaxAge") is not None:
        headers["access-control-max-age"] = str(config["MaxAge"])
    headers.pop("access-control-expose-headers", None)
    return HttpResponse(200, headers)


def allowances(config: Mapping[str, Any], request: HttpRequest) -> dict[str, str]:
    """The headers that every response to an allowed origin has; none to others."""
    origin = request.headers.get("origin")
    origins = config.get("AllowOrigins") or ()
    if origin is None or not (origin in origins or "*" in origins):
        return {}
    credentials = bool(config.get("AllowCredentials"))
    any_origin = "*" in origins and not credentials
    headers = {"access-control-allow-origin": "*" if any_origin else origin}
    if not any_origin:
        headers["vary"] = "Origin"
    if credentials:
        headers["access-control-allow-credentials"] = "true"
    if config.get("ExposeHeaders"):
        headers["access-control-expose-headers"] = ",".join(config["ExposeHeaders"])
    return headers
