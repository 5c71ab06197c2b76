"""SQS's older protocol: the same answers in XML, in the words that it has for them."""

import boto3
import pytest
from botocore.exceptions import ClientError
from every_operation import program
from older_sqs import older_client
from wire_client import front_door, over_the_wire

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.wire.protocols.http import Request

RECORDED = "sqs/test_sqs.py::TestSqsProvider::test_{}[sqs_query]"


@pytest.fixture
def older(fakeaws):
    """A client that speaks the older protocol."""
    return over_the_wire(older_client(), fakeaws)


def told(make_client):
    """What the program's calls of SQS are answered."""
    with FakeAWS() as aws:
        clients = {"sqs": make_client(aws)}
        calls, told, answer = program(aws), [], None
        while True:
            service, name, parameters = calls.send(answer)
            if service != "sqs":  # what comes of the queues after that is not asked
                return told
            try:
                answer = getattr(clients["sqs"], name)(**parameters)
                shown = {key: value for key, value in answer.items() if value != []}
                told.append((name, {**shown, "ResponseMetadata": None}))
            except ClientError as error:
                told.append((name, error.response["Error"]["Code"]))


def test_every_operation_is_answered_alike_in_both_protocols():
    """Results and the codes of errors; only a list that is empty is left out in XML."""
    expected = told(lambda _: boto3.client("sqs"))
    actual = told(lambda aws: over_the_wire(older_client(), aws))

    assert actual == expected
    assert len(actual) > 25


def test_an_error_has_a_detail_and_nothing_of_the_newer_protocol(older):
    """As recorded, but for the text: that of a queue which does not exist is the older protocol's."""
    with pytest.raises(ClientError) as caught:
        older.get_queue_url(QueueName="nobody")

    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "AWS.SimpleQueueService.NonExistentQueue",
        "Message": "The specified queue does not exist for this wsdl version.",
        "Detail": None,
    }


@pytest.mark.parametrize(
    ("test", "step", "call"),
    [
        (
            "fifo_queue_send_message_with_delay_seconds_fails",
            "send_message",
            lambda client, url: client.send_message(
                QueueUrl=url("a.fifo"), MessageBody="a", MessageGroupId="g", DelaySeconds=2
            ),
        ),
        (
            "set_unsupported_attribute_standard",
            "invalid-attr-name-1",
            lambda client, url: client.set_queue_attributes(
                QueueUrl=url("a"), Attributes={"FifoQueue": "true"}
            ),
        ),
        (
            "send_batch_missing_deduplication_id_for_fifo_queue",
            "test_missing_deduplication_id_for_fifo_queue",
            lambda client, url: client.send_message_batch(
                QueueUrl=url("a.fifo"),
                Entries=[{"Id": "1", "MessageBody": "a", "MessageGroupId": "g"}],
            ),
        ),
    ],
)
def test_errors_are_as_recorded(older, recorded, test, step, call):
    """In all that the recordings show of them."""

    def url(name):
        fifo = {"Attributes": {"FifoQueue": "true"}} if name.endswith(".fifo") else {}
        return older.create_queue(QueueName=name, **fifo)["QueueUrl"]

    recording = recorded("sqs", RECORDED.format(test))
    with pytest.raises(ClientError) as caught:
        call(older, url)

    assert recording.seen(step, caught.value.response) == recording[step]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_may_name_the_queue(fakeaws, method):
    """So it was in the older protocol, and URLs that people have kept still do."""
    queue = fakeaws.create_queue("orders")
    form = "Action=SendMessage&MessageBody=a&Version=2012-11-05"
    path = f"{queue.url}?{form}" if method == "GET" else queue.url
    body = b"" if method == "GET" else form.encode()
    response = front_door(fakeaws).answer(Request(method, path, {}, body))

    assert (response.status, queue.messages.bodies) == (200, ["a"])


def test_a_list_may_come_without_a_number(fakeaws):
    """`AttributeName=All` is one name."""
    queue = fakeaws.create_queue("orders")
    url = f"{queue.url}?Action=GetQueueAttributes&AttributeName=DelaySeconds"
    response = front_door(fakeaws).answer(Request("GET", url))

    attribute = b"<Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute>"
    assert attribute in response.body


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [
        ("", "MissingAction", "The request must contain the parameter Action."),
        ("Action=Fly", "InvalidAction", "Could not find operation Fly for version 2012-11-05"),
        (
            "Action=CreateQueue",
            "MissingParameter",
            "The request must contain the parameter QueueName.",
        ),
        (
            "Action=CreateQueue&QueueName=a&Attribute.1.Name=DelaySeconds",
            "MalformedInput",
            "Attributes has an entry without Name or Value",
        ),
        (
            "Action=ReceiveMessage&QueueUrl=a&MaxNumberOfMessages=many",
            "MalformedInput",
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            (
                "Action=SendMessage&QueueUrl=a&MessageBody=b&MessageAttribute.1.Name=c&"
                "MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=%2A"
            ),
            "MalformedInput",
            "Invalid Base64 character",
        ),
    ],
)
def test_a_form_that_cannot_be_read_is_answered_with_an_error(fakeaws, form, code, message):
    """In XML, with status 400; the journal has it too."""
    url = "https://sqs.us-east-1.amazonaws.com/"
    response = front_door(fakeaws).answer(Request("POST", url, {}, form.encode()))

    body = response.body.decode()
    assert response.status == 400
    assert f"<Code>{code}</Code><Message>{message}</Message>" in body
    assert [call.error for call in fakeaws.calls] == [code]
