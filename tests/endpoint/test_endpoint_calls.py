"""The HTTP endpoint: other processes call AWS, and get AWS's answers."""

import json
import threading
from datetime import timedelta

import boto3
import pytest

from pytest_fakeaws.errors import UnknownOption, WrongState

LIST = "/?Action=ListQueues&Version=2012-11-05"


@pytest.mark.slow
def test_a_program_in_another_process_talks_to_the_fake(fakeaws, program):
    """All three services, at the one address that its environment names."""
    orders = fakeaws.create_queue("orders")
    fakeaws.create_topic("news").subscribe(orders, raw=True)
    fakeaws.create_function("double", lambda event, _: event * 2)
    printed = program(
        """
import boto3
sqs, sns, functions = map(boto3.client, ("sqs", "sns", "lambda"))
url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="by SQS")
sns.publish(TopicArn=sns.list_topics()["Topics"][0]["TopicArn"], Message="by SNS")
print(functions.invoke(FunctionName="double", Payload=b"21")["Payload"].read().decode())
"""
    )

    assert printed == "42\n"
    assert orders.messages.bodies == ["by SQS", "by SNS"]


def test_a_queue_url_has_the_address_by_which_it_was_asked_for(fakeaws, endpoint, ask):
    """So whoever is given it comes back here."""
    fakeaws.create_queue("orders")

    url = f"{endpoint.url}/123456789012/orders"
    assert f"<QueueUrl>{url}</QueueUrl>" in ask(LIST)[1].decode()
    target = {"X-Amz-Target": "AmazonSQS.ListQueues", "Host": "fake.test:1"}
    assert json.loads(ask("/", {}, **target)[1]) == {
        "QueueUrls": ["http://fake.test:1/123456789012/orders"]
    }
    assert boto3.client("sqs").list_queues()["QueueUrls"] == [fakeaws.queue("orders").url]


def test_a_queue_is_reached_at_its_url(fakeaws, endpoint, ask):
    """As the older protocol does."""
    orders = fakeaws.create_queue("orders")
    status, _ = ask("/123456789012/orders?Action=SendMessage&MessageBody=a")

    assert (status, orders.messages.bodies) == (200, ["a"])


def test_a_long_poll_from_outside_waits_until_the_test_turns_the_clock(fakeaws, endpoint, ask):
    """And holds nobody else up."""
    orders = fakeaws.create_queue("orders")
    orders.send("a", delay=5)
    answers = []
    poll = "/123456789012/orders?Action=ReceiveMessage&WaitTimeSeconds=20"
    outside = threading.Thread(target=lambda: answers.append(ask(poll)[1]), daemon=True)
    with fakeaws.clock.real():
        outside.start()
    endpoint.wait_for(lambda: ask(LIST)[0] == 200)

    assert answers == []
    fakeaws.clock.advance("1 min")
    endpoint.wait_for(lambda: answers)
    assert b"<Body>a</Body>" in answers[0]


def test_the_url_of_a_function_is_reached_by_its_host(fakeaws, endpoint, ask):
    """For whom no name leads here says it in a header."""
    function = fakeaws.create_function("hello", lambda event, _: {"path": event["rawPath"]})
    host = function.create_url().url.split("/")[2]
    answers = []
    outside = threading.Thread(target=lambda: answers.append(ask("/a/b", Host=host)), daemon=True)
    with fakeaws.clock.real():
        outside.start()
    endpoint.wait_for(lambda: answers)

    assert answers == [(200, b'{"path":"/a/b"}')]


def test_nobody_is_left_when_it_stops(fakeaws, endpoint, ask):
    """Whoever waits is told, and no thread stays."""
    fakeaws.create_queue("orders")
    answers = []
    poll = "/123456789012/orders?Action=ReceiveMessage&WaitTimeSeconds=20"
    outside = threading.Thread(target=lambda: answers.append(ask(poll)[0]), daemon=True)
    with fakeaws.clock.real():
        outside.start()
        endpoint.wait_for(lambda: endpoint._guests.present)
    endpoint.stop()
    with fakeaws.clock.real():
        outside.join(5)

    assert answers == [503]
    names = [thread.name for thread in threading.enumerate()]
    assert [name for name in names if name.startswith(("waitress", "fakeaws"))] == []


def test_the_first_use_of_its_url_opens_it(fakeaws):
    """There is one at a time."""
    pytest.importorskip("waitress")
    url = fakeaws.endpoint_url

    assert fakeaws.endpoint_url == url
    with pytest.raises(WrongState, match="A second endpoint"):
        fakeaws.serve()


def test_a_clock_that_does_not_exist_is_refused(fakeaws):
    """With those that do."""
    with pytest.raises(UnknownOption, match="virtual, real"):
        fakeaws.serve(clock="sundial")


def test_a_real_clock_goes_on_while_the_test_waits(fakeaws):
    """A second of virtual time takes one."""
    pytest.importorskip("waitress")
    orders = fakeaws.create_queue("orders")
    orders.send("a", delay=1)
    started = fakeaws.clock.now()
    with fakeaws.serve(clock="real") as endpoint:
        endpoint.wait_for(lambda: orders.messages.bodies, timeout=10)

    assert timedelta(seconds=1) <= fakeaws.clock.now() - started < timedelta(seconds=5)
