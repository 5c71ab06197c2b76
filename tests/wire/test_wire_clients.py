"""Every client of the process reaches the fake, however, wherever and whenever it was made."""

import boto3
import botocore.session
import pytest

from pytest_fakeaws import FakeAWS

with FakeAWS():  # stands for an application that makes its clients when it is imported
    IMPORTED = boto3.client("sqs")


@pytest.fixture
def early():
    """A client made before there is a fake."""
    return boto3.client("sqs", "us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="s")


@pytest.fixture
def orders(fakeaws):
    """A queue that clients should see."""
    return fakeaws.create_queue("orders")


MAKERS = {
    "boto3.client": lambda: boto3.client("sqs"),
    "a session of boto3": lambda: boto3.Session().client("sqs"),
    "a session with a region of its own": lambda: boto3.Session(region_name="us-east-1").client(
        "sqs"
    ),
    "a session of botocore": lambda: botocore.session.get_session().create_client("sqs"),
    "a resource's client": lambda: boto3.resource("sqs").meta.client,
    "a client with an endpoint": lambda: boto3.client("sqs", endpoint_url="http://localhost:4566"),
    "a client without signatures": lambda: boto3.client(
        "sqs", config=botocore.config.Config(signature_version=botocore.UNSIGNED)
    ),
    "a client at import": lambda: IMPORTED,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_client_reaches_the_fake_however_it_was_made(orders, make):
    """There is one fake, and all ways of boto3 and botocore lead to it."""
    assert make().list_queues()["QueueUrls"] == [orders.url]


def test_a_client_made_before_the_fake_reaches_it(early, orders):
    """It is the class of all clients that is heard, not the single client."""
    assert early.list_queues()["QueueUrls"] == [orders.url]


def test_a_client_serves_one_fake_after_another(early):
    """A client kept for the whole run sees each test's own fake."""
    seen = []
    for name in ("first", "second"):
        with FakeAWS() as aws:
            aws.create_queue(name)
            seen += early.list_queues()["QueueUrls"]

    assert [url.rpartition("/")[2] for url in seen] == ["first", "second"]


def test_a_client_made_inside_a_handler_reaches_the_fake(orders, inside):
    """Handlers live in the same process, and in the same AWS."""
    assert inside(lambda: boto3.client("sqs").list_queues()["QueueUrls"]) == [orders.url]


def test_a_handler_sends_with_a_client_of_the_test(orders, sqs, inside):
    """A client is shared like any other object."""
    inside(lambda: sqs.send_message(QueueUrl=orders.url, MessageBody="from within"))

    assert orders.messages.bodies == ["from within"]


def test_the_endpoint_of_the_environment_is_not_asked(orders, monkeypatch):
    """AWS_ENDPOINT_URL leads elsewhere; our services come to us all the same."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")

    assert boto3.client("sqs").list_queues()["QueueUrls"] == [orders.url]


def test_resources_work_as_they_do_with_aws(fakeaws):
    """A resource's queue sends, receives and deletes."""
    queue = boto3.resource("sqs").create_queue(QueueName="orders")
    queue.send_message(MessageBody="first")
    (message,) = queue.receive_messages()
    message.delete()

    assert message.body == "first"
    assert fakeaws.queue("orders").in_flight.bodies == []


def test_paginators_turn_the_pages(fakeaws, sqs):
    """A paginator asks until there is no further page."""
    for number in range(5):
        fakeaws.create_queue(f"queue-{number}")
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})

    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]


def test_an_operation_that_is_not_simulated_raises_by_name(fakeaws):
    """Nothing is guessed, and nothing goes to the network instead."""
    client = boto3.client("lambda")
    if not hasattr(client, "get_durable_execution"):
        pytest.skip("This botocore has no operation that is not simulated.")
    with pytest.raises(NotImplementedError, match=r"^lambda:GetDurableExecution is not simulated"):
        client.get_durable_execution(DurableExecutionArn="arn:aws:lambda")


def test_parameters_are_checked_by_botocore_as_ever(sqs):
    """A call that botocore would refuse never reaches the fake."""
    with pytest.raises(botocore.exceptions.ParamValidationError, match="QueueName"):
        sqs.create_queue()


def test_clients_are_let_go_after_the_fake(early):
    """The methods through which all events go are botocore's own again."""
    before = vars(botocore.hooks.EventAliaser).copy()
    with FakeAWS():
        pass

    assert vars(botocore.hooks.EventAliaser) == before
