"""The URLs of functions, for whoever requests them over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.function_urls import respond
from pytest_fakeaws.services.lambda_.http_messages import HttpRequest, UrlCaller
from pytest_fakeaws.wire.destinations import sender
from pytest_fakeaws.wire.protocols.http import Request, Response

_DOMAIN = re.compile(r"[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws(:[0-9]+)?")


class FunctionUrls:
    """Answers requests for the URLs of functions.

    Args:
        functions: Returns where functions are; a reset makes another.
        gate: Goes into the simulation.
        caller: Tells the account of a sender, by access key and region.
    """

    def __init__(
        self,
        functions: Callable[[], FunctionDirectory],
        gate: AbstractContextManager[object],
        caller: Callable[[str, str], Place],
    ) -> None:
        self._functions = functions
        self._gate = gate
        self._caller = caller

    def answer(self, request: Request) -> Response | None:
        """The response to *request*, if it is for the URL of a function; waits while the function runs."""
        if not _DOMAIN.fullmatch(request.host):
            return None
        by = sender(request)
        caller = None
        if by.access_key:
            account = self._caller(by.access_key, by.region).account
            caller = UrlCaller(account, by.access_key)
        asked = HttpRequest(
            request.method,
            request.path,
            urlsplit(request.url).query,
            request.headers,
            request.body,
            caller,
        )
        with self._gate:
            answer = respond(self._functions(), request.host, asked)
        cookies = {"set-cookie": "\n".join(answer.cookies)} if answer.cookies else {}
        return Response(answer.status, {**answer.headers, **cookies}, answer.body)
