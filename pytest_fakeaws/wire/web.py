"""The web inside the process: addresses of AWS that ordinary HTTP libraries fetch without a network.

A site answers for the URLs that it knows; all others go their way. Heard are `urllib.request` and urllib3, and
with it requests, which is heard earlier where it is loaded: others that stand in for AWS, such as moto, listen
between the two. httpx, aiohttp and plain `http.client` are not heard.

Taken from the libraries: `urllib.request.OpenerDirector.open`, urllib3's `HTTPConnectionPool.urlopen` and requests'
`Session.send`, through which every request of theirs goes.
"""

from __future__ import annotations

import io
import sys
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from functools import wraps
from typing import Any, NamedTuple, TypeAlias
from urllib.error import HTTPError
from urllib.response import addinfourl

import urllib3
from urllib3.connectionpool import HTTPConnectionPool

from pytest_fakeaws.wire.patches import Patches

_OK, _ERROR = 200, 400


class Page(NamedTuple):
    """What a site answers.

    Attributes:
        body: Its content.
        content_type: Of what kind.
        status: The HTTP status.
    """

    body: bytes
    content_type: str = "text/plain"
    status: int = _OK

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the response."""
        return {"Content-Type": self.content_type, "Content-Length": str(len(self.body))}


Site: TypeAlias = Callable[[str], "Page | None"]
"""Answers a request for a URL, or leaves it to others."""


class Web:
    """Lets sites answer the HTTP requests of this process.

    Args:
        sites: Asked in this order.
    """

    def __init__(self, *sites: Site) -> None:
        self._sites = sites
        self._patches = Patches()

    def install(self) -> None:
        """Answer from now on."""
        openers, pools = urllib.request.OpenerDirector, HTTPConnectionPool
        self._patches.replace(openers, "open", self._opening(openers.open))
        self._patches.replace(pools, "urlopen", self._requesting(pools.urlopen))
        requests: Any = sys.modules.get("requests")
        if requests is not None:
            sessions = requests.Session
            self._patches.replace(sessions, "send", self._sending(sessions.send, requests))

    def uninstall(self) -> None:
        """Answer no more."""
        self._patches.undo()

    def _page(self, url: str) -> Page | None:
        answers = (site(url) for site in self._sites)
        return next((page for page in answers if page is not None), None)

    def _opening(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def open_(opener: Any, fullurl: Any, *args: Any, **kwargs: Any) -> Any:
            url = fullurl if isinstance(fullurl, str) else fullurl.full_url
            page = self._page(url)
            if page is None:
                return original(opener, fullurl, *args, **kwargs)
            headers = Message()
            for name, value in page.headers.items():
                headers[name] = value
            content = io.BytesIO(page.body)
            if page.status >= _ERROR:
                raise HTTPError(url, page.status, "", headers, content)
            return addinfourl(content, headers, url, page.status)

        return open_

    def _requesting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def urlopen(pool: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            path = url if url.startswith("/") else f"/{url}"
            page = self._page(f"{pool.scheme}://{pool.host}{path}")
            if page is None:
                return original(pool, method, url, *args, **kwargs)
            return _response(page, method, url, preload=kwargs.get("preload_content", True))

        return urlopen

    def _sending(self, original: Callable[..., Any], requests: Any) -> Callable[..., Any]:
        @wraps(original)
        def send(session: Any, request: Any, **kwargs: Any) -> Any:
            page = self._page(request.url)
            if page is None:
                return original(session, request, **kwargs)
            raw = _response(page, request.method, request.url, preload=False)
            return requests.adapters.HTTPAdapter().build_response(request, raw)

        return send


def _response(page: Page, method: str, url: str, *, preload: bool) -> Any:
    return urllib3.HTTPResponse(
        io.BytesIO(page.body),
        headers=page.headers,
        status=page.status,
        preload_content=preload,
        request_method=method,
        request_url=url,
    )
