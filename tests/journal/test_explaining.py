"""What became of a message, in plain sentences."""

import json
import time

import boto3
import pytest

from pytest_fakeaws.errors import UnknownResource


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


def handler(event, context):
    """Takes a while, and needs a total."""
    time.sleep(0.2)
    for record in event["Records"]:
        json.loads(record["body"])["total"]


def test_a_poison_message_is_explained(fakeaws):
    """Its attempts are one clause, and the receive that moved it another."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True)
    orders.trigger(fakeaws.create_function("invoice", handler))
    orders.send('{"id": 7}')
    fakeaws.clock.advance("5 min")
    [dead] = orders.dead_letters
    assert fakeaws.explain(dead) == (
        '#1 {"id": 7} was sent to orders at 00:00:00, received 3 times, each time invoice raised '
        "KeyError: 'total' after 0.2 s, and moved to orders-dlq at 00:01:30 by the receive that would "
        "have been the fourth. It waits in orders-dlq."
    )


def test_a_message_that_was_handled_is_explained(fakeaws):
    """Which function, how long, and when it was deleted."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", handler))
    sent = orders.send('{"total": 7}')
    fakeaws.clock.run_until_idle()
    assert fakeaws.explain(sent) == (
        '#1 {"total": 7} was sent to orders at 00:00:00, received once, at 00:00:00: invoice succeeded '
        "after 0.2 s, and deleted at 00:00:00.200 by invoice."
    )


def test_attempts_that_end_differently_are_told_in_turn(fakeaws):
    """Equal neighbours are counted."""
    errors = [ValueError("a"), ValueError("a"), OSError("b")]

    def fail(event, context):
        if errors:
            raise errors.pop(0)

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", fail))
    orders.send("x")
    fakeaws.clock.run_until_idle()
    assert (
        "received 4 times: invoice raised ValueError: a (2 times), then invoice raised OSError: b, "
        "then invoice succeeded, and deleted"
    ) in fakeaws.explain("x")


def test_a_waiting_message_is_explained(fakeaws):
    """By its text, with where it waits."""
    fakeaws.create_queue("orders").send("first")
    assert (
        fakeaws.explain("first") == "#1 first was sent to orders at 00:00:00. It waits in orders."
    )


def test_a_delayed_message_is_explained(fakeaws):
    """With when it appears."""
    fakeaws.create_queue("orders").send("first", delay=60)
    assert fakeaws.explain("first") == (
        "#1 first was sent to orders at 00:00:00 to appear at 00:01:00. It is delayed until 00:01:00."
    )


def test_a_message_in_flight_is_explained(fakeaws):
    """With who has it, and until when."""
    jobs = fakeaws.create_queue("jobs")

    def worker():
        boto3.client("sqs").receive_message(QueueUrl=jobs.url)
        time.sleep(60)

    fakeaws.spawn(worker)
    jobs.send("a")
    fakeaws.clock.advance(10)
    assert fakeaws.explain("a") == (
        "#1 a was sent to jobs at 00:00:00, and received at 00:00:00 by worker. "
        "It is in flight until 00:00:30."
    )
    fakeaws.clock.advance(30)
    assert fakeaws.explain("a") == (
        "#1 a was sent to jobs at 00:00:00, and received once, at 00:00:00: worker did not delete it. "
        "It waits in jobs."
    )


def test_a_longer_visibility_counts(fakeaws, sqs):
    """What was asked for last holds."""
    jobs = fakeaws.create_queue("jobs")
    jobs.send("a")
    [message] = sqs.receive_message(QueueUrl=jobs.url)["Messages"]
    sqs.change_message_visibility(
        QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=90
    )
    assert fakeaws.explain("a").endswith("received at 00:00:00. It is in flight until 00:01:30.")


def test_an_expired_message_is_explained(fakeaws):
    """With when, whenever that was noticed."""
    fakeaws.create_queue("orders", retention=60).send("first")
    fakeaws.clock.advance(90)
    assert fakeaws.explain("first") == (
        "#1 first was sent to orders at 00:00:00, and expired in orders at 00:01:00, unhandled."
    )


def test_a_purged_message_is_explained(fakeaws, sqs):
    """Which the purge does not name."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    sqs.purge_queue(QueueUrl=orders.url)
    orders.send("second")
    assert fakeaws.explain(orders).splitlines() == [
        "#1 first was sent to orders at 00:00:00, and deleted at 00:00:00 by a purge of orders.",
        "#2 second was sent to orders at 00:00:00. It waits in orders.",
    ]


def test_a_message_whose_queue_is_gone_is_explained(fakeaws, sqs):
    """It went with its queue."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    sqs.delete_queue(QueueUrl=orders.url)
    assert fakeaws.explain("first").endswith("and gone at 00:00:00 with its queue.")


def test_a_duplicate_is_explained(fakeaws):
    """As something that happened to the one that was kept."""
    orders = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    orders.send("first", group="a")
    fakeaws.clock.advance(10)
    orders.send("first", group="a")
    assert fakeaws.explain("first") == (
        "#1 first was sent to orders.fifo at 00:00:00. Sent again at 00:00:10, it was deduplicated: "
        "orders.fifo kept this one only. It waits in orders.fifo."
    )


def test_a_message_that_a_task_moved_is_explained(fakeaws, sqs):
    """The old one and its heir."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.send("first")
    sqs.receive_message(QueueUrl=orders.url)
    fakeaws.clock.advance(30)
    sqs.receive_message(QueueUrl=orders.url)
    sqs.start_message_move_task(SourceArn=fakeaws.queue("orders-dlq").arn)
    fakeaws.clock.advance(1)
    old, heir = fakeaws.explain("first").splitlines()
    assert old == (
        "#1 first was sent to orders at 00:00:00, received once, at 00:00:00: nobody deleted it, moved "
        "to orders-dlq at 00:00:30 by the receive that would have been the second, and moved to orders "
        "at 00:00:30 by a move task, as #2."
    )
    assert heir.endswith("moved there by a move task, as #1 from orders-dlq. It waits in orders.")


def test_items_that_a_function_gave_back_are_explained(fakeaws):
    """A partial failure is what came of the attempt, whatever the invocation came to."""

    def ship(event, context):
        ids = [record["messageId"] for record in event["Records"]]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("ship", ship), report_batch_item_failures=True)
    orders.send("a")
    fakeaws.clock.advance(0)
    assert "received once, at 00:00:00: reported as failed by ship" in fakeaws.explain("a")


def test_an_asynchronous_event_is_explained(fakeaws):
    """From its acceptance to who was told; before it has run, and while it waits, too."""

    def fail(event, context):
        raise OSError("full")

    work = fakeaws.create_function("work", fail, on_failure=fakeaws.create_queue("failures"))
    event = work.invoke_async({"n": 1})
    assert fakeaws.explain(event) == (
        'event 1 {"n": 1} was accepted for work at 00:00:00. It runs when time is next driven.'
    )
    fakeaws.clock.advance(0)
    assert fakeaws.explain(event).endswith(
        "tried once, at 00:00:00: work raised OSError: full. It will be tried again at 00:01:00."
    )
    fakeaws.clock.run_until_idle()
    assert fakeaws.explain(event) == (
        'event 1 {"n": 1} was accepted for work at 00:00:00, tried 3 times, each time work raised '
        "OSError: full, given up at 00:03:00 after 3 attempts: RetriesExhausted, and sent to failures "
        "(on failure) at 00:03:00."
    )


def test_an_invocation_is_explained(fakeaws):
    """By its view: what it got, and what came of it."""
    work = fakeaws.create_function("work", lambda event, context: time.sleep(event["n"]), timeout=9)
    run = work.invoke({"n": 2})
    assert fakeaws.explain(run) == (
        'work\'s invocation {"n": 2} started at 00:00:00: work succeeded after 2 s.'
    )


def test_a_notification_is_explained(fakeaws):
    """What is published to a topic that nobody reads."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.publish(TopicArn=topic, Message="hello")
    assert fakeaws.explain("hello") == "notification 1 hello was published to news at 00:00:00."


def test_a_notification_that_was_delivered_is_explained(fakeaws):
    """With whom it reached, and whom not."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    for name, policy in (("all", "{}"), ("urgent", '{"urgent": ["yes"]}')):
        queue = fakeaws.create_queue(name)
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue.arn,
            Attributes={"FilterPolicy": policy},
        )
    sns.publish(TopicArn=topic, Message="hello")
    [published] = fakeaws.journal.of(kind="NotificationPublished").facts
    told = fakeaws.explain(published.notification_id)
    assert told.startswith(
        "notification 1 hello was published to news at 00:00:00, delivered to all at 00:00:00, "
        "and kept from urgent: "
    )


def test_what_nobody_has_sent_cannot_be_explained(fakeaws):
    """The error says what was meant."""
    fakeaws.create_queue("orders").send("first")
    with pytest.raises(UnknownResource, match='Did you mean "first"'):
        fakeaws.explain("frist")


def test_an_explanation_survives_the_fake(fakeaws):
    """The journal can be looked at after the end."""
    fakeaws.create_queue("orders").send("first")
    fakeaws.stop()
    assert fakeaws.explain("first").endswith("It waits in orders.")
