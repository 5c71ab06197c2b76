"""The web inside the process: addresses of AWS that ordinary HTTP libraries fetch without a network.

A site answers for the URLs that it knows; all others go their way, but for hosts of AWS's that nobody answers for:
a request to one of these is refused. Heard are `urllib.request`, httpx, aiohttp, and urllib3, and with it requests,
which is heard earlier where it is loaded: others that stand in for AWS, such as moto, listen between the two. Plain
`http.client` is not heard. What botocore sends has a guard of its own.

Taken from the libraries: `urllib.request.OpenerDirector.open`, urllib3's `HTTPConnectionPool.urlopen`, requests'
`Session.send`, and `handle_request` and `handle_async_request` of httpx's transports, through which every request of
theirs goes. What is taken from aiohttp, `wire/web_aiohttp.py` says.
"""

from __future__ import annotations

import io
import re
import sys
import urllib.request
from collections.abc import Callable, Collection, Mapping
from email.message import Message
from functools import wraps
from typing import Any, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.response import addinfourl

import urllib3
from urllib3.connectionpool import HTTPConnectionPool

from pytest_fakeaws.errors import UnansweredCall
from pytest_fakeaws.wire.imports import ImportWatch
from pytest_fakeaws.wire.patches import Patches

_OK, _ERROR = 200, 400


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
    def headers(self) -> dict[str, str]:
        """The headers of the response."""
        known = {"Content-Type": self.content_type, "Content-Length": str(len(self.body))}
        told = {name.title(): value for name, value in self.told.items()}
        return {**known, **told, "Content-Length": str(len(self.body))}


class Site(Protocol):
    """Answers requests, or leaves them to others."""

    def __call__(self, asked: Asked) -> Page | None:
        """The answer, after all that it waits for."""

    async def later(self, asked: Asked) -> Page | None:
        """The same, while other tasks go on."""


_AWS = re.compile(r"([a-z0-9-]+\.)*(amazonaws\.com(\.cn)?|on\.aws)")


class Web:
    """Lets sites answer the HTTP requests of this process.

    Args:
        sites: Asked in this order.
        allow: Services, by the names that their hosts begin with, which may be reached.
    """

    def __init__(self, *sites: Site, allow: Collection[str] = ()) -> None:
        self._sites = sites
        self._allow = allow
        self._patches = Patches()
        self._watches = (
            ImportWatch("httpx", self._listen_to_httpx),
            ImportWatch("aiohttp", self._listen_to_aiohttp),
        )

    def install(self) -> None:
        """Answer from now on."""
        openers, pools = urllib.request.OpenerDirector, HTTPConnectionPool
        self._patches.replace(openers, "open", self._opening(openers.open))
        self._patches.replace(pools, "urlopen", self._requesting(pools.urlopen))
        requests: Any = sys.modules.get("requests")
        if requests is not None:
            sessions = requests.Session
            self._patches.replace(sessions, "send", self._sending(sessions.send, requests))
        for watch in self._watches:
            watch.start()

    def uninstall(self) -> None:
        """Answer no more."""
        for watch in self._watches:
            watch.stop()
        self._patches.undo()

    def _page(self, asked: Asked) -> Page | None:
        answers = (site(asked) for site in self._sites)
        return next((page for page in answers if page is not None), None)

    async def _page_later(self, asked: Asked) -> Page | None:
        for site in self._sites:
            page = await site.later(asked)
            if page is not None:
                return page
        return None

    def _guard(self, url: str) -> None:
        """Let nothing out to AWS.

        Raises:
            UnansweredCall: It is on its way there.
        """
        __tracebackhide__ = True
        host = urlsplit(url).hostname or ""
        if _AWS.fullmatch(host) and not any(label in self._allow for label in host.split(".")):
            raise UnansweredCall(
                f"A request to {host} was about to leave for the network: nobody fakes it.",
                f"It was on its way to {url.partition('?')[0]}.",
                "Fake it too (moto's mock_aws works beside this fixture), or let the service through: "
                f'@pytest.mark.fakeaws(allow=("{host.partition(".")[0]}",)).',
            )

    def _opening(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def open_(opener: Any, fullurl: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            url = fullurl if isinstance(fullurl, str) else fullurl.full_url
            page = self._page(_opened(fullurl, data))
            if page is None:
                self._guard(url)
                return original(opener, fullurl, data, *args, **kwargs)
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
        def urlopen(
            pool: Any, method: str, url: str, body: Any = None, headers: Any = None, **kwargs: Any
        ) -> Any:
            __tracebackhide__ = True
            if type(pool).__module__.startswith("botocore."):
                return original(pool, method, url, body, headers, **kwargs)  # it has its own guard
            path = url if url.startswith("/") else f"/{url}"
            to = f"{pool.scheme}://{pool.host}{path}"
            told = pool.headers if headers is None else headers
            page = self._page(Asked(to, method, dict(told or {}), _bytes(body)))
            if page is None:
                self._guard(to)
                return original(pool, method, url, body, headers, **kwargs)
            return _response(page, method, url, preload=kwargs.get("preload_content", True))

        return urlopen

    def _sending(self, original: Callable[..., Any], requests: Any) -> Callable[..., Any]:
        @wraps(original)
        def send(session: Any, request: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            body = _bytes(request.body)
            page = self._page(Asked(request.url, request.method, dict(request.headers), body))
            if page is None:
                return original(session, request, **kwargs)  # to others, and to urllib3
            raw = _response(page, request.method, request.url, preload=False)
            return requests.adapters.HTTPAdapter().build_response(request, raw)

        return send

    def _listen_to_httpx(self) -> None:
        httpx: Any = sys.modules["httpx"]
        plain, later = httpx.HTTPTransport, httpx.AsyncHTTPTransport
        handle, handle_later = plain.handle_request, later.handle_async_request

        def response(page: Page | None, asked: Asked) -> Any:
            if page is not None:
                return httpx.Response(page.status, headers=page.headers, content=page.body)
            if "respx" not in sys.modules and not asked.is_botocores:  # respx answers below
                self._guard(asked.url)
            return None

        @wraps(handle)
        def handled(transport: Any, request: Any) -> Any:
            asked = _by_httpx(request, request.read())
            return response(self._page(asked), asked) or handle(transport, request)

        @wraps(handle_later)
        async def handled_later(transport: Any, request: Any) -> Any:
            asked = _by_httpx(request, await request.aread())
            page = await self._page_later(asked)
            return response(page, asked) or await handle_later(transport, request)

        self._patches.replace(plain, "handle_request", handled)
        self._patches.replace(later, "handle_async_request", handled_later)

    def _listen_to_aiohttp(self) -> None:
        from pytest_fakeaws.wire.web_aiohttp import listen  # noqa: PLC0415 - imports aiohttp

        async def answer(asked: Asked) -> Page | None:
            __tracebackhide__ = True
            page = None if asked.is_botocores else await self._page_later(asked)
            if page is None and not asked.is_botocores:
                self._guard(asked.url)
            return page

        listen(self._patches, answer)


def _by_httpx(request: Any, body: bytes) -> Asked:
    return Asked(str(request.url), request.method, dict(request.headers), body)


def _opened(fullurl: Any, data: Any) -> Asked:
    """The request that `urllib.request` is about to make."""
    if isinstance(fullurl, str):
        return Asked(fullurl, "GET" if data is None else "POST", {}, _bytes(data))
    sent = fullurl.data if data is None else data
    method = fullurl.get_method() if data is None else "POST"
    return Asked(fullurl.full_url, method, dict(fullurl.header_items()), _bytes(sent))


def _bytes(body: Any) -> bytes:
    """A body, in whatever form a library has it; one that can be read only once is nobody's of ours."""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytes, bytearray, memoryview)) else b""


def _response(page: Page, method: str, url: str, *, preload: bool) -> Any:
    return urllib3.HTTPResponse(
        io.BytesIO(page.body),
        headers=page.headers,
        status=page.status,
        preload_content=preload,
        request_method=method,
        request_url=url,
    )
