"""Answers as botocore's everyday door takes them: a response object and a parsed dictionary."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from botocore.model import OperationModel
from botocore.response import StreamingBody

from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.wire.dispatch import Answer
from pytest_fakeaws.wire.headers import headers_of

_CONTENT_TYPES = {
    "sqs": "application/x-amz-json-1.0",
    "sns": "text/xml",
    "lambda": "application/json",
    "logs": "application/x-amz-json-1.1",
}


class Response:
    """The HTTP side of an answer, for whoever listens to `after-call`.

    Attributes:
        status_code: The HTTP status.
        headers: The HTTP headers.
    """

    __slots__ = ("headers", "status_code")

    def __init__(self, status_code: int, headers: dict[str, str]) -> None:
        self.status_code = status_code
        self.headers = headers


class Events:
    """The events of a response that comes in parts, for clients of boto3 and of aiobotocore.

    Args:
        events: Each with its kind.
    """

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self._events = iter(events)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._events

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        for event in self._events:
            yield event

    def close(self) -> None:
        """There is no connection to close."""


def stream(content: bytes) -> StreamingBody:
    """A response's body as clients of boto3 read it."""
    return StreamingBody(io.BytesIO(content), len(content))


def asynchronous_stream(content: bytes) -> Any:
    """A response's body as clients of aiobotocore read it."""
    from aiobotocore.response import StreamingBody as AsynchronousBody

    return AsynchronousBody(AsynchronousResponse(content), str(len(content)))


class _AsynchronousContent:
    def __init__(self, content: bytes) -> None:
        self._bytes = io.BytesIO(content)
        self._length = len(content)

    async def read(self, size: int = -1) -> bytes:
        return self._bytes.read(size)

    def at_eof(self) -> bool:
        return self._bytes.tell() == self._length

    async def iter_chunks(self) -> AsyncIterator[tuple[bytes, bool]]:
        yield self._bytes.read(), True


class AsynchronousResponse:
    """What aiobotocore asks of aiohttp's response.

    Args:
        content: All of the body.
    """

    def __init__(self, content: bytes) -> None:
        self.content = _AsynchronousContent(content)

    async def __aenter__(self) -> AsynchronousResponse:  # noqa: PYI034 - see FakeAWS
        return self

    async def __aexit__(self, *error: object) -> None:
        self.close()

    async def read(self) -> bytes:
        """All of the content, for whoever uses the body as a context manager."""
        return await self.content.read()

    def close(self) -> None:
        """There is no connection to close."""


def parsed(
    answer: Answer,
    service: str,
    model: OperationModel,
    make_stream: Callable[[bytes], Any] = stream,
) -> tuple[Response, dict[str, Any]]:
    """What `before-call` returns for *answer*: botocore raises the error itself, where it is one."""
    if answer.error is None:
        body = answer.result
        status, streamed, events = _usual(model)
        status = body.get("StatusCode") or status
        if streamed in body:
            body[streamed] = make_stream(body[streamed])
        if events in body:
            body[events] = Events(body[events])
    else:
        status = answer.error.wording().status
        body = _error(answer.error)
    headers = headers_of(answer.request_id, answer.at, _CONTENT_TYPES[service])
    body["ResponseMetadata"] = {
        "RequestId": answer.request_id,
        "HTTPStatusCode": status,
        "HTTPHeaders": headers,
        "RetryAttempts": 0,
    }
    return Response(status, headers), body


def put_error(error: ServiceError, body: dict[str, Any]) -> int:
    """Make *body*, the parsed answer to a call, tell of *error*, and return the HTTP status."""
    body.update(_error(error))
    return error.wording().status


def _error(error: ServiceError) -> dict[str, Any]:
    wording = error.wording()
    details: dict[str, Any] = {"Message": error.text, "Code": wording.code}
    if wording.query_code is not None:
        details["QueryErrorCode"] = wording.query_code
    if wording.fault is not None:
        details["Type"] = wording.fault
    return {"Error": details, **error.members}


class _Usual(NamedTuple):
    """What the successful answers to an operation have in common.

    Attributes:
        status: The HTTP status, unless the answer says otherwise.
        stream: The member that is handed out as a stream, if there is one.
        events: The member that comes in parts, if there is one.
    """

    status: int
    stream: str | None
    events: str | None


@cache
def _usual(model: OperationModel) -> _Usual:
    shape = model.output_shape
    status = int(model.http.get("responseCode", 200))
    if shape is None:
        return _Usual(status, None, None)
    payload = shape.serialization.get("payload") if model.has_streaming_output else None
    return _Usual(status, payload, shape.event_stream_name)
