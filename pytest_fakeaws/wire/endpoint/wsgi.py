"""WSGI: what a server library hands over, and what it is given back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from pytest_fakeaws.wire.protocols.http import Request, Response

NONE = Response(0, {}, b"")
"""No response at all."""

_PLAIN = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}
_LEFT_TO_THE_SERVER = {"content-length", "connection", "transfer-encoding"}


def request(environment: dict[str, Any]) -> Request:
    """The request in a WSGI environment; its URL is as it was sent."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith("HTTP_")
    }
    headers |= {name: environment[key] for key, name in _PLAIN.items() if environment.get(key)}
    return Request(
        environment["REQUEST_METHOD"],
        environment["REQUEST_URI"],
        headers,
        environment["wsgi.input"].read(),
    )


def respond(response: Response, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Give *response* to the server; where there is none, the connection breaks before its end."""
    if response is NONE:
        start_response("200 OK", [("content-length", "1")])
        return []
    headers = [
        (name, line.strip())
        for name, value in response.headers.items()
        if name not in _LEFT_TO_THE_SERVER
        for line in str(value).splitlines()
    ]
    headers.append(("content-length", str(len(response.body))))
    start_response(f"{response.status} {_phrase(response.status)}", headers)
    return [response.body]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
