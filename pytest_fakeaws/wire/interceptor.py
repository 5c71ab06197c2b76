"""The everyday door: botocore's own events, heard for every client of the process.

`before-parameter-build` gives the parameters, `before-call`
takes the answer: nothing is signed and no bytes are made. What goes on to `before-send` and finds
nobody there is about to leave for the network, and is stopped.

Taken from botocore beyond its documented events: the private `RequestSigner._credentials`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import iscoroutine
from threading import get_ident
from typing import Any
from urllib.parse import unquote

import botocore
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.utils import EVENT_ALIASES

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import TRACE_HEADER
from pytest_fakeaws.wire.answers import asynchronous_stream, parsed
from pytest_fakeaws.wire.dispatch import Dispatch
from pytest_fakeaws.wire.emitter import Emit, EmitterPatch, is_loopback, refuse, unanswered

SERVICES = ("sqs", "sns", "lambda")
"""The services that are ours, as botocore's events name them."""

_PARAMETERS = "pytest_fakeaws.parameters"
_UNSIGNED = "pytest_fakeaws.unsigned"
_BUILD, _CALL, _SEND, _SIGN = (
    "before-parameter-build.",
    "before-call.",
    "before-send.",
    "choose-signer.",
)
_OURS = tuple(f"{_CALL}{service}." for service in SERVICES)


class Interceptor:
    """Answers the calls of our services and stops those that nobody answers.

    Args:
        dispatch: Returns the dispatch to use; a reset makes a new one.
        caller: Tells the account and region of a call from its context and its signer.
        allow: Services, as boto3 names them, that may reach the network.
        greet: Told of each call by another thread than the test's, before anything comes of it.
    """

    def __init__(
        self,
        dispatch: Callable[[], Dispatch],
        caller: Callable[[Mapping[str, Any], Any], Place],
        allow: tuple[str, ...],
        greet: Callable[[str], None],
    ) -> None:
        self._dispatch = dispatch
        self._greet = greet
        self._home = get_ident()
        self._caller = caller
        self._allowed = {EVENT_ALIASES.get(name, name) for name in allow}
        self._patch = EmitterPatch(self._hearing, self._answering)
        self.install = self._patch.install
        self.uninstall = self._patch.uninstall

    def _hearing(self, original: Emit) -> Emit:
        def emit(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            if event_name.startswith(_BUILD):
                if get_ident() != self._home:
                    self._greet(event_name)
                arguments["context"][_PARAMETERS] = arguments["params"]
            responses = original(emitter, event_name, **arguments)
            if event_name.startswith(_SEND):
                url = arguments["request"].url
                if iscoroutine(responses):
                    return self._guarded_later(responses, event_name, url)
                self._guard(responses, event_name, url)
            return responses

        return emit

    def _answering(self, original: Emit) -> Emit:
        def emit_until_response(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            response = original(emitter, event_name, **arguments)
            if type(response) is not tuple:  # an asynchronous client's
                return self._answered_later(response, event_name, arguments)
            if response[1] is None and event_name.startswith(_OURS):
                return self, self._answer(event_name, arguments)
            return self._signed_or_not(response, event_name, arguments)

        return emit_until_response

    async def _guarded_later(self, pending: Any, event_name: str, url: str) -> Any:
        __tracebackhide__ = True
        responses = await pending
        self._guard(responses, event_name, url)
        return responses

    async def _answered_later(self, pending: Any, name: str, arguments: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        response = await pending
        if response[1] is None and name.startswith(_OURS):
            service, _ = _named(name)
            answer = await self._dispatch().call_async(*self._call(name, arguments))
            return self, parsed(answer, service, arguments["model"], asynchronous_stream)
        return self._signed_or_not(response, name, arguments)

    def _signed_or_not(self, response: Any, name: str, arguments: dict[str, Any]) -> Any:
        """The response to an event that is not the call of a service of ours."""
        if response[1] is not None:
            return response  # a Stubber's, or that of the user's own handler
        if name.startswith(_CALL):
            arguments["context"][_UNSIGNED] = not _signable(arguments["request_signer"])
        elif name.startswith(_SIGN) and arguments["context"].get(_UNSIGNED):
            return self, botocore.UNSIGNED
        return response

    def _answer(self, name: str, arguments: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        service, _ = _named(name)
        answer = self._dispatch().call(*self._call(name, arguments))
        return parsed(answer, service, arguments["model"])

    def _call(self, name: str, arguments: dict[str, Any]) -> tuple[str, str, Place, dict[str, Any]]:
        """Service, operation, caller and parameters of a call."""
        __tracebackhide__ = True
        service, operation = _named(name)
        context = arguments["context"]
        caller = self._caller(context, arguments["request_signer"])
        parameters = context.pop(_PARAMETERS)
        header = arguments["params"]["headers"].get("X-Amzn-Trace-Id")
        if header is not None:
            parameters = {**parameters, TRACE_HEADER: unquote(header)}
        return service, operation, caller, parameters

    def _guard(self, responses: list[tuple[Any, Any]], name: str, url: str) -> None:
        __tracebackhide__ = True
        service = name.split(".")[1]
        if unanswered(responses) and service not in self._allowed and not is_loopback(url):
            refuse(
                name,
                url,
                "Fake it too (moto's mock_aws works beside this fixture, and botocore's Stubber "
                "wins), give the client a local endpoint_url, or let the service through: "
                f'@pytest.mark.fakeaws(allow=("{service}",)).',
            )


@cache
def _named(event: str) -> tuple[str, str]:
    """The service and the operation of an event: the same two texts for every call of its kind.

    The journal keeps them once per call, and would otherwise keep a copy.
    """
    _, service, operation = event.split(".")
    return service, operation


def _signable(signer: Any) -> bool:
    # Credentials that refresh themselves would ask the network for new ones, for virtual time has
    # outlived them.
    credentials = signer._credentials
    return isinstance(credentials, Credentials) and not isinstance(
        credentials, RefreshableCredentials
    )
