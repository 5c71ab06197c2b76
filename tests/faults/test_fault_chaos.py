"""Chaos: everything that AWS allows at once, and correct consumers come to their end all the same."""

import json

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import UnknownOption
from pytest_fakeaws.faults.schedule import Schedule
from pytest_fakeaws.journal.entries import FaultInjected

CLIENT = Config(retries={"mode": "standard", "total_max_attempts": 4})


def shop(seed, level, orders=12):
    """Orders are published, invoiced by a function, and shipped by a worker; each counts once."""
    with FakeAWS(seed=seed, host_time="off") as aws:
        sqs, sns = boto3.client("sqs", config=CLIENT), boto3.client("sns", config=CLIENT)
        topic = aws.create_topic("orders")
        to_invoice = aws.create_queue("to-invoice", dead_letter_queue=True)
        to_ship = aws.create_queue("to-ship", dead_letter_queue=True)
        topic.subscribe(to_invoice, raw=True)
        invoiced, shipped = {}, {}

        def invoice(event, context):
            for record in event["Records"]:
                order = json.loads(record["body"])
                sqs.send_message(QueueUrl=to_ship.url, MessageBody=record["body"])
                invoiced[order["id"]] = order

        def ship():
            while True:
                polled = sqs.receive_message(QueueUrl=to_ship.url, WaitTimeSeconds=20)
                for message in polled.get("Messages", []):
                    order = json.loads(message["Body"])
                    shipped[order["id"]] = order
                    sqs.delete_message(QueueUrl=to_ship.url, ReceiptHandle=message["ReceiptHandle"])

        to_invoice.trigger(aws.create_function("invoice", invoice, timeout=5), batch_size=3)
        chaos = aws.faults.chaos(level)
        aws.spawn(ship)
        for number in range(orders):
            sns.publish(TopicArn=topic.arn, Message=json.dumps({"id": number}))
        aws.clock.run_until_idle()
        left = [*to_invoice.dead_letters, *to_ship.dead_letters, *to_invoice.messages]
        return (
            sorted(invoiced),
            sorted(shipped),
            left,
            chaos.hits,
            aws.journal.of(),
            str(aws.journal),
        )


@pytest.mark.parametrize("level", ["tame", "rough", "wild", 0.5])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_correct_consumer_converges(seed, level):
    """Nothing is lost, and nothing ends in a dead-letter queue."""
    invoiced, shipped, left, *_ = shop(seed, level)

    everything = list(range(12))
    assert (invoiced, shipped, left) == (everything, everything, [])


def test_chaos_is_what_its_name_says():
    """Of the wild kind, many different things happen, and each is told."""
    *_, hits, entries, _ = shop(7, "wild", orders=60)
    told = [entry.fact.fault for entry in entries if isinstance(entry.fact, FaultInjected)]

    assert len(told) == hits
    assert {
        "answered 503",
        "crashed",
        "delivery fails",
        "hung",
        "late by 5 s",
        "order shuffled",
        "reply lost",
        "slow by 0.2 s",
        "stalled for 2 s",
        "throttled",
        "will be delivered again",
    } == set(told)


def test_the_same_seed_gives_the_same_chaos():
    """To the byte; and another seed another."""
    one, again, other = (shop(seed, "wild")[-1] for seed in (3, 3, 4))

    assert one == again
    assert one != other


def test_chaos_can_be_stopped(fakeaws):
    """Then nobody is asked any more."""
    with fakeaws.faults.chaos("wild") as chaos:
        pass
    hooks = fakeaws._dispatch.hooks

    assert chaos.hits == 0
    assert {getattr(hooks, name) for name in ("call", "run", "deleting", "delivery")} == {None}


@pytest.mark.parametrize("level", ["widl", 2, -1])
def test_an_unknown_level_is_explained(fakeaws, level):
    """With those that there are."""
    with pytest.raises(UnknownOption, match="tame, rough, wild"):
        fakeaws.faults.chaos(level)


@given(st.integers(0, 10_000), st.integers(-5, 5))
def test_a_schedule_is_what_its_number_and_the_seed_make_it(number, seed):
    """And each of them does something, but for the plain one."""
    schedule = Schedule.of(number, seed)

    assert schedule == Schedule.of(number, seed)
    assert (schedule[2:] == (0, 0, False, 0)) == (number == 0)
    assert 0 <= schedule.probability <= 0.3


def test_schedules_visit_each_crash_point_in_turn():
    """The first that reaches a point is the lowest number that does."""
    points = [Schedule.of(number, 0).crash_at for number in range(1, 201)]
    copies = [Schedule.of(number, 0).copy_of for number in range(1, 201)]

    assert [point for point in points if point] == list(range(1, 101))
    assert [copy for copy in copies if copy] == list(range(1, 51))


@pytest.mark.parametrize("number", [3, 4, 8, 40])
def test_a_schedule_replays_exactly(number):
    """The same number, the same seed, the same journal."""

    def journal():
        with FakeAWS(schedule=number, host_time="off") as aws:
            orders = aws.create_queue("orders", dead_letter_queue=True)
            orders.trigger(aws.create_function("ship", lambda *_: None), batch_size=2)
            for body in "abcdef":
                orders.send(body)
            aws.clock.run_until_idle()
            return str(aws.journal)

    assert journal() == journal()
