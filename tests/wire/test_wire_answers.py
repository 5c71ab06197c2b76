"""Answers have the shape in which botocore hands over those of AWS."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def missing(sqs):
    """The error that SQS answers for a queue which does not exist."""
    with pytest.raises(ClientError) as caught:
        sqs.get_queue_url(QueueName="missing")
    return caught.value


def test_an_error_is_of_the_class_that_the_client_has_for_it(sqs):
    """`except client.exceptions.QueueDoesNotExist` works."""
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="missing")


def test_an_error_carries_the_code_of_the_query_protocol_too(missing):
    """SQS's errors have two codes: that of the older protocol, and that of the model."""
    assert missing.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert missing.response["Error"]["QueryErrorCode"] == "QueueDoesNotExist"


def test_an_error_has_the_status_of_awss(missing):
    """The HTTP status is in the metadata, as ever."""
    assert missing.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_error_of_lambda_has_its_members(fakeaws):
    """A modelled error has the members of its model beside code and message."""
    client = boto3.client("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.get_function(FunctionName="missing")

    assert caught.value.response["Type"] == "User"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_error_reads_as_botocore_words_it(missing):
    """The text of the exception names code and operation."""
    assert str(missing).startswith(
        "An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl"
    )


def test_metadata_tells_of_the_call(sqs):
    """Request id, status, attempts and headers are there, at the fake's instant."""
    metadata = sqs.list_queues()["ResponseMetadata"]

    assert metadata == {
        "RequestId": metadata["RequestId"],
        "HTTPStatusCode": 200,
        "HTTPHeaders": {
            "x-amzn-requestid": metadata["RequestId"],
            "date": "Tue, 01 Jan 2030 00:00:00 GMT",
            "content-type": "application/x-amz-json-1.0",
        },
        "RetryAttempts": 0,
    }


def test_request_ids_differ_from_call_to_call(sqs):
    """Each call has an id of its own."""
    ids = {sqs.list_queues()["ResponseMetadata"]["RequestId"] for _ in range(3)}

    assert len(ids) == 3


def test_a_payload_is_a_stream(fakeaws):
    """Lambda's payload is read, as from AWS."""
    fakeaws.create_function("double", lambda event, _: event * 2)
    answer = boto3.client("lambda").invoke(FunctionName="double", Payload="21")

    assert json.load(answer["Payload"]) == 42


def test_an_answer_is_the_callers_to_change(fakeaws, sqs):
    """Changing an answer does not change what the next caller gets."""
    fakeaws.create_queue("orders")
    sqs.list_queues()["QueueUrls"].clear()

    assert len(sqs.list_queues()["QueueUrls"]) == 1
