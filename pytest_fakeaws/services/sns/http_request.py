"""What an HTTP/S endpoint is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Headers(Mapping[str, str]):
    """Headers of a request; their names have no case.

    Args:
        headers: By name.

    Example:
        >>> Headers({"Content-Type": "text/plain"})["content-type"]
        'text/plain'
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._headers[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return f"Headers({self._headers})"


@dataclass(frozen=True)
class HttpRequest:
    """A request to an endpoint of the test's.

    Attributes:
        url: Where it goes, as the endpoint subscribed.
        headers: Its headers; names have no case.
        body: Its text.
        method: Its method.
    """

    url: str
    headers: Headers
    body: str
    method: str = "POST"

    def json(self) -> Any:
        """What the body says, if it is JSON."""
        return json.loads(self.body)
