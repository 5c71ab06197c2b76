"""aiohttp's requests, heard where they would be connected: with redirects, cookies and traces as ever.

What is answered gets a connection that has its response already and sends nothing; what is not goes on.

Taken from aiohttp (3.12 or later) beyond its public API: `BaseConnector.connect`, through which every request
goes, with its `method`, `url`, `headers`, `body` and `connection_key`; `Connection`, which it returns;
and `ResponseHandler`, which keeps what it receives until it is told how to read it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from http.client import responses
from typing import Any, TypeAlias

from aiohttp import ClientConnectionError, Payload, ServerDisconnectedError, SocketTimeoutError
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import BaseConnector, Connection

from pytest_fakeaws.faults.points import Breakage
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.pages import Asked, Page
from pytest_fakeaws.wire.patches import Patches

Answerer: TypeAlias = Callable[[Asked], Awaitable["Page | None"]]
"""Answers a request, or lets it go, or refuses it."""


def listen(patches: Patches, answer: Answerer) -> None:
    """Let *answer* have every request first, until *patches* are undone."""
    if not hasattr(Payload, "as_bytes"):  # an older aiohttp
        return
    original = BaseConnector.connect

    @wraps(original)
    async def connect(connector: Any, req: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        body = await req.body.as_bytes() if isinstance(req.body, Payload) else req.body
        asked = Asked(str(req.url), req.method, dict(req.headers), body)
        try:
            page = await answer(asked)
        except Broken as broken:
            raise _exception(broken) from None
        if page is None:
            return await original(connector, req, *args, **kwargs)
        return _connection(connector, req, page)

    patches.replace(BaseConnector, "connect", connect)


def _connection(connector: Any, req: Any, page: Page) -> Any:
    loop = asyncio.get_running_loop()
    protocol = ResponseHandler(loop)
    protocol.connection_made(_Nowhere(protocol, loop))
    protocol.force_close()  # nobody else can use it
    protocol.data_received(_written(page, req.method))
    return Connection(connector, req.connection_key, protocol, loop)


def _written(page: Page, method: str) -> bytes:
    """A response, as it is sent."""
    lines = [f"HTTP/1.1 {page.status} {responses.get(page.status, '')}"]
    lines += [f"{name}: {value}" for name, value in page.headers]
    return "\r\n".join([*lines, "", ""]).encode() + page.content(method)


def _exception(broken: Broken) -> Exception:
    """What aiohttp raises where a connection breaks like this."""
    if broken.how is Breakage.REFUSED:
        return ClientConnectionError("Connection refused")
    if broken.how is Breakage.TIMED_OUT:
        return SocketTimeoutError("Timeout on reading data from socket")
    return ServerDisconnectedError()


class _Nowhere(asyncio.Transport):
    """A transport that takes everything and sends it nowhere."""

    def __init__(self, protocol: asyncio.BaseProtocol, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._protocol = protocol
        self._loop = loop
        self._closing = False

    def write(self, data: Any) -> None:
        """Take it."""

    def pause_reading(self) -> None:
        """Everything has been received."""

    def resume_reading(self) -> None:
        """The same."""

    def is_closing(self) -> bool:
        """Whether it ends."""
        return self._closing

    def close(self) -> None:
        """End it."""
        if not self._closing:
            self._closing = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    abort = close
