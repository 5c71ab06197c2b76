"""An HTTP/S endpoint of the test's."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption
from pytest_fakeaws.services.sns.http_endpoints import HttpHandler
from pytest_fakeaws.services.sns.http_request import HttpRequest

__tracebackhide__ = HIDE_FROM_TRACEBACK


class HttpEndpoint:
    """A callable that answers at a URL.

    Args:
        cloud: Where topics send to it.
        url: Where it stands.
        handler: What answers.

    Raises:
        UnknownOption: The URL is none, or the handler cannot be called.

    Attributes:
        url: Where it stands.
        requests: What it was sent, oldest first.
    """

    def __init__(self, cloud: Callable[[], Cloud], url: str, handler: HttpHandler) -> None:
        _check(url, handler)
        self.url = url
        self.requests: list[HttpRequest] = []
        self._cloud = cloud

        def answer(request: HttpRequest) -> object:
            self.requests.append(request)
            returned: object = handler(request)
            return returned

        with cloud().gate:
            cloud().http.put(url, answer)

    def remove(self) -> None:
        """Let nobody answer there any more: whoever sends something finds no connection."""
        cloud = self._cloud()
        with cloud.gate:
            cloud.http.remove(self.url)

    def __repr__(self) -> str:
        return f"<HttpEndpoint {self.url}>"


def _check(url: str, handler: HttpHandler) -> None:
    if not url.startswith(("http://", "https://")):
        raise UnknownOption(
            f"{url!r} is no URL that an endpoint can stand at.",
            "It begins with neither http:// nor https://.",
            'Give a whole URL, such as "https://shop.example/hook".',
        )
    if not callable(handler):
        raise UnknownOption(
            f"{handler!r} cannot answer at {url}.",
            f"It is of type {type(handler).__name__}, which cannot be called.",
            "Give a function that takes a request and returns an HTTP status.",
        )
