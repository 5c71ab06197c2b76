"""What tests of advice share."""

import boto3
import pytest


@pytest.fixture
def client(fakeaws):
    """A client of Lambda."""
    return boto3.client("lambda")


@pytest.fixture
def sqs(fakeaws):
    """A client of SQS."""
    return boto3.client("sqs")
