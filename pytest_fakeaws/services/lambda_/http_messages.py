"""HTTP requests and responses, as function URLs get and give them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class UrlCaller(NamedTuple):
    """Who has signed a request.

    Attributes:
        account: The account of the access key.
        access_key: The access key.
    """

    account: str
    access_key: str


class HttpRequest(NamedTuple):
    """A request to a function URL.

    Attributes:
        method: In capital letters.
        path: What follows the domain, percent-encoded, without the query.
        query: What follows the question mark, as it was sent.
        headers: By name in small letters; several of a name are joined by commas.
        body: The content.
        caller: Who has signed it; `None` for nobody.
        source_ip: Where it comes from.
        protocol: The version of HTTP.
    """

    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    caller: UrlCaller | None = None
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"


class HttpResponse(NamedTuple):
    """The response to it.

    Attributes:
        status: The HTTP status.
        headers: By name in small letters.
        body: The content.
        cookies: The values of its `set-cookie` headers, in order.
    """

    status: int
    headers: dict[str, str]
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    @classmethod
    def of_json(cls, status: int, document: Any) -> HttpResponse:
        """A response with a JSON document."""
        body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        return cls(status, {"content-type": "application/json"}, body)
