"""What tests of the wire share."""

import boto3
import pytest


@pytest.fixture
def sqs(fakeaws):
    """A client of SQS."""
    return boto3.client("sqs")


@pytest.fixture
def inside(fakeaws):
    """Runs a callable inside a handler and returns what it returned."""

    def run(call):
        function = fakeaws.create_function("inside", lambda *_: call(), timeout=900)
        invocation = function.invoke()
        if invocation.error is not None:
            raise invocation.error
        return invocation.result

    return run
