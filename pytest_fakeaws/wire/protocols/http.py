"""HTTP as the protocols see it: a request and a response."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Request:
    """An HTTP request.

    Args:
        method: `GET`, `POST`, ...
        url: Absolute; or the path alone, where the header `Host` has the rest.
        headers: By name, in any case.
        body: As sent, transfer encodings undone.

    Attributes:
        host: Host and port, lower case; empty if nobody says.
        path: As sent, not decoded.
        query: What follows the question mark, decoded, in order.
    """

    def __init__(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> None:
        self.method = method.upper()
        self.url = url
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}
        self.body = body
        host, self.path, self._query = _split(url)
        self.host = (host or self.headers.get("host", "")).lower()

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """What follows the question mark, decoded, in order."""
        return parse_qsl(self._query, keep_blank_values=True)

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """The fields of a form, wherever it is: what follows the question mark, and the body."""
        body = self.body.decode(errors="replace")
        return [*self.query, *parse_qsl(body, keep_blank_values=True)]

    def field(self, name: str) -> str | None:
        """The first field of that name, if there is one."""
        return next((value for one, value in self.fields if one == name), None)


def _split(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no address
        path, _, query = url.partition("?")
        return "", path, query
    return parts.netloc.rpartition("@")[2], parts.path or "/", parts.query


class Response(NamedTuple):
    """An HTTP response; whoever sends it adds `Content-Length` or chunks.

    Attributes:
        status: The HTTP status.
        headers: By lower-case name.
        body: What follows them.
    """

    status: int
    headers: dict[str, str]
    body: bytes
