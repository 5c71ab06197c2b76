"""HTTP responses as botocore's own parsers read them, in clients of boto3 and of aiobotocore."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

from pytest_fakeaws.wire.answers import AsynchronousResponse
from pytest_fakeaws.wire.dispatch import Answer
from pytest_fakeaws.wire.protocols import serialised


class _Raw(io.BytesIO):
    """What botocore asks of urllib3's response."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """All of it, at once."""
        yield self.read()


def response(url: str, answer: Answer, model: OperationModel) -> AWSResponse:
    """The response to a request for *url* that *answer* makes."""
    status, headers, body = serialised(answer, model)
    return AWSResponse(url, status, headers, _Raw(body))


def asynchronous_response(url: str, answer: Answer, model: OperationModel) -> Any:
    """The same for a client of aiobotocore."""
    from aiobotocore.awsrequest import AioAWSResponse

    status, headers, body = serialised(answer, model)
    return AioAWSResponse(url, status, headers, AsynchronousResponse(body))
