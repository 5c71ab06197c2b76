"""Usage: what was asked of AWS, and what it would cost."""

import json
import time
from types import SimpleNamespace

import boto3
import pytest

from pytest_fakeaws.journal.entries import (
    CallAnswered,
    InvocationStarted,
    InvocationSucceeded,
    MessageSent,
)
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.journal.prices import CHUNK, PRICES
from pytest_fakeaws.journal.usage import Usage, usage_of
from pytest_fakeaws.sim.instants import SECOND


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


def test_calls_are_counted_by_operation(fakeaws, sqs):
    """Those of clients; what handles do is nobody's bill."""
    orders = fakeaws.create_queue("orders")
    orders.send("a")
    for body in "bc":
        sqs.send_message(QueueUrl=orders.url, MessageBody=body)
    sqs.receive_message(QueueUrl=orders.url)
    usage = fakeaws.usage
    assert usage.operations == {"sqs:SendMessage": 2, "sqs:ReceiveMessage": 1}
    assert [usage.calls(), usage.calls("sqs:SendMessage"), usage.calls("sns:*")] == [3, 2, 0]


def test_empty_receives_are_counted(fakeaws, sqs):
    """What an empty queue costs."""
    orders = fakeaws.create_queue("orders")
    for _ in range(2):
        sqs.receive_message(QueueUrl=orders.url)
    orders.send("a")
    sqs.receive_message(QueueUrl=orders.url, MaxNumberOfMessages=10)
    assert fakeaws.usage.empty_receives == 2


def test_a_receive_that_dead_letters_besides_is_not_empty(fakeaws, sqs):
    """Whichever of its messages comes last."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.send("poison")
    sqs.receive_message(QueueUrl=orders.url)
    orders.send("good")
    fakeaws.clock.advance(30)
    sqs.receive_message(QueueUrl=orders.url, MaxNumberOfMessages=10)
    assert [orders.in_flight.bodies, orders.dead_letters.bodies] == [["good"], ["poison"]]
    assert fakeaws.usage.empty_receives == 0


def test_invocations_are_counted_by_function_and_by_memory_and_time(fakeaws):
    """Each is rounded up to a whole millisecond."""
    work = fakeaws.create_function(
        "work", lambda event, context: time.sleep(event["s"]), memory=512
    )
    for seconds in (0, 1.0005):
        work.invoke({"s": seconds})
    usage = fakeaws.usage
    assert usage.invocations == {"work": 2}
    assert usage.gb_seconds == pytest.approx(0.5 * (0.001 + 1.001))


@pytest.mark.parametrize(
    ("bodies", "requests"), [(["a"], 1), (["a" * CHUNK], 1), (["a" * (CHUNK + 1)], 2)]
)
def test_a_payload_is_billed_in_chunks(fakeaws, sqs, bodies, requests):
    """A request for each 64 KB, for the send and for the receive."""
    orders = fakeaws.create_queue("orders")
    sqs.send_message(QueueUrl=orders.url, MessageBody=bodies[0])
    sqs.receive_message(QueueUrl=orders.url)
    assert fakeaws.usage.billed == {"sqs": 2 * requests}


def test_a_batch_is_billed_by_all_of_its_payload(fakeaws, sqs):
    """Ten of ten kilobytes are two chunks."""
    orders = fakeaws.create_queue("orders")
    sqs.send_message_batch(
        QueueUrl=orders.url,
        Entries=[{"Id": str(number), "MessageBody": "a" * 10_000} for number in range(10)],
    )
    assert fakeaws.usage.billed == {"sqs": 2}


def test_requests_to_fifo_queues_have_a_price_of_their_own(fakeaws, sqs):
    """Sends, duplicates, receives and deletes; an empty receive does not show which queue it asked."""
    orders = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    for _ in range(2):
        sqs.send_message(QueueUrl=orders.url, MessageBody="a", MessageGroupId="g")
    [message] = sqs.receive_message(QueueUrl=orders.url)["Messages"]
    sqs.delete_message(QueueUrl=orders.url, ReceiptHandle=message["ReceiptHandle"])
    sqs.receive_message(QueueUrl=orders.url)
    assert fakeaws.usage.billed == {"sqs.fifo": 4, "sqs": 1}


def test_publishes_are_billed_and_deliveries_to_queues_are_free(fakeaws):
    """A call is a request, however many read it."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    for name in "ab":
        queue = fakeaws.create_queue(name)
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    sns.publish(TopicArn=topic, Message="hello")
    assert fakeaws.usage.billed == {"sns": 4}


def test_the_cost_is_estimated_from_the_price_table():
    """Requests and compute."""
    usage = Usage()
    usage.billed.update({"sqs": 1_000_000, "lambda": 1_000_000})
    usage.gb_seconds = 100
    assert usage.cost == pytest.approx(0.40 + 0.20 + 100 * 0.000_016_666_7)


def test_each_price_has_a_source():
    """A page of AWS's."""
    assert {price.source.startswith("https://aws.amazon.com/") for price in PRICES.values()} == {
        True
    }


def test_what_the_journal_has_forgotten_still_counts():
    """A loop that runs away is longer than a journal."""
    journal = Journal(SimpleNamespace(now=0), limit=3)
    number = journal.record(InvocationStarted("f", "r", 1, (), "{}", memory=1_024))
    for _ in range(10):
        journal.record(MessageSent("q", "m", "a", 0, CHUNK + 1))
        journal.record(CallAnswered("sqs", "SendMessage", None))
    journal.record(InvocationSucceeded(number, "f", "r", SECOND, "", "null"))
    usage = usage_of(journal)
    assert [len(journal), usage.calls(), usage.billed["sqs"], usage.gb_seconds] == [3, 10, 20, 1.0]


def test_looking_at_usage_changes_nothing():
    """The same is seen again."""
    journal = Journal(SimpleNamespace(now=0), limit=1)
    for _ in range(3):
        journal.record(CallAnswered("sqs", "SendMessage", None))
    assert [usage_of(journal).calls(), usage_of(journal).calls()] == [3, 3]


def test_usages_add_up_and_travel_as_plain_values():
    """From a worker, over the wire, into the sum of a session."""
    usage = Usage()
    usage.operations["sqs:SendMessage"] = 2
    usage.gb_seconds = 0.5
    again = Usage.from_dict(json.loads(json.dumps(usage.as_dict())))
    both = usage + again
    assert [both.calls(), both.gb_seconds, (both - again).as_dict() == usage.as_dict()] == [
        4,
        1.0,
        True,
    ]


def test_a_usage_reads_as_a_table(fakeaws, sqs):
    """Busiest first, with the cost and where its prices are from."""
    orders = fakeaws.create_queue("orders")
    sqs.receive_message(QueueUrl=orders.url)
    *counts, cost = str(fakeaws.usage).splitlines()
    assert [line.split() for line in counts] == [
        ["sqs:ReceiveMessage", "1"],
        ["empty", "receives", "1"],
        ["GB-seconds", "0.000"],
    ]
    assert cost.startswith("about $0.000000 at AWS's list prices in us-east-1 of 20")
