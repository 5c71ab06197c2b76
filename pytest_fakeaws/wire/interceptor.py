"""The everyday door: botocore's own events, heard for every client of the process.

`before-parameter-build` gives the parameters, `before-call`
takes the answer: nothing is signed and no bytes are made. What goes on to `before-send` and finds
nobody there is about to leave for the network, and is stopped.

Taken from botocore beyond its documented events: the private `RequestSigner._credentials`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import botocore
from botocore.credentials import Credentials
from botocore.utils import EVENT_ALIASES

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.wire.answers import parsed
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
    """

    def __init__(
        self,
        dispatch: Callable[[], Dispatch],
        caller: Callable[[Mapping[str, Any], Any], Place],
        allow: tuple[str, ...],
    ) -> None:
        self._dispatch = dispatch
        self._caller = caller
        self._allowed = {EVENT_ALIASES.get(name, name) for name in allow}
        self._patch = EmitterPatch(self._hearing, self._answering)
        self.install = self._patch.install
        self.uninstall = self._patch.uninstall

    def _hearing(self, original: Emit) -> Emit:
        def emit(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            if event_name.startswith(_BUILD):
                arguments["context"][_PARAMETERS] = arguments["params"]
            responses = original(emitter, event_name, **arguments)
            if event_name.startswith(_SEND) and unanswered(responses):
                self._guard(event_name, arguments["request"].url)
            return responses

        return emit

    def _answering(self, original: Emit) -> Emit:
        def emit_until_response(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            response = original(emitter, event_name, **arguments)
            if response[1] is not None:
                return response  # a Stubber's, or that of the user's own handler
            if event_name.startswith(_OURS):
                return self, self._answer(event_name, arguments)
            if event_name.startswith(_CALL):
                arguments["context"][_UNSIGNED] = not _signable(arguments["request_signer"])
            elif event_name.startswith(_SIGN) and arguments["context"].get(_UNSIGNED):
                return self, botocore.UNSIGNED
            return response

        return emit_until_response

    def _answer(self, name: str, arguments: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        service, operation = _named(name)
        dispatch = self._dispatch()
        if (service, operation) not in dispatch.operations:
            raise NotSimulated(f"{service}:{operation}")
        context = arguments["context"]
        caller = self._caller(context, arguments["request_signer"])
        answer = dispatch.call(service, operation, caller, context.pop(_PARAMETERS))
        return parsed(answer, service, arguments["model"])

    def _guard(self, name: str, url: str) -> None:
        __tracebackhide__ = True
        service = name.split(".")[1]
        if service not in self._allowed and not is_loopback(url):
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
    return type(signer._credentials) is Credentials
