"""AWS's wire protocols: bytes to an operation and its parameters, an answer to bytes.

One module for each protocol, each driven by botocore's service models. Nothing here knows what an
operation does; a front door or botocore's `before-send` puts a dispatch between the two directions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pytest_fakeaws.wire.protocols.aws_json import AwsJson
from pytest_fakeaws.wire.protocols.query import Query
from pytest_fakeaws.wire.protocols.rest_json import RestJson

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

    from pytest_fakeaws.services.ports import ServiceError
    from pytest_fakeaws.sim.instants import Instant
    from pytest_fakeaws.wire.dispatch import Answer
    from pytest_fakeaws.wire.protocols.http import Request, Response


class WireProtocol(Protocol):
    """Reads requests and writes answers of one service."""

    def operation(self, request: Request) -> OperationModel:
        """The operation that *request* calls.

        Raises:
            ProtocolError: None of the service's.
        """

    def parameters(self, request: Request, operation: OperationModel) -> dict[str, Any]:
        """What *request* calls it with.

        Raises:
            ProtocolError: It cannot be read, or lacks what is required.
        """

    def result(
        self, result: dict[str, Any], request_id: str, at: Instant, operation: OperationModel
    ) -> Response:
        """The response to a call that succeeded."""

    def error(
        self, error: ServiceError, request_id: str, at: Instant, operation: OperationModel | None
    ) -> Response:
        """The response to a call that failed."""


_PROTOCOLS: dict[str, type[AwsJson | Query | RestJson]] = {
    "json": AwsJson,
    "query": Query,
    "rest-json": RestJson,
}


def protocol(model: ServiceModel) -> WireProtocol:
    """The protocol that botocore's clients of a service speak."""
    return _PROTOCOLS[model.metadata["protocol"]](model)


def serialised(answer: Answer, operation: OperationModel) -> Response:
    """The response that *answer* makes, in the protocol of botocore's clients."""
    spoken = protocol(operation.service_model)
    if answer.error is not None:
        return spoken.error(answer.error, answer.request_id, answer.at, operation)
    return spoken.result(answer.result, answer.request_id, answer.at, operation)
