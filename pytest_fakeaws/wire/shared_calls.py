"""Calls of services that are ours only in part: some resources are here, all others are somebody else's.

A call about resources of ours is answered here. One whose answer lists resources goes on to whoever fakes the
service, and ours are added to what comes back; where nobody fakes it, what comes back is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.wire.answers import put_error
from pytest_fakeaws.wire.dispatch import Dispatch

SHARED = {"cloudwatch-logs": "logs"}
"""The services that are ours in part, as botocore's events name them, and how boto3 does."""

_ADDED_TO = "pytest_fakeaws.added_to"


class SharedCalls:
    """Tells which calls of shared services are ours.

    Args:
        dispatch: Returns the dispatch to use.
        caller: Tells the account and region of a call from its context and its signer.
        parameters: Where the context of a call has its parameters.
    """

    def __init__(
        self,
        dispatch: Callable[[], Dispatch],
        caller: Callable[[Mapping[str, Any], Any], Place],
        parameters: str,
    ) -> None:
        self._dispatch = dispatch
        self._caller = caller
        self._parameters = parameters

    def claims(self, event: str, arguments: dict[str, Any]) -> bool:
        """Whether a call that is about to be made is about resources of ours."""
        (service, operation), context = named(event), arguments["context"]
        caller, parameters = (
            self._caller(context, arguments["request_signer"]),
            context[self._parameters],
        )
        if self._dispatch().claims(service, operation, caller, parameters):
            return True
        if self.adds(event):
            context[_ADDED_TO] = caller, parameters
        return False

    def adds(self, event: str) -> bool:
        """Whether resources of ours are added to the answers to such a call."""
        return self._dispatch().adds(*named(event))

    def add(self, event: str, arguments: dict[str, Any]) -> None:
        """Add them to the answer that somebody else has given, or nobody."""
        response, context = arguments["http_response"], arguments["context"]
        caller, parameters = context.pop(_ADDED_TO, (None, None))
        if caller is None or response.status_code != HTTPStatus.OK:
            return
        try:
            self._dispatch().add(*named(event), caller, parameters, arguments["parsed"])
        except ServiceError as error:
            response.status_code = put_error(error, arguments["parsed"])


class Nothing:
    """An empty answer, as it comes from the network in JSON, to a call that nobody has answered.

    Args:
        request_id: The call's.
    """

    def __init__(self, request_id: str) -> None:
        self.status_code = 200
        self.headers = {"x-amzn-requestid": request_id}

    @property
    def content(self) -> Any:
        """Its body."""
        return b"{}"


class AsynchronousNothing(Nothing):
    """The same for a client of aiobotocore, which awaits the body each time it reads it."""

    @property
    def content(self) -> Any:
        """Its body, to be awaited."""
        return _nothing()


async def _nothing() -> bytes:
    return b"{}"


@cache
def named(event: str) -> tuple[str, str]:
    """The service and the operation of an event: the same two texts for every call of its kind.

    The journal keeps them once per call, and would otherwise keep a copy.
    """
    _, service, operation = event.split(".")
    return SHARED.get(service, service), operation
