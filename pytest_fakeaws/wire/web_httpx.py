"""httpx's requests, heard where its transports would send them.

Taken from httpx: `handle_request` and `handle_async_request` of its transports, through which every request of its
clients goes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeAlias

import httpx

from pytest_fakeaws.faults.points import Breakage
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.pages import Answerer, Asked, Page
from pytest_fakeaws.wire.patches import Patches

LaterAnswerer: TypeAlias = Callable[[Asked], Awaitable["Page | None"]]
"""The same, while other tasks go on."""


def listen(patches: Patches, answer: Answerer, answer_later: LaterAnswerer) -> None:
    """Let *answer*, or *answer_later*, have every request first, until *patches* are undone."""
    plain, later = httpx.HTTPTransport, httpx.AsyncHTTPTransport
    handle, handle_later = plain.handle_request, later.handle_async_request

    @wraps(handle)
    def handled(transport: Any, request: httpx.Request) -> httpx.Response:
        __tracebackhide__ = True
        try:
            page = answer(_asked(request, request.read()))
        except Broken as broken:
            raise _exception(broken, request) from None
        return _response(page, request) if page is not None else handle(transport, request)

    @wraps(handle_later)
    async def handled_later(transport: Any, request: httpx.Request) -> httpx.Response:
        __tracebackhide__ = True
        try:
            page = await answer_later(_asked(request, await request.aread()))
        except Broken as broken:
            raise _exception(broken, request) from None
        return (
            _response(page, request) if page is not None else await handle_later(transport, request)
        )

    patches.replace(plain, "handle_request", handled)
    patches.replace(later, "handle_async_request", handled_later)


def _asked(request: httpx.Request, body: bytes) -> Asked:
    return Asked(str(request.url), request.method, dict(request.headers), body)


def _response(page: Page, request: httpx.Request) -> httpx.Response:
    return httpx.Response(page.status, headers=page.headers, content=page.content(request.method))


def _exception(broken: Broken, request: httpx.Request) -> httpx.TransportError:
    """What httpx raises where a connection breaks like this."""
    if broken.how is Breakage.REFUSED:
        return httpx.ConnectError("[Errno 111] Connection refused", request=request)
    if broken.how is Breakage.TIMED_OUT:
        return httpx.ReadTimeout("The read operation timed out", request=request)
    return httpx.RemoteProtocolError(
        "Server disconnected without sending a response.", request=request
    )
