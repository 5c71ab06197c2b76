"""Requests of HTTP libraries, and what sites answer to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias

_OK = 200


class Asked(NamedTuple):
    """A request.

    Attributes:
        url: Where it goes.
        method: The HTTP method.
        headers: By name.
        body: What follows them.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def is_botocores(self) -> bool:
        """Whether it has the mark of botocore, which sends asynchronously through libraries of others."""
        return any(name.lower() == "amz-sdk-invocation-id" for name in self.headers)


class Page(NamedTuple):
    """What a site answers.

    Attributes:
        body: Its content.
        content_type: Of what kind.
        status: The HTTP status.
        told: More headers.
    """

    body: bytes
    content_type: str = "text/plain"
    status: int = _OK
    told: Mapping[str, str] = {}

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the response; one with several lines is there as often."""
        known = {"Content-Type": self.content_type, "Content-Length": str(len(self.body))}
        told = {name.title(): value for name, value in self.told.items()}
        shown = {**known, **told, "Content-Length": str(len(self.body))}
        return [(name, value) for name, lines in shown.items() for value in lines.split("\n")]

    def content(self, method: str) -> bytes:
        """What follows the headers: nothing, if they are all that was asked for."""
        return b"" if method == "HEAD" else self.body


class Site(Protocol):
    """Answers requests, or leaves them to others."""

    def __call__(self, asked: Asked) -> Page | None:
        """The answer, after all that it waits for."""

    async def later(self, asked: Asked) -> Page | None:
        """The same, while other tasks go on."""


Answerer: TypeAlias = Callable[[Asked], "Page | None"]
"""Answers a request, or lets it go to whoever else answers it."""


def as_bytes(body: Any) -> bytes:
    """A body, in whatever form a library has it; one that can be read only once is nobody's of ours."""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytes, bytearray, memoryview)) else b""
