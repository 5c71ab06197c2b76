"""Attempts: the answers that botocore's clients try again after, taken to them by its own way.

The everyday door answers at `before-call`, behind which botocore has no retries. So where an answer is
one that clients retry, or where the connection breaks, the door keeps it and steps aside; botocore
makes a request, and at `before-send` the first attempt gets what was kept, as bytes. What botocore does
then is its own: it waits, in virtual time, and each further attempt that it makes is a call of its own.

Taken from botocore beyond its documented API: an invocation id that is there already is kept, and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.model import OperationModel

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.faults.points import Breakage
from pytest_fakeaws.wire.dispatch import Answer, Dispatch
from pytest_fakeaws.wire.disturbed import Broken

_KEPT = "pytest_fakeaws.attempts"
_HEADER = "amz-sdk-invocation-id"


class Call(NamedTuple):
    """A call of a client.

    Attributes:
        service: The service, as botocore's events name it.
        operation: The operation, in AWS's spelling.
        caller: The account and region of the client.
        parameters: What it is called with.
    """

    service: str
    operation: str
    caller: Place
    parameters: Mapping[str, Any]


class Attempts:
    """The attempts at one call.

    Args:
        call: The call.
        model: Its operation.
        outcome: What came of the first attempt.
        dispatch: Returns what carries out the others.
    """

    def __init__(
        self,
        call: Call,
        model: OperationModel,
        outcome: Answer | Broken,
        dispatch: Callable[[], Dispatch],
    ) -> None:
        self._call = call
        self._model = model
        self._kept: Answer | Broken | None = outcome
        self._dispatch = dispatch
        self._number = 1

    def response(self, url: str) -> Any:
        """The response to the next attempt, as clients of boto3 read it.

        Raises:
            HTTPClientError: The connection broke.
        """
        from pytest_fakeaws.wire.responses import response

        try:
            answer = self._first() or self._dispatch().call(*self._call, self._next())
        except Broken as broken:
            raise exception(broken, url) from None
        return response(url, answer, self._model)

    async def response_async(self, url: str) -> Any:
        """The response to the next attempt, as clients of aiobotocore read it.

        Raises:
            HTTPClientError: The connection broke.
        """
        from pytest_fakeaws.wire.responses import asynchronous_response

        try:
            answer = self._first() or await self._dispatch().call_async(*self._call, self._next())
        except Broken as broken:
            raise exception(broken, url) from None
        return asynchronous_response(url, answer, self._model)

    def _first(self) -> Answer | None:
        kept, self._kept = self._kept, None
        if isinstance(kept, Broken):
            raise kept
        return kept

    def _next(self) -> int:
        self._number += 1
        return self._number


class KeptAttempts:
    """Finds the attempts that a request is one of, by the id that botocore sends with each of them."""

    def __init__(self) -> None:
        self._by_id: WeakValueDictionary[str, Attempts] = WeakValueDictionary()

    def keep(self, attempts: Attempts, context: dict[str, Any], invocation_id: str) -> None:
        """Keep *attempts* for as long as botocore keeps the *context* of the call."""
        context.setdefault("retries", {})["invocation-id"] = invocation_id
        context[_KEPT] = self._by_id[invocation_id] = attempts

    def of(self, request: Any) -> Attempts | None:
        """The attempts that *request* is one of, if it is."""
        invocation_id = request.headers.get(_HEADER, "")
        if isinstance(invocation_id, bytes):
            invocation_id = invocation_id.decode()
        return self._by_id.get(invocation_id)


def exception(broken: Broken, url: str) -> HTTPClientError:
    """What botocore raises where a connection breaks like this."""
    if broken.how is Breakage.REFUSED:
        return EndpointConnectionError(endpoint_url=url, error="Connection refused")
    if broken.how is Breakage.TIMED_OUT:
        return ReadTimeoutError(endpoint_url=url, error="Read timed out.")
    return ConnectionClosedError(endpoint_url=url, error="Connection closed")
