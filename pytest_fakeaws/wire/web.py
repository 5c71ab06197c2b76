"""The web inside the process: addresses of AWS that ordinary HTTP libraries fetch without a network.

A site answers for the URLs that it knows; all others go their way, but for hosts of AWS's that nobody answers for:
a request to one of these is refused. Heard are `urllib.request`, httpx, aiohttp, and urllib3, and with it requests,
which is heard earlier: others that stand in for AWS, such as moto, listen between the two. Plain `http.client` is not
heard. What botocore sends has a guard of its own. A connection that breaks is an error of the library's.

Taken from the standard library: `urllib.request.OpenerDirector.open`. What is taken from the others, `wire/web_*.py`
say.
"""

from __future__ import annotations

import errno
import io
import re
import sys
import urllib.request
from collections.abc import Callable, Collection
from email.message import Message
from functools import wraps
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.response import addinfourl

from pytest_fakeaws.errors import UnansweredCall
from pytest_fakeaws.faults.points import Breakage
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.imports import ImportWatch
from pytest_fakeaws.wire.pages import Asked, Page, Site, as_bytes
from pytest_fakeaws.wire.patches import Patches
from pytest_fakeaws.wire.web_urllib3 import listen_to_requests, listen_to_urllib3

_ERROR = 400

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
            ImportWatch("requests", self._listen_to_requests),
            ImportWatch("httpx", self._listen_to_httpx),
            ImportWatch("aiohttp", self._listen_to_aiohttp),
        )

    def install(self) -> None:
        """Answer from now on."""
        openers = urllib.request.OpenerDirector
        self._patches.replace(openers, "open", self._opening(openers.open))
        listen_to_urllib3(self._patches, self._page, self._guard)
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
            asked = _opened(fullurl, data)
            url = asked.url
            try:
                page = self._page(asked)
            except Broken as broken:
                raise _exception(broken) from None
            if page is None:
                self._guard(url)
                return original(opener, fullurl, data, *args, **kwargs)
            headers = Message()
            for name, value in page.headers:
                headers[name] = value
            content = io.BytesIO(page.content(asked.method))
            if page.status >= _ERROR:
                raise HTTPError(url, page.status, "", headers, content)
            return addinfourl(content, headers, url, page.status)

        return open_

    def _listen_to_requests(self) -> None:
        listen_to_requests(self._patches, self._page, sys.modules["requests"])

    def _listen_to_httpx(self) -> None:
        from pytest_fakeaws.wire.web_httpx import listen  # noqa: PLC0415 - imports httpx

        def guarded(page: Page | None, asked: Asked) -> Page | None:
            if page is None and "respx" not in sys.modules and not asked.is_botocores:
                self._guard(asked.url)  # respx answers below
            return page

        def answer(asked: Asked) -> Page | None:
            return guarded(self._page(asked), asked)

        async def answer_later(asked: Asked) -> Page | None:
            return guarded(await self._page_later(asked), asked)

        listen(self._patches, answer, answer_later)

    def _listen_to_aiohttp(self) -> None:
        from pytest_fakeaws.wire.web_aiohttp import listen  # noqa: PLC0415 - imports aiohttp

        async def answer(asked: Asked) -> Page | None:
            __tracebackhide__ = True
            page = None if asked.is_botocores else await self._page_later(asked)
            if page is None and not asked.is_botocores:
                self._guard(asked.url)
            return page

        listen(self._patches, answer)


def _opened(fullurl: Any, data: Any) -> Asked:
    """The request that `urllib.request` is about to make."""
    if isinstance(fullurl, str):
        return Asked(fullurl, "GET" if data is None else "POST", {}, as_bytes(data))
    sent = fullurl.data if data is None else data
    method = fullurl.get_method() if data is None else "POST"
    return Asked(fullurl.full_url, method, dict(fullurl.header_items()), as_bytes(sent))


def _exception(broken: Broken) -> Exception:
    """What `urllib.request` raises where a connection breaks like this."""
    if broken.how is Breakage.REFUSED:
        return URLError(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
    if broken.how is Breakage.TIMED_OUT:
        return TimeoutError("The read operation timed out")
    return RemoteDisconnected("Remote end closed connection without response")
