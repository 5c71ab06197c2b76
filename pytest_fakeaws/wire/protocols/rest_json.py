"""REST-JSON, Lambda's protocol: a call in method, path, query, headers and body.

See https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape

from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.wire.headers import headers_of
from pytest_fakeaws.wire.protocols import event_streams
from pytest_fakeaws.wire.protocols.errors import Invalid
from pytest_fakeaws.wire.protocols.http import Request, Response
from pytest_fakeaws.wire.protocols.json_values import document, name_of, read, written
from pytest_fakeaws.wire.protocols.required import missing
from pytest_fakeaws.wire.protocols.routes import Routes
from pytest_fakeaws.wire.protocols.texts import read_text

_CONTENT_TYPE = "application/json"


class RestJson:
    """Reads requests and writes answers of a service that speaks REST-JSON.

    Args:
        model: The service's.
    """

    def __init__(self, model: ServiceModel) -> None:
        self._model = model

    @cached_property
    def _routes(self) -> Routes:
        return Routes(self._model)

    def operation(self, request: Request) -> OperationModel:
        """The operation that *request* calls.

        Raises:
            ProtocolError: None of the service's.
        """
        return self._model.operation_model(self._routes.operation(request))

    def parameters(self, request: Request, operation: OperationModel) -> dict[str, Any]:
        """What *request* calls it with.

        Raises:
            ProtocolError: It cannot be read, or lacks what is required.
        """
        shape = operation.input_shape
        if shape is None:
            return {}
        labels = self._routes.labels(request, operation.name)
        parameters = {**_body(shape, request), **_elsewhere(shape, request, labels)}
        lacking = missing(shape, parameters)
        if lacking:
            raise Invalid(lacking)
        return parameters

    def result(
        self, result: dict[str, Any], request_id: str, at: Instant, operation: OperationModel
    ) -> Response:
        """The response to a call that succeeded."""
        status = int(operation.http.get("responseCode", 200))
        head = headers_of(request_id, at, _CONTENT_TYPE)
        shape = operation.output_shape
        if shape is None:
            return Response(status, head, b"")
        rest = {}
        for name, value in result.items():
            member = shape.members.get(name)
            if member is None:  # an older client's model may lack it
                continue
            location = member.serialization.get("location")
            if location == "statusCode":
                status = int(value)
            elif location == "header":
                head[name_of(member, name).lower()] = str(value)
            else:
                rest[name] = value
        return Response(status, head, _payload(shape, rest))

    def error(
        self, error: ServiceError, request_id: str, at: Instant, operation: OperationModel | None
    ) -> Response:
        """The response to a call that failed."""
        wording = error.wording()
        head = headers_of(request_id, at, _CONTENT_TYPE)
        head["x-amzn-errortype"] = wording.code
        shape = self._model.shape_for_error_code(wording.code)
        members = {} if shape is None else shape.members
        body = {}
        for name, value in error.members.items():
            member = members.get(name)
            if member is not None and member.serialization.get("location") == "header":
                head[name_of(member, name).lower()] = str(value)
            else:
                body[name] = value
        if not body.keys() & {"message", "Message"}:
            body["Message"] = error.text
        return Response(wording.status, head, json.dumps(body).encode())


def _payload(shape: Shape, result: dict[str, Any]) -> bytes:
    name = shape.serialization.get("payload")
    if name is None:
        return json.dumps(written(shape, result)).encode()
    member = shape.members[name]
    value = result.get(name)
    if member.serialization.get("eventstream"):
        return b"".join(event_streams.encoded(member, value or ()))
    if member.type_name == "blob":
        return bytes(value or b"")
    return json.dumps(written(member, value or {})).encode()


def _body(shape: Shape, request: Request) -> dict[str, Any]:
    """The parameters that the body has."""
    name = shape.serialization.get("payload")
    if name is None:
        inside = [m for m in shape.members.values() if "location" not in m.serialization]
        return read(shape, document(request.body)) if inside else {}
    member = shape.members[name]
    if member.type_name == "blob":
        return {name: request.body}
    return {name: read(member, document(request.body))} if request.body else {}


def _elsewhere(shape: Shape, request: Request, labels: dict[str, str]) -> dict[str, Any]:
    """The parameters that path, query and headers have."""
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        key = name_of(member, name)
        if location == "uri" and key in labels:
            found[name] = read_text(member, labels[key])
        elif location == "header" and key.lower() in request.headers:
            found[name] = read_text(member, request.headers[key.lower()])
        elif location == "querystring":
            values = [value for one, value in request.query if one == key]
            if values and member.type_name == "list":
                found[name] = [read_text(member.member, value) for value in values]
            elif values:
                found[name] = read_text(member, values[-1])
    return found
