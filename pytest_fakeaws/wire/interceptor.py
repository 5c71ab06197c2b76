"""The everyday door: botocore's own events, heard for every client of the process.

`before-parameter-build` gives the parameters, `before-call`
takes the answer: nothing is signed and no bytes are made. What goes on to `before-send` and finds
nobody there is about to leave for the network, and is stopped. Answers after which botocore's clients
try again go by `before-send` too: see `wire/attempts.py`.

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
from pytest_fakeaws.wire.answers import asynchronous_stream, parsed, stream
from pytest_fakeaws.wire.attempts import Attempts, Call, KeptAttempts
from pytest_fakeaws.wire.dispatch import Answer, Dispatch
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.emitter import EmitterPatch, is_loopback, refuse, unanswered
from pytest_fakeaws.wire.emitting import Emit, Method
from pytest_fakeaws.wire.retries import may_be_retried
from pytest_fakeaws.wire.retry_waits import RetryWaits
from pytest_fakeaws.wire.shared_calls import (
    SHARED,
    AsynchronousNothing,
    Nothing,
    SharedCalls,
    named,
)

SERVICES = ("sqs", "sns", "lambda")
"""The services that are ours, as botocore's events name them."""

_PARAMETERS = "pytest_fakeaws.parameters"
_UNSIGNED = "pytest_fakeaws.unsigned"
_BUILD, _CALL, _SEND, _SIGN, _AFTER = (
    "before-parameter-build.",
    "before-call.",
    "before-send.",
    "choose-signer.",
    "after-call.",
)
_OURS = "before-call of ours"
_KINDS = {
    **{f"{_CALL}{service}.": _OURS for service in SERVICES},
    **{kind: kind for kind in (_BUILD, _SEND, _AFTER)},
}
_PARTLY_OURS, _SHARED_SENT, _ANSWERED_BY_OTHERS = (
    tuple(f"{event}{service}." for service in SHARED) for event in (_CALL, _SEND, _AFTER)
)


class Interceptor:
    """Answers the calls of our services and stops those that nobody answers.

    Args:
        dispatch: Returns the dispatch to use; a reset makes a new one.
        caller: Tells the account and region of a call from its context and its signer.
        allow: Services, as boto3 names them, that may reach the network.
        greet: Told of each call by another thread than the test's, before anything comes of it.
        waits: Lets clients wait between their attempts in virtual time.
        ids: Makes an id for a call that clients may try again.
    """

    def __init__(
        self,
        dispatch: Callable[[], Dispatch],
        caller: Callable[[Mapping[str, Any], Any], Place],
        allow: tuple[str, ...],
        greet: Callable[[str], None],
        *,
        waits: RetryWaits,
        ids: Callable[[], str],
    ) -> None:
        self._dispatch = dispatch
        self._greet = greet
        self._home = get_ident()
        self._caller = caller
        self._allowed = {EVENT_ALIASES.get(name, name) for name in allow}
        self._patch = EmitterPatch(self._hearing, self._answering)
        self._waits = waits
        self._ids = ids
        self._kept = KeptAttempts()
        self._shared = SharedCalls(dispatch, caller, _PARAMETERS)

    def install(self) -> None:
        """Answer from now on."""
        self._patch.install()
        self._waits.start()

    def uninstall(self) -> None:
        """Let every call go where it went before."""
        self._waits.stop()
        self._patch.uninstall()

    def _hearing(self, original: Emit) -> Method:
        home = self._home

        def emit(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            kind = _kind(event_name)
            if kind is _BUILD:
                if get_ident() != home:
                    self._greet(event_name)
                arguments["context"][_PARAMETERS] = arguments["params"]
            elif kind is _AFTER and event_name.startswith(_ANSWERED_BY_OTHERS):
                self._shared.add(event_name, arguments)
            responses = original(emitter, event_name, arguments)
            if kind is _SEND:
                if iscoroutine(responses):
                    return self._sent_later(responses, event_name, arguments["request"])
                return self._sent(responses, event_name, arguments["request"])
            return responses

        return emit

    def _answering(self, original: Emit) -> Method:
        def emit_until_response(emitter: Any, event_name: str, **arguments: Any) -> Any:
            __tracebackhide__ = True
            ours = _kind(event_name) is _OURS
            response = original(emitter, event_name, arguments, unsent=ours)
            if type(response) is not tuple:  # an asynchronous client's
                return self._answered_later(response, event_name, arguments)
            if response[1] is None and (ours or self._is_ours(event_name, arguments)):
                answer = self._answer(event_name, arguments)
                return response if answer is None else (self, answer)
            return self._signed_or_not(response, event_name, arguments)

        return emit_until_response

    def _sent(self, responses: list[tuple[Any, Any]], event_name: str, request: Any) -> Any:
        """What is sent back to a request: to one of an attempt that was kept, its answer."""
        __tracebackhide__ = True
        attempts = self._kept.of(request) if unanswered(responses) else None
        if attempts is not None:
            return [(self, attempts.response(request.url))]
        self._guard(responses, event_name, request.url, Nothing)
        return responses

    async def _sent_later(self, pending: Any, event_name: str, request: Any) -> Any:
        __tracebackhide__ = True
        responses = await pending
        attempts = self._kept.of(request) if unanswered(responses) else None
        if attempts is not None:
            return [(self, await attempts.response_async(request.url))]
        self._guard(responses, event_name, request.url, AsynchronousNothing)
        return responses

    async def _answered_later(self, pending: Any, name: str, arguments: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        response = await pending
        if response[1] is None and self._is_ours(name, arguments):
            call = self._call(name, arguments)
            try:
                outcome: Answer | Broken = await self._dispatch().call_async(*call)
            except Broken as broken:
                outcome = broken
            answer = self._told(call, outcome, arguments, asynchronous_stream)
            return response if answer is None else (self, answer)
        return self._signed_or_not(response, name, arguments)

    def _is_ours(self, name: str, arguments: dict[str, Any]) -> bool:
        """Whether an event is a call that is answered here, those of shared services included."""
        if _kind(name) is _OURS:
            return True
        return name.startswith(_PARTLY_OURS) and self._shared.claims(name, arguments)

    def _signed_or_not(self, response: Any, name: str, arguments: dict[str, Any]) -> Any:
        """The response to an event that is not the call of a service of ours."""
        if response[1] is not None:
            return response  # a Stubber's, or that of the user's own handler
        if name.startswith(_CALL):
            self._dispatch().passes_by()
            arguments["context"][_UNSIGNED] = not _signable(arguments["request_signer"])
        elif name.startswith(_SIGN) and arguments["context"].get(_UNSIGNED):
            return self, botocore.UNSIGNED
        return response

    def _answer(self, name: str, arguments: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        call = self._call(name, arguments)
        try:
            outcome: Answer | Broken = self._dispatch().call(*call)
        except Broken as broken:
            outcome = broken
        return self._told(call, outcome, arguments, stream)

    def _told(
        self,
        call: tuple[str, str, Place, Mapping[str, Any]],
        outcome: Answer | Broken,
        arguments: dict[str, Any],
        make_stream: Callable[[bytes], Any],
    ) -> Any:
        """What the client is told at once; nothing where its request is to get the outcome."""
        model = arguments["model"]
        if isinstance(outcome, Answer) and (
            outcome.error is None or not may_be_retried(outcome.error, model)
        ):
            return parsed(outcome, call[0], model, make_stream)
        attempts = Attempts(Call(*call), model, outcome, self._dispatch)
        context = arguments["context"]
        self._kept.keep(attempts, context, self._ids())
        context[_UNSIGNED] = not _signable(arguments["request_signer"])
        return None

    def _call(
        self, name: str, arguments: dict[str, Any]
    ) -> tuple[str, str, Place, Mapping[str, Any]]:
        __tracebackhide__ = True
        service, operation = named(name)
        context = arguments["context"]
        caller = self._caller(context, arguments["request_signer"])
        parameters = context.pop(_PARAMETERS)
        header = arguments["params"]["headers"].get("X-Amzn-Trace-Id")
        if header is not None:
            parameters = {**parameters, TRACE_HEADER: unquote(header)}
        return service, operation, caller, parameters

    def _guard(
        self,
        responses: list[tuple[Any, Any]],
        name: str,
        url: str,
        nothing: Callable[[str], Any],
    ) -> None:
        """Let nothing out that nobody has answered; where we add to an answer, that was an empty one."""
        __tracebackhide__ = True
        service = name.split(".")[1]
        if unanswered(responses) and service not in self._allowed and not is_loopback(url):
            if name.startswith(_SHARED_SENT) and self._shared.adds(name):
                responses.append((self, nothing(self._dispatch().request_id())))
                return
            refuse(
                name,
                url,
                "Fake it too (moto's mock_aws works beside this fixture, and botocore's Stubber "
                "wins), give the client a local endpoint_url, or let the service through: "
                f'@pytest.mark.fakeaws(allow=("{service}",)).',
            )


@cache
def _kind(event_name: str) -> str:
    """Which kind of event this is, of those that are more than passed on; else empty."""
    return next((kind for start, kind in _KINDS.items() if event_name.startswith(start)), "")


def _signable(signer: Any) -> bool:
    # Credentials that refresh themselves would ask the network for new ones, for virtual time has
    # outlived them.
    credentials = signer._credentials
    return isinstance(credentials, Credentials) and not isinstance(
        credentials, RefreshableCredentials
    )
