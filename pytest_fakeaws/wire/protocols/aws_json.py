"""AWS JSON 1.0 and 1.1, the protocols of SQS and of CloudWatch Logs: all but the operation is in the body.

See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html and, for the header that carries the
older protocol's error code of SQS, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.model import OperationModel, ServiceModel

from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.wire.headers import headers_of
from pytest_fakeaws.wire.protocols.errors import (
    InvalidParameters,
    MissingParameter,
    UnknownOperation,
)
from pytest_fakeaws.wire.protocols.http import Request, Response
from pytest_fakeaws.wire.protocols.json_values import document, read, written
from pytest_fakeaws.wire.protocols.required import missing


class AwsJson:
    """Reads requests and writes answers of a service that speaks AWS JSON.

    Args:
        model: The service's.
    """

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._was_query = "awsQueryCompatible" in model.metadata
        self._content_type = f"application/x-amz-json-{model.metadata['jsonVersion']}"

    def operation(self, request: Request) -> OperationModel:
        """The operation that *request* calls.

        Raises:
            ProtocolError: None of the service's.
        """
        prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
        if (
            prefix != self._model.metadata["targetPrefix"]
            or name not in self._model.operation_names
        ):
            raise UnknownOperation
        return self._model.operation_model(name)

    def parameters(self, request: Request, operation: OperationModel) -> dict[str, Any]:
        """What *request* calls it with.

        Raises:
            ProtocolError: It cannot be read, or lacks what is required.
        """
        parameters: dict[str, Any] = read(operation.input_shape, document(request.body))
        lacking = missing(operation.input_shape, parameters)
        if lacking:
            raise MissingParameter(lacking[0]) if self._was_query else InvalidParameters(lacking)
        return parameters

    def result(
        self, result: dict[str, Any], request_id: str, at: Instant, operation: OperationModel
    ) -> Response:
        """The response to a call that succeeded."""
        shape = operation.output_shape
        body = b"" if shape is None else json.dumps(written(shape, result)).encode()
        return Response(200, headers_of(request_id, at, self._content_type), body)

    def error(
        self, error: ServiceError, request_id: str, at: Instant, operation: OperationModel | None
    ) -> Response:
        """The response to a call that failed."""
        wording = error.wording()
        head = headers_of(request_id, at, self._content_type)
        name = wording.query_code or wording.code
        if wording.query_code is not None:
            head["x-amzn-query-error"] = f"{wording.code};{wording.fault}"
        if self._was_query:
            name = f"com.amazonaws.sqs#{name}"
        body = {"__type": name, "message": error.text, **error.members}
        return Response(wording.status, head, json.dumps(body).encode())
