"""The reception: what is asked for at the endpoint, and who answers it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from xml.sax.saxutils import escape

from pytest_fakeaws.errors import FakeAWSError, NotSimulated
from pytest_fakeaws.sim.process import ProcessEnded
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.endpoint.guests import Guests
from pytest_fakeaws.wire.endpoint.wsgi import NONE
from pytest_fakeaws.wire.front_door import FrontDoor
from pytest_fakeaws.wire.function_urls import FunctionUrls
from pytest_fakeaws.wire.protocols.http import Request, Response
from pytest_fakeaws.wire.signing_certificates import signing_certificate
from pytest_fakeaws.wire.stragglers import ThreadEnded

CONTROL = "/_fakeaws/"
"""Where the control API lies."""

_log = logging.getLogger("pytest_fakeaws.endpoint")


class Reception:
    """Answers every request that reaches the endpoint.

    Args:
        door: Answers calls.
        urls: Answers for URLs of functions.
        control: Answers requests to the control API.
        guests: Who calls from outside.
    """

    def __init__(
        self,
        door: FrontDoor,
        urls: FunctionUrls,
        control: Callable[[Request], Response],
        guests: Guests,
    ) -> None:
        self._door = door
        self._urls = urls
        self._control = control
        self._guests = guests

    def answer(self, request: Request) -> Response:
        """The response to *request*: one in any case."""
        try:
            if request.path.startswith(CONTROL):
                return self._control(request)
            with self._guests.one():
                return self._answered(request)
        except Broken:
            return NONE
        except BaseException as error:  # noqa: BLE001 - whoever asks is always answered
            return _excuse(request, error)

    def _answered(self, request: Request) -> Response:
        page = signing_certificate(f"https://{request.host}{request.path}")
        if page is not None:
            return Response(page.status, dict(page.headers), page.body)
        return self._urls.answer(request) or self._door.answer(request, f"http://{request.host}")


def _excuse(request: Request, error: BaseException) -> Response:
    """What somebody is told whose request came to no answer of AWS's."""
    if isinstance(error, NotSimulated):
        return refused(request, 501, "NotSimulated", error.what)
    if isinstance(error, (ThreadEnded, ProcessEnded)):
        return refused(request, 503, "ServiceUnavailable", "The fake has stopped, or was reset.")
    if isinstance(error, FakeAWSError):
        return refused(request, 409, type(error).__name__, str(error))
    _log.error("%s %s was not answered.", request.method, request.url, exc_info=error)
    return refused(request, 500, "InternalFailure", "The fake has failed; its log says how.")


def refused(request: Request, status: int, code: str, text: str) -> Response:
    """A refusal that a client of AWS's can read, in the protocol that it seems to speak."""
    if "x-amz-target" in request.headers or request.method != "POST" or not _is_form(request):
        body = json.dumps({"__type": code, "message": text, "Message": text}).encode()
        return Response(
            status, {"content-type": "application/json", "x-amzn-errortype": code}, body
        )
    fault = "Sender" if status < 500 else "Receiver"  # noqa: PLR2004 - HTTP's own bound
    document = (
        f"<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code>"
        f"<Message>{escape(text)}</Message></Error></ErrorResponse>"
    )
    return Response(status, {"content-type": "text/xml"}, document.encode())


def _is_form(request: Request) -> bool:
    return "x-www-form-urlencoded" in request.headers.get("content-type", "")
