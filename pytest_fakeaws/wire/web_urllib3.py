"""urllib3's and requests' requests, heard before they are connected: with retries, cookies and hooks as ever.

Taken from the libraries: urllib3's `HTTPConnectionPool.urlopen`, its `Retry`, and requests' `Session.get_adapter`.
An `HTTPResponse` is made of what is answered, with as much of an original response as requests reads cookies from.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from urllib3 import HTTPResponse, connection_from_url
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    ResponseError,
)
from urllib3.util.retry import Retry

from pytest_fakeaws.faults.points import Breakage
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.pages import Answerer, Asked, Page, as_bytes
from pytest_fakeaws.wire.patches import Patches

Guard: TypeAlias = Callable[[str], None]
"""Refuses a URL that nobody answers for."""


def listen_to_urllib3(patches: Patches, answer: Answerer, guard: Guard) -> None:
    """Let *answer* have every request of urllib3's first, until *patches* are undone."""
    original = HTTPConnectionPool.urlopen

    @wraps(original)
    def urlopen(
        pool: Any, method: str, url: str, body: Any = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        __tracebackhide__ = True
        if type(pool).__module__.startswith("botocore."):
            return original(pool, method, url, body, headers, **kwargs)  # it has its own guard
        path = url if url.startswith("/") else f"/{url}"
        told = pool.headers if headers is None else headers
        asked = Asked(
            f"{pool.scheme}://{pool.host}{path}", method, dict(told or {}), as_bytes(body)
        )
        retries = kwargs.get("retries")
        if not isinstance(retries, Retry):
            redirect = kwargs.get("redirect", True)
            retries = Retry.from_int(retries, redirect=redirect, default=pool.retries)
        preload = kwargs.get("preload_content", True)
        response = _persistent(answer, asked, pool, retries, preload=preload)
        if response is None:
            guard(asked.url)
            return original(pool, method, url, body, headers, **kwargs)
        return response

    patches.replace(HTTPConnectionPool, "urlopen", urlopen)


def listen_to_requests(patches: Patches, answer: Answerer, requests: Any) -> None:
    """Let *answer* have every request of requests' first, until *patches* are undone."""
    original = requests.Session.get_adapter

    @wraps(original)
    def get_adapter(session: Any, url: str) -> Any:
        return _Adapter(original(session, url), answer, requests)

    patches.replace(requests.Session, "get_adapter", get_adapter)


class _Adapter:
    """An adapter of requests', behind the sites; with its own settings for retries.

    Args:
        adapter: What goes to the network, or to somebody else who stands in for it.
        answer: The sites.
        requests: The library.
    """

    def __init__(self, adapter: Any, answer: Answerer, requests: Any) -> None:
        self._adapter = adapter
        self._answer = answer
        self._requests = requests

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        asked = Asked(request.url, request.method, dict(request.headers), as_bytes(request.body))
        retries = getattr(self._adapter, "max_retries", Retry(0, read=False))
        pool = connection_from_url(request.url)
        try:
            response = _persistent(self._answer, asked, pool, retries, preload=False)
        except HTTPError as error:
            raise self._exception(error, request) from None
        if response is None:
            return self._adapter.send(request, *args, **kwargs)
        return self._requests.adapters.HTTPAdapter().build_response(request, response)

    def _exception(self, error: HTTPError, request: Any) -> Exception:
        """What requests makes of an error of urllib3's."""
        kinds = self._requests.exceptions
        kind = kinds.ConnectionError
        if isinstance(error, ReadTimeoutError):
            kind = kinds.ReadTimeout
        elif isinstance(error, MaxRetryError) and isinstance(error.reason, ResponseError):
            kind = kinds.RetryError
        made: Exception = kind(error, request=request)
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)


def _persistent(answer: Answerer, asked: Asked, pool: Any, retries: Retry, *, preload: bool) -> Any:
    """The response to *asked*, after as many attempts as *retries* allow; `None` if nobody answers."""
    __tracebackhide__ = True
    method, url = asked.method, asked.url
    while True:
        try:
            page = answer(asked)
        except Broken as broken:
            error = _exception(broken, pool, url)
            retries = retries.increment(method, url, error=error, _pool=pool)
            retries.sleep()
            continue
        if page is None:
            return None
        response = _response(page, asked, preload=preload)
        later = bool(response.headers.get("Retry-After"))
        if not retries.is_retry(method, page.status, later):
            return response
        try:
            retries = retries.increment(method, url, response=response, _pool=pool)
        except MaxRetryError:
            if retries.raise_on_status:
                raise
            return response
        retries.sleep(response)


def _response(page: Page, asked: Asked, *, preload: bool) -> Any:
    headers = http.client.HTTPMessage()
    for name, value in page.headers:
        headers[name] = value
    return HTTPResponse(
        io.BytesIO(page.content(asked.method)),
        headers=page.headers,  # type: ignore[arg-type]
        status=page.status,
        preload_content=preload,
        original_response=_Original(headers),  # type: ignore[arg-type]
        request_method=asked.method,
        request_url=asked.url,
    )


class _Original:
    """What is left of the response of `http.client` that urllib3 has read.

    Args:
        msg: Its headers.
    """

    def __init__(self, msg: http.client.HTTPMessage) -> None:
        self.msg = msg

    def isclosed(self) -> bool:
        """It has been read."""
        return True

    def close(self) -> None:
        """It is."""


def _exception(broken: Broken, pool: Any, url: str) -> HTTPError:
    """What urllib3 meets where a connection breaks like this."""
    if broken.how is Breakage.REFUSED:
        return NewConnectionError(
            pool, "Failed to establish a new connection: [Errno 111] Connection refused"
        )
    if broken.how is Breakage.TIMED_OUT:
        return ReadTimeoutError(pool, url, "Read timed out.")
    gone = http.client.RemoteDisconnected("Remote end closed connection without response")
    return ProtocolError("Connection aborted.", gone)
