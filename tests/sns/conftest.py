"""What tests of topics share."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sns(fakeaws):
    """A client of SNS."""
    return boto3.client("sns")


@pytest.fixture
def sqs(fakeaws):
    """A client of SQS."""
    return boto3.client("sqs")


@pytest.fixture
def topic(fakeaws):
    """A topic."""
    return fakeaws.create_topic("orders-topic")


@pytest.fixture
def orders(fakeaws):
    """A queue."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def error_of():
    """Calls, and returns the response of the error that this must be."""

    def error_of(call, *args, **kwargs):
        with pytest.raises(ClientError) as caught:
            call(*args, **kwargs)
        return caught.value.response

    return error_of
