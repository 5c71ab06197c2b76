"""The hosts of AWS, for whoever speaks HTTP in this process and not botocore.

What is for one of our services, for the URL of a function, or for a link that SNS has sent, is answered here;
what is for another host of AWS's, nobody answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.dispatch import Dispatch
from pytest_fakeaws.wire.pages import Asked, Page

if TYPE_CHECKING:
    from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
    from pytest_fakeaws.wire.front_door import FrontDoor
    from pytest_fakeaws.wire.function_urls import FunctionUrls
    from pytest_fakeaws.wire.protocols.http import Request, Response

_OURS = re.compile(
    r"((sqs|sns|lambda)(-fips)?\.[a-z0-9-]+|([a-z0-9-]+\.)?queue|sqs|sns)\.amazonaws\.com(\.cn)?"
)
_URLS = re.compile(r"[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws")


class Amazon:
    """Answers requests to hosts of AWS's.

    Args:
        dispatch: Returns the dispatch to use; a reset makes a new one.
        caller: Tells the account and region of a sender, by access key and region.
        functions: Returns where functions are; a reset makes another.
        gate: Goes into the simulation.
        simulation: Returns whose time passes; a reset makes another.
    """

    def __init__(
        self,
        dispatch: Callable[[], Dispatch],
        caller: Callable[[str, str], Place],
        functions: Callable[[], FunctionDirectory],
        gate: AbstractContextManager[object],
        simulation: Callable[[], Simulation],
    ) -> None:
        self._dispatch = dispatch
        self._caller = caller
        self._functions = functions
        self._gate = gate
        self._simulation = simulation
        self._parts: tuple[FrontDoor, FunctionUrls] | None = None

    def __call__(self, asked: Asked) -> Page | None:
        """What AWS answers, if the request is for a service of ours."""
        host = _host(asked)
        if _URLS.fullmatch(host):
            return _page(self._run(_request(asked)))
        if _OURS.fullmatch(host):
            door, _ = self._behind()
            return _signing_certificate(asked.url) or _page(door.answer(_request(asked)))
        return None

    async def later(self, asked: Asked) -> Page | None:
        """The same, while other tasks of the running loop go on."""
        host = _host(asked)
        if _URLS.fullmatch(host):
            request = _request(asked)
            from pytest_fakeaws.wire.async_calls import carried_out

            running = carried_out(lambda: self._run(request), host, self._simulation(), self._gate)
            return _page(await running)
        if _OURS.fullmatch(host):
            door, _ = self._behind()
            return _signing_certificate(asked.url) or _page(
                await door.answer_async(_request(asked))
            )
        return None

    def _run(self, request: Request) -> Response:
        _, urls = self._behind()
        response = urls.answer(request)
        assert response is not None
        return response

    def _behind(self) -> tuple[FrontDoor, FunctionUrls]:
        self._parts = self._parts or self._made()
        return self._parts

    def _made(self) -> tuple[FrontDoor, FunctionUrls]:
        from pytest_fakeaws.wire.front_door import FrontDoor
        from pytest_fakeaws.wire.function_urls import FunctionUrls

        door = FrontDoor(self._dispatch, self._caller)
        return door, FunctionUrls(self._functions, self._gate, self._caller)


def _host(asked: Asked) -> str:
    return urlsplit(asked.url).hostname or ""


def _request(asked: Asked) -> Request:
    from pytest_fakeaws.wire.protocols.http import Request

    host = urlsplit(asked.url).netloc.rpartition("@")[2]
    return Request(asked.method, asked.url, {"host": host, **asked.headers}, asked.body)


def _signing_certificate(url: str) -> Page | None:
    from pytest_fakeaws.wire.signing_certificates import signing_certificate

    return signing_certificate(url)


def _page(response: Response) -> Page:
    return Page(response.body, status=response.status, told=response.headers)
