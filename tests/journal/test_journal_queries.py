"""Asking the journal: by what it is about, by kind, by time; and what led to what."""

import json
import time
from datetime import datetime, timezone
from types import SimpleNamespace

import boto3
import pytest

from pytest_fakeaws.errors import UnknownOption
from pytest_fakeaws.journal.entries import (
    MessageDeleted,
    MessageReceived,
    MessageSent,
    ProcessStarted,
)
from pytest_fakeaws.journal.journal import Journal


def kinds(entries):
    """The names of the kinds of facts in *entries*."""
    return [type(entry.fact).__name__ for entry in entries]


@pytest.fixture
def shop(fakeaws):
    """An order that a function handles, and another in another queue."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", lambda event, context: None))
    orders.send("first")
    fakeaws.create_queue("letters").send("other")
    fakeaws.clock.advance(60)
    orders.send("second")
    return fakeaws


@pytest.mark.parametrize(
    "known_as",
    [
        lambda queue: queue,
        lambda queue: queue.name,
        lambda queue: queue.url,
        lambda queue: queue.arn,
    ],
    ids=["handle", "name", "url", "arn"],
)
def test_facts_of_a_queue_are_found_by_whatever_names_it(shop, known_as):
    """Other queues' are left out."""
    found = shop.journal.of(queue=known_as(shop.queue("letters")))
    assert kinds(found) == ["QueueCreated", "MessageSent"]


def test_facts_of_a_function_are_found(shop):
    """From its creation on."""
    assert kinds(shop.journal.of(function="invoice")) == [
        "FunctionCreated",
        "MappingCreated",
        "InvocationStarted",
        "InvocationSucceeded",
    ]


def test_facts_of_a_topic_are_found(fakeaws):
    """Those of its subscriptions and its notifications."""
    sns = boto3.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    sns.publish(TopicArn=arn, Message="hello")
    assert kinds(fakeaws.journal.of(topic="news")) == ["TopicCreated", "NotificationPublished"]


@pytest.mark.parametrize("kind", [MessageSent, "MessageSent", (MessageSent, MessageSent)])
def test_facts_of_a_kind_are_found(shop, kind):
    """By class, by name, or several."""
    assert [fact.excerpt for fact in shop.journal.of(kind=kind).facts] == [
        "first",
        "other",
        "second",
    ]


def test_an_unknown_kind_is_refused(shop):
    """With the one that was probably meant."""
    with pytest.raises(UnknownOption, match='Did you mean "MessageSent"'):
        shop.journal.of(kind="MessageSend")


@pytest.mark.parametrize("until", ["2030-01-01T00:00:59Z", datetime(2030, 1, 1, 0, 0, 59)])
def test_facts_of_a_time_span_are_found(shop, until):
    """The ends belong to it."""
    sent = shop.journal.of(kind=MessageSent)
    assert [entry.fact.excerpt for entry in sent.of(until=until)] == ["first", "other"]
    minute = datetime(2030, 1, 1, 0, 1, tzinfo=timezone.utc)
    assert [entry.fact.excerpt for entry in sent.of(since=minute)] == ["second"]


def test_questions_can_be_chained(shop):
    """Each narrows the answer of the one before."""
    assert kinds(shop.journal.of(queue="orders").of(kind=(MessageReceived, MessageDeleted))) == [
        "MessageReceived",
        "MessageDeleted",
    ]


def test_facts_of_a_message_are_found_by_its_view(shop):
    """As by its id."""
    [message] = shop.queue("letters").messages
    assert shop.journal.of(message=message) == shop.journal.of(message=message.id)
    assert kinds(message.history) == ["MessageSent"]


# What led to what


def test_an_order_leads_to_what_its_handler_sends(fakeaws):
    """Sent, received, invoked, published, fanned out: each step is a consequence of the first."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="invoices")["TopicArn"]
    printer = fakeaws.create_queue("printer")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=printer.arn)

    def invoice(event, context):
        sns.publish(TopicArn=topic, Message="invoice of 7")

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", invoice))
    orders.send("7")
    orders_sent = fakeaws.journal.of(queue=orders, kind=MessageSent)[0]
    fakeaws.clock.run_until_idle()

    assert kinds(fakeaws.journal.consequences(orders_sent)) == [
        "MessageReceived",
        "InvocationStarted",
        "NotificationPublished",
        "MessageSent",
        "NotificationDelivered",
        "CallAnswered",
        "InvocationSucceeded",
        "MessageDeleted",
    ]
    [printed] = fakeaws.journal.of(queue=printer, kind=MessageSent)
    assert kinds(fakeaws.journal.causes(printed)) == [
        "MessageSent",
        "MessageReceived",
        "InvocationStarted",
        "NotificationPublished",
    ]


def test_other_messages_are_no_consequence(shop):
    """Links go by what a fact is about, not by time."""
    [letter] = shop.journal.of(queue="letters", kind=MessageSent)
    assert shop.journal.consequences(letter) == []


def test_a_consumer_s_calls_follow_from_its_start_and_from_what_it_received(fakeaws):
    """A receive has two causes."""
    jobs = fakeaws.create_queue("jobs")

    def worker():
        boto3.client("sqs").receive_message(QueueUrl=jobs.url)

    fakeaws.spawn(worker)
    jobs.send("a")
    fakeaws.clock.advance(0)
    [received] = fakeaws.journal.of(kind=MessageReceived)
    assert kinds(fakeaws.journal.causes(received)) == ["ProcessStarted", "MessageSent"]


def test_a_dead_letter_follows_from_each_attempt(fakeaws):
    """Back to the send, through the invocations that failed."""

    def fail(event, context):
        raise ValueError

    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.trigger(fakeaws.create_function("invoice", fail))
    orders.send("first")
    fakeaws.clock.run_until_idle()
    [dead] = fakeaws.journal.of(kind="MessageDeadLettered")
    assert kinds(fakeaws.journal.causes(dead)) == [
        "MessageSent",
        "MessageReceived",
        "InvocationStarted",
        "InvocationFailed",
        "BatchItemsReturned",
    ]


def test_an_asynchronous_event_links_its_attempts_and_its_end(fakeaws):
    """Who queued it, each attempt, and the record that tells of it."""

    def fail(event, context):
        raise ValueError

    failures = fakeaws.create_queue("failures")
    work = fakeaws.create_function("work", fail, retry_attempts=1, on_failure=failures)

    def start(event, context):
        boto3.client("lambda").invoke(FunctionName="work", InvocationType="Event")

    fakeaws.create_function("start", start).invoke({})
    fakeaws.clock.run_until_idle()
    [record] = fakeaws.journal.of(queue=failures, kind=MessageSent)
    assert kinds(fakeaws.journal.causes(record)) == [
        "InvocationStarted",
        "EventQueued",
        "InvocationStarted",
        "InvocationFailed",
        "EventPostponed",
        "InvocationStarted",
    ]
    [queued] = fakeaws.journal.of(function=work, kind="EventQueued")
    assert "MessageSent" in kinds(fakeaws.journal.consequences(queued))


def test_a_message_that_was_moved_leads_to_its_heir(fakeaws):
    """The new message follows from the old one, and from the task."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.send("first")
    sqs = boto3.client("sqs")
    sqs.receive_message(QueueUrl=orders.url)
    fakeaws.clock.advance(30)
    sqs.receive_message(QueueUrl=orders.url)
    sqs.start_message_move_task(SourceArn=fakeaws.queue("orders-dlq").arn)
    fakeaws.clock.advance(1)
    _, heir = fakeaws.journal.of(queue=orders, kind=MessageSent)
    assert kinds(fakeaws.journal.causes(heir)) == [
        "MessageSent",
        "MessageReceived",
        "MessageDeadLettered",
        "MoveTaskStarted",
    ]


def test_a_cause_that_was_forgotten_is_left_out():
    """A full journal links what it has."""
    journal = Journal(SimpleNamespace(now=0), limit=2)
    journal.record(ProcessStarted("worker"))
    with journal.caused_by(1):
        journal.record(MessageSent("q", "m", "text", 0))
        journal.record(MessageDeleted("q", "m"))
    _, deleted = journal
    assert kinds(journal.causes(deleted)) == ["MessageSent"]


def test_the_causes_of_a_result_are_whole_however_long_it_took(fakeaws):
    """The start of an invocation is the cause of its end."""
    fakeaws.create_function("work", lambda event, context: time.sleep(1)).invoke(json.loads("{}"))
    [end] = fakeaws.journal.of(kind="InvocationSucceeded")
    assert kinds(fakeaws.journal.causes(end)) == ["InvocationStarted"]
