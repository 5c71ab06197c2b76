"""The front door: whatever HTTP request comes, AWS's answer to it goes back."""

import json
import re
from datetime import timedelta

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from wire_client import front_door, wire_client

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.faults.points import AwsError, Breakage, Disturbance
from pytest_fakeaws.wire.disturbed import Broken
from pytest_fakeaws.wire.protocols.http import Request

SQS = "https://sqs.us-east-1.amazonaws.com/"
LAMBDA = "https://lambda.us-east-1.amazonaws.com"


@pytest.fixture
def door(fakeaws):
    """The front door."""
    return front_door(fakeaws)


@pytest.fixture
def post(door):
    """Posts a body for an operation of SQS's in JSON; returns status, error code, and what is said."""

    def post(operation, body, **headers):
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        target = {"X-Amz-Target": f"AmazonSQS.{operation}", **headers}
        return shown(door.answer(Request("POST", SQS, target, sent)))

    return post


def shown(response):
    """The status, the code and the message of an error in JSON."""
    body = json.loads(response.body)
    code = body.get("__type") or response.headers["x-amzn-errortype"]
    return response.status, code.rpartition("#")[2], body.get("message", body.get("Message"))


# Where a request goes


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (SQS, {}),
        ("https://sqs.eu-west-1.amazonaws.com/", {}),
        ("https://us-east-1.queue.amazonaws.com/", {}),
        ("https://queue.amazonaws.com/", {}),
        ("https://sqs-fips.us-east-1.amazonaws.com/", {}),
        ("http://localhost:4566/", {}),
        ("http://127.0.0.1:4566/", {}),
        ("/", {"Host": "sqs.us-east-1.amazonaws.com"}),
        ("http://[oh no/", {}),
        (
            "http://localhost/",
            {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20300101/us-east-1/sqs/aws4_request"},
        ),
    ],
)
def test_hosts_paths_and_signatures_lead_to_sqs(door, url, headers):
    """Whatever says so first."""
    request = Request("POST", url, headers, b"Action=ListQueues&Version=2012-11-05")

    assert b"<ListQueuesResult>" in door.answer(request).body


@pytest.mark.parametrize("url", ["https://sns.us-east-1.amazonaws.com", "http://localhost:4566"])
def test_a_version_leads_to_sns(door, url):
    """Where the host does not say, for SQS has another."""
    request = Request("POST", url, {}, b"Action=CreateTopic&Name=news&Version=2010-03-31")

    assert b":news</TopicArn>" in door.answer(request).body


@pytest.mark.parametrize("host", [LAMBDA, "http://localhost:4566", "http://lambda:9001"])
def test_a_dated_path_leads_to_lambda(fakeaws, door, host):
    """Labels are decoded, whatever they hold."""
    function = fakeaws.create_function("double", lambda event, _: event * 2)
    path = f"/2015-03-31/functions/{function.arn.replace(':', '%3A')}/invocations"

    assert door.answer(Request("POST", host + path, {}, b"21")).body == b"42"


def test_another_service_is_refused_by_name(door):
    """Of a table, of a host, or of nothing at all."""
    with pytest.raises(NotSimulated, match="DynamoDB_20120810"):
        door.answer(Request("POST", "/", {"X-Amz-Target": "DynamoDB_20120810.GetItem"}))
    credential = "Credential=A/20300101/us-east-1/s3/aws4_request"
    with pytest.raises(NotSimulated, match="The service s3"):
        door.answer(Request("GET", "/", {"Authorization": credential}))
    with pytest.raises(NotSimulated, match=re.escape("example.com")):
        door.answer(Request("GET", "https://example.com/index.html"))


def test_an_operation_that_is_not_simulated_is_refused_by_name(door):
    """As at the everyday door."""
    target = {"X-Amz-Target": "Logs_20140328.CreateLogGroup"}
    with pytest.raises(NotSimulated, match="logs:CreateLogGroup"):
        door.answer(Request("POST", "/", target, b'{"logGroupName": "mine"}'))


# Who calls


def test_the_signature_tells_account_and_region(fakeaws):
    """Nobody checks it."""
    access = fakeaws.credentials("111122223333")
    client = wire_client(fakeaws, "sqs", region_name="eu-west-1", **access)
    url = client.create_queue(QueueName="theirs")["QueueUrl"]

    assert url == "https://sqs.eu-west-1.amazonaws.com/111122223333/theirs"


def test_a_presigned_url_tells_them_too(fakeaws, door):
    """There the credential stands in the query."""
    access = fakeaws.credentials("111122223333")
    request = AWSRequest("GET", "http://localhost/?Action=CreateQueue&QueueName=theirs")
    keys = Credentials(access["aws_access_key_id"], access["aws_secret_access_key"])
    SigV4QueryAuth(keys, "sqs", "eu-west-1").add_auth(request)
    response = door.answer(Request("GET", request.url))

    assert b"<QueueUrl>https://sqs.eu-west-1.amazonaws.com/111122223333/theirs" in response.body


def test_a_request_without_a_signature_comes_from_the_default_place(fakeaws, door):
    """In the region of the host, where it has one."""
    door.answer(Request("GET", "http://localhost/?Action=CreateQueue&QueueName=here"))
    door.answer(
        Request("GET", "https://sqs.eu-west-1.amazonaws.com/?Action=CreateQueue&QueueName=a")
    )

    assert fakeaws.queue("here").arn == "arn:aws:sqs:us-east-1:123456789012:here"
    assert len(boto3.client("sqs", "eu-west-1").list_queues()["QueueUrls"]) == 1


def test_a_trace_goes_on_through_the_door(fakeaws, door):
    """The header that clients in handlers send is the message's."""
    queue = fakeaws.create_queue("orders")
    trace = "Root=1-5e3d83c1-e6a0db584850d61342823d4c;Sampled=0"
    url = f"{queue.url}?Action=SendMessage&MessageBody=a"
    door.answer(Request("GET", url, {"X-Amzn-Trace-Id": trace}))
    got = boto3.client("sqs").receive_message(QueueUrl=queue.url, AttributeNames=["All"])

    assert got["Messages"][0]["Attributes"]["AWSTraceHeader"] == trace


# What cannot be read


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'"\\ud800', b'{"QueueName": "\\ud800"}', b"[" * 100_000, b"{}}"]
)
def test_a_body_that_is_no_json_is_told_so(post, body):
    """With the error that AWS's serialisers have."""
    status, code, message = post("CreateQueue", body)

    assert (status, code) == (400, "SerializationException")
    assert message.startswith("Could not parse request body into json")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([], "Start of list found where not expected"),
        ("a", "Unexpected field type"),
        ({"QueueName": 1}, "NUMBER_VALUE can not be converted to a String"),
        ({"QueueName": True}, "BOOLEAN_VALUE can not be converted to a String"),
        ({"QueueName": {}}, "Start of structure or map found where not expected."),
        ({"QueueName": "a", "tags": []}, "Start of list found where not expected"),
        ({"QueueName": "a", "Attributes": {"a": []}}, "Start of list found where not expected"),
    ],
)
def test_a_value_of_another_type_is_told_so(post, parameters, message):
    """Before the operation sees it."""
    assert post("CreateQueue", parameters) == (400, "SerializationException", message)


@pytest.mark.parametrize("value", ["1", 1.5, True, 1e400])
def test_a_number_that_is_none_is_told_so(post, value):
    """JSON's own numbers only, and whole ones."""
    sent = {"QueueUrl": "orders", "MaxNumberOfMessages": value}
    status, code, message = post("ReceiveMessage", sent)

    assert (status, code) == (400, "SerializationException")
    assert message.endswith("can not be converted to an Integer")


def test_what_is_null_or_unknown_is_left_out(fakeaws, post, door):
    """As AWS does, for clients are older and newer."""
    body = {"QueueName": "a", "Attributes": None, "Later": {"a": [1]}}
    door.answer(
        Request("POST", SQS, {"X-Amz-Target": "AmazonSQS.CreateQueue"}, json.dumps(body).encode())
    )

    assert fakeaws.queue("a").name == "a"


def test_a_blob_that_is_no_base64_is_told_so(post):
    """It has characters that base64 has not."""
    attribute = {"DataType": "Binary", "BinaryValue": "*"}
    body = {"QueueUrl": "a", "MessageBody": "b", "MessageAttributes": {"c": attribute}}

    assert post("SendMessage", body) == (
        400,
        "SerializationException",
        "Invalid Base64 character",
    )


def test_sqs_names_the_parameter_that_is_missing(post):
    """Also inside an entry of a batch."""
    assert post("SendMessage", {"QueueUrl": "a"}) == (
        400,
        "MissingRequiredParameterException",
        "The request must contain the parameter MessageBody.",
    )
    assert post("SendMessageBatch", {"QueueUrl": "a", "Entries": [{"Id": "1"}]})[2] == (
        "The request must contain the parameter Entries.1.MessageBody."
    )


def test_an_operation_that_does_not_exist_is_told_so(post, door):
    """In a target, and in a path."""
    assert post("Fly", {}) == (404, "UnknownOperationException", "")
    for method, path in (("PUT", "/2015-03-31/functions"), ("GET", "/2015-03-31/functions//code")):
        response = door.answer(Request(method, LAMBDA + path))
        assert shown(response) == (404, "UnknownOperationException", "")


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "message"),
    [
        ("POST", "functions", b"{", "SerializationException", None),
        (
            "POST",
            "functions",
            b"{}",
            "ValidationException",
            (
                "3 validation errors detected: Value null at 'functionName' failed to satisfy constraint: "
                "Member must not be null; Value null at 'role' failed to satisfy constraint: Member must "
                "not be null; Value null at 'code' failed to satisfy constraint: Member must not be null"
            ),
        ),
        (
            "POST",
            "functions",
            b'{"Timeout": "long"}',
            "SerializationException",
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "GET",
            "functions?MaxItems=many",
            b"",
            "SerializationException",
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "POST",
            "event-source-mappings",
            b'{"FunctionName": "a", "StartingPositionTimestamp": 1e300}',
            "SerializationException",
            "NUMBER_VALUE can not be converted to a Timestamp",
        ),
    ],
)
def test_a_call_of_lambda_that_cannot_be_read_is_told_so(door, method, path, body, code, message):
    """All that is missing is named at once."""
    response = door.answer(Request(method, f"{LAMBDA}/2015-03-31/{path}", {}, body))

    status, given, said = shown(response)
    assert (status, given) == (400, code)
    assert message in {None, said}


def test_a_parameter_of_sns_that_is_missing_is_named(door):
    """In the words that SNS has for it."""
    form = b"Action=DeleteTopic&Version=2010-03-31"
    response = door.answer(Request("POST", "https://sns.us-east-1.amazonaws.com", {}, form))

    assert response.status == 400
    assert (
        b"<Code>InvalidParameter</Code><Message>Invalid parameter: TopicArn Reason: no value for "
        b"required parameter</Message>" in response.body
    )


# What waits, and what goes wrong


def test_a_long_poll_waits_in_virtual_time(fakeaws, door):
    """Whoever asks."""
    queue = fakeaws.create_queue("orders")
    queue.send("a", delay=5)
    started = fakeaws.clock.now()
    response = door.answer(Request("GET", f"{queue.url}?Action=ReceiveMessage&WaitTimeSeconds=20"))

    assert b"<Body>a</Body>" in response.body
    assert fakeaws.clock.now() - started == timedelta(seconds=5)


def test_an_error_on_purpose_goes_out_of_the_door(fakeaws, door):
    """With its status, in the protocol of whoever asks."""
    error = AwsError("InternalFailure", "oh <no>", 500)
    fakeaws._dispatch.hooks.call = lambda _: Disturbance(error=error)
    response = door.answer(Request("GET", f"{SQS}?Action=ListQueues"))

    assert response.status == 500
    assert b"<Type>Receiver</Type><Code>InternalFailure</Code>" in response.body
    assert b"<Message>oh &lt;no&gt;</Message>" in response.body


def test_a_connection_that_breaks_has_no_response(fakeaws, door):
    """Whoever holds it closes it."""
    fakeaws._dispatch.hooks.call = lambda _: Disturbance(breakage=Breakage.CLOSED)
    with pytest.raises(Broken) as caught:
        door.answer(Request("GET", f"{SQS}?Action=ListQueues"))

    assert caught.value.how is Breakage.CLOSED


def test_an_asynchronous_sender_awaits_its_answer(fakeaws, door):
    """Other tasks go on meanwhile."""
    import asyncio

    queue = fakeaws.create_queue("orders")
    request = Request("GET", f"{queue.url}?Action=ReceiveMessage&WaitTimeSeconds=20")

    async def send_later():
        await asyncio.sleep(3)
        queue.send("a")

    async def test():
        response, _ = await asyncio.gather(door.answer_async(request), send_later())
        return response.body

    assert b"<Body>a</Body>" in asyncio.run(test())


def test_what_xml_cannot_carry_is_replaced(fakeaws, door):
    """The answer is XML all the same."""
    form = "Action=GetQueueUrl&QueueName=%00%1f%0d"
    response = door.answer(Request("GET", f"{SQS}?{form}"))

    assert response.status == 400
    assert b"\x00" not in response.body
