"""The query protocol: parameters in a form, results in XML. SNS's protocol, and SQS's older one.

See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
"""

from __future__ import annotations

from typing import Any

from botocore.model import OperationModel, ServiceModel

from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.wire.headers import headers_of
from pytest_fakeaws.wire.protocols.errors import (
    InvalidAction,
    Malformed,
    MissingAction,
    MissingParameter,
    NoValue,
    ProtocolError,
    Unreadable,
)
from pytest_fakeaws.wire.protocols.form import Node, read, tree
from pytest_fakeaws.wire.protocols.http import Request, Response
from pytest_fakeaws.wire.protocols.names import ModelNames, Names, SqsNames
from pytest_fakeaws.wire.protocols.required import missing
from pytest_fakeaws.wire.protocols.xml import element, members

_CONTENT_TYPE = "text/xml"
_FAULT_OF_AWS = 500
_TEXTS_OF_SQS = {
    "AWS.SimpleQueueService.NonExistentQueue": (
        "The specified queue does not exist for this wsdl version."
    )
}
"""What the older protocol of SQS words otherwise."""


class Query:
    """Reads requests and writes answers of a service that speaks the query protocol.

    Args:
        model: The service's.
    """

    names: Names = ModelNames()

    def __init__(self, model: ServiceModel) -> None:
        self._model = model

    def operation(self, request: Request) -> OperationModel:
        """The operation that *request* calls.

        Raises:
            ProtocolError: None of the service's.
        """
        action = request.field("Action")
        if not action:
            raise MissingAction
        if action not in self._model.operation_names:
            raise InvalidAction(action, request.field("Version") or self._model.api_version)
        return self._model.operation_model(action)

    def parameters(self, request: Request, operation: OperationModel) -> dict[str, Any]:
        """What *request* calls it with.

        Raises:
            ProtocolError: It cannot be read, or lacks what is required.
        """
        shape = operation.input_shape
        if shape is None:
            return {}
        try:
            parameters: dict[str, Any] = read(shape, self.tree(request), self.names)
        except Unreadable as error:
            raise Malformed(error.reason) from None
        for name in missing(shape, parameters):
            raise self.lacks(name)
        return parameters

    def tree(self, request: Request) -> Node:
        """The parameters of *request* as they are nested."""
        return tree(request.fields)

    def lacks(self, name: str) -> ProtocolError:
        """What a service says of a required parameter that is not there."""
        return NoValue(name)

    def result(
        self, result: dict[str, Any], request_id: str, at: Instant, operation: OperationModel
    ) -> Response:
        """The response to a call that succeeded."""
        shape = operation.output_shape
        inside = ""
        if shape is not None:
            inside = element(f"{operation.name}Result", members(shape, result, self.names))
        metadata = element("ResponseMetadata", element("RequestId", request_id))
        body = element(f"{operation.name}Response", inside + metadata, self.namespace)
        return Response(200, headers_of(request_id, at, _CONTENT_TYPE), body.encode())

    def error(
        self, error: ServiceError, request_id: str, at: Instant, operation: OperationModel | None
    ) -> Response:
        """The response to a call that failed."""
        wording = error.wording()
        fault = wording.fault or ("Sender" if wording.status < _FAULT_OF_AWS else "Receiver")
        told = self.told({"Type": fault, "Code": wording.code, "Message": error.text})
        inside = "".join(element(name, text, is_text=True) for name, text in told.items())
        content = element("Error", inside) + element("RequestId", request_id)
        body = element("ErrorResponse", content, self.namespace)
        return Response(wording.status, headers_of(request_id, at, _CONTENT_TYPE), body.encode())

    def told(self, error: dict[str, str]) -> dict[str, str]:
        """What an answer tells of an error."""
        return error

    @property
    def namespace(self) -> str:
        """The namespace of the service's XML."""
        namespace: str = self._model.metadata["xmlNamespace"]
        return namespace


class SqsQuery(Query):
    """The protocol that SQS's clients spoke until 2023, and some speak still.

    botocore's model of SQS is that of the newer protocol; the names of the older one follow from it.
    See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html.
    """

    names: Names = SqsNames()

    def tree(self, request: Request) -> Node:
        """The parameters of *request* as they are nested; its path may name the queue."""
        nodes = super().tree(request)
        if request.path.strip("/"):
            nodes.setdefault("QueueUrl", f"https://{request.host}{request.path}")
        return nodes

    def lacks(self, name: str) -> ProtocolError:
        """What SQS says of a required parameter that is not there."""
        return MissingParameter(name)

    def told(self, error: dict[str, str]) -> dict[str, str]:
        """What an answer tells of an error."""
        text = _TEXTS_OF_SQS.get(error["Code"], error["Message"])
        return {**error, "Message": text, "Detail": ""}

    @property
    def namespace(self) -> str:
        """The namespace of the service's XML."""
        return f"http://queue.amazonaws.com/doc/{self._model.api_version}/"
