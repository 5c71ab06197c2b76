"""Deliveries to queues and functions that fail: retries, dead letters, and what is told of them."""

from __future__ import annotations

import json
import time

import boto3
import pytest

from pytest_fakeaws.journal.entries import DeliveryRetried

DAY = 86_400


@pytest.fixture
def dead(fakeaws):
    """A dead-letter queue."""
    return fakeaws.create_queue("orders-dead", retention="14 days")


@pytest.fixture
def subscription(topic, orders, dead):
    """A subscription of a queue, with a dead-letter queue."""
    return topic.subscribe(orders, dead_letter_queue=dead)


def since(elapsed_from, attempts):
    """The seconds after which attempts were made."""
    return [(attempt.at - elapsed_from).total_seconds() for attempt in attempts]


def test_a_notification_is_delivered_at_the_first_attempt(fakeaws, topic, orders):
    """And the view says so."""
    subscription = topic.subscribe(orders)
    topic.publish("one")
    (delivery,) = subscription.deliveries
    assert delivery.delivered
    assert delivery.notification.message == "one"
    assert [(attempt.number, attempt.error) for attempt in delivery.attempts] == [(1, None)]
    assert subscription.failures == ()


def test_an_endpoint_that_is_gone_is_not_asked_again(fakeaws, topic, orders, dead, subscription):
    """Its queue was deleted, which is a client-side error: the dead-letter queue has the message at once."""
    boto3.client("sqs").delete_queue(QueueUrl=orders.url)
    topic.publish("one")
    (delivery,) = subscription.deliveries
    assert not delivery.delivered
    assert "NonExistentQueue" in delivery.given_up
    assert [attempt.number for attempt in delivery.attempts] == [1]
    assert len(subscription.dead_letters) == len(dead.messages) == 1
    assert fakeaws.clock.run_until_idle() is None


def test_an_endpoint_whose_policy_denies_is_not_asked_again(fakeaws, topic, orders, subscription):
    """That is a client-side error too."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": orders.arn}
    boto3.client("sqs").set_queue_attributes(
        QueueUrl=orders.url,
        Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [deny]})},
    )
    topic.publish("one")
    assert len(subscription.attempts) == len(subscription.dead_letters) == 1


def test_a_message_without_a_dead_letter_queue_is_lost(fakeaws, topic, orders):
    """The timeline says for want of what."""
    topic.subscribe(orders)
    boto3.client("sqs").delete_queue(QueueUrl=orders.url)
    topic.publish("one")
    why = "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist."
    lost = f"not delivered by orders-topic to orders at 00:00:00: {why}"
    assert f"{lost}; lost for want of a dead-letter queue" in fakeaws.timeline()


def test_a_dead_letter_that_its_queue_does_not_take_is_lost(
    fakeaws, topic, orders, dead, subscription
):
    """And the timeline says so."""
    for queue in (orders, dead):
        boto3.client("sqs").delete_queue(QueueUrl=queue.url)
    topic.publish("one")
    assert "notification 1 lost: orders-dead did not take it" in fakeaws.timeline()


@pytest.mark.parametrize("raw", [False, True])
def test_a_dead_letter_is_what_the_endpoint_would_have_got(fakeaws, topic, orders, dead, raw):
    """With the publisher's attributes if raw, and none of SNS's own."""
    twin = fakeaws.create_queue("twin")
    for queue in (orders, twin):
        topic.subscribe(queue, raw=raw, dead_letter_queue=dead)
    boto3.client("sqs").delete_queue(QueueUrl=orders.url)
    topic.publish("one", subject="a", attributes={"n": 1})
    (letter,), (message,) = dead.messages, twin.messages
    assert letter.attributes == message.attributes == ({"n": "1"} if raw else {})
    if raw:
        assert letter.body == message.body == "one"
    else:
        told, expected = json.loads(letter.body), json.loads(message.body)
        del told["UnsubscribeURL"], expected["UnsubscribeURL"]
        assert told == expected


def test_an_unreachable_queue_gets_the_message_at_the_next_attempt(
    fakeaws, topic, orders, subscription
):
    """Three retries come at once, two after a second each, then the waits grow."""
    start = fakeaws.clock.now()
    subscription.disconnect("3 s")
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    (delivery,) = subscription.deliveries
    assert since(start, delivery.attempts) == [0, 0, 0, 0, 1, 2, 3]
    assert [attempt.error for attempt in delivery.attempts[-2:]] == [
        "the endpoint cannot be reached",
        None,
    ]
    assert len(orders.messages) == 1


def test_a_queue_that_is_back_after_days_gets_the_message_at_the_exact_instant(
    fakeaws, topic, orders, subscription
):
    """Of its next attempt, though the ones before were no events of their own."""
    start = fakeaws.clock.now()
    subscription.disconnect()
    topic.publish("one")
    fakeaws.clock.advance("10 days")
    assert len(orders.messages) == 0
    subscription.reconnect()
    fakeaws.clock.run_until_idle()
    (delivery,) = subscription.deliveries
    took = since(start, delivery.attempts)
    assert took[16:19] == pytest.approx([69.665, 89.665, 109.665])
    assert took[-1] == pytest.approx(69.665 + 20 * (len(took) - 17))
    assert 10 * DAY < took[-1] <= 10 * DAY + 20
    assert [attempt.number for attempt in delivery.attempts] == list(range(1, len(took) + 1))
    assert delivery.delivered
    assert len(orders.messages) == 1


def test_an_outage_that_ends_when_an_attempt_is_due_is_over_by_then(
    fakeaws, topic, orders, subscription
):
    """The attempt at that instant finds the endpoint."""
    subscription.disconnect(89.665)
    start = fakeaws.clock.now()
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert since(start, subscription.attempts)[-1] == pytest.approx(89.665)
    assert subscription.deliveries[0].delivered


def test_an_endpoint_that_is_back_and_gone_again_is_told_of_twice(
    fakeaws, topic, orders, subscription
):
    """In bulk, each time for the reason that held."""
    topic_start = fakeaws.clock.now()
    subscription.disconnect(reason="first")
    topic.publish("one")
    fakeaws.clock.advance("1 h")
    subscription.reconnect()
    subscription.disconnect(reason="second")
    fakeaws.clock.advance("1 h")
    retried = [entry.fact for entry in fakeaws.journal if isinstance(entry.fact, DeliveryRetried)]
    assert [fact.reason for fact in retried] == ["first", "second"]
    attempts = subscription.attempts
    assert [attempt.number for attempt in attempts] == list(range(1, len(attempts) + 1))
    waits = {
        round(later - earlier, 6)
        for earlier, later in zip(
            since(topic_start, attempts[16:]), since(topic_start, attempts[17:]), strict=False
        )
    }
    assert waits == {20}


def test_after_23_days_a_message_is_dead_lettered(fakeaws, topic, dead, subscription):
    """After the first attempt and 100,015 retries, told in a few facts and in no time."""
    start = fakeaws.clock.now()
    subscription.disconnect()
    topic.publish("one")
    began = time.process_time()
    fakeaws.clock.run_until_idle()
    assert time.process_time() - began < 0.25
    assert (fakeaws.clock.now() - start).days == 23
    (delivery,) = subscription.deliveries
    assert len(delivery.attempts) == 100_016
    assert delivery.given_up == "the endpoint cannot be reached"
    assert delivery.dead_letter_queue == dead.arn
    assert len(dead.messages) == 1
    assert len(fakeaws.journal) < 30


def test_looking_in_between_changes_nothing(fakeaws, topic, orders, subscription):
    """What has failed so far is told, and the rest comes as it would."""
    subscription.disconnect()
    topic.publish("one")
    counts = []
    for _ in range(5):
        fakeaws.clock.advance("10 min")
        counts.append(len(subscription.attempts))
    assert counts == [43, 73, 103, 133, 163]
    subscription.reconnect()
    fakeaws.clock.run_until_idle()
    assert len(subscription.attempts) == 164


def test_the_timeline_tells_of_retries(fakeaws, topic, orders, subscription):
    """One by one, and the many of an outage in one line."""
    subscription.disconnect("5 min")
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    lines = [line.split("  ", 2) for line in fakeaws.timeline().splitlines()[2:] if line]
    told = [(when, what.strip()) for when, _, what in lines[:20]]
    one, why = "notification 1 not delivered to orders", "the endpoint cannot be reached"
    assert told[1] == ("00:00:00", f"{one}, attempt 1: {why}; again at 00:00:00")
    assert told[5] == ("00:00:01", f"{one}, attempt 5: {why}; again at 00:00:02")
    in_bulk = f"{one} by 12 more attempts, every 20 s since 00:01:09.665: {why}"
    assert told[17] == ("00:05:00", in_bulk)
    assert told[18] == ("00:05:09.665", "#1 sent from notification 1: one")


def test_a_deleted_subscription_is_tried_no_more(fakeaws, topic, orders, dead, subscription):
    """Nor dead-lettered."""
    subscription.disconnect()
    topic.publish("one")
    fakeaws.clock.advance("1 h")
    subscription.unsubscribe()
    fakeaws.clock.run_until_idle()
    assert (len(orders.messages), len(dead.messages)) == (0, 0)
    assert "the subscription was deleted" in fakeaws.timeline()


def test_a_function_that_fails_is_lambdas_to_retry(fakeaws, topic):
    """SNS is done when Lambda has accepted the event."""

    def handler(event, context):
        raise ValueError("no")

    function = fakeaws.create_function("ship", handler)
    subscription = topic.subscribe(function)
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert [attempt.error for attempt in subscription.attempts] == [None]
    assert [run.attempt for run in function.invocations] == [1, 2, 3]


def test_a_function_that_is_gone_leaves_a_dead_letter(fakeaws, topic, dead):
    """As plain as that of a queue."""
    function = fakeaws.create_function("ship", lambda event, context: None)
    subscription = topic.subscribe(function, dead_letter_queue=dead)
    boto3.client("lambda").delete_function(FunctionName="ship")
    topic.publish("one")
    (letter,) = subscription.dead_letters
    assert json.loads(letter.body)["Message"] == "one"
    assert letter.attributes == {}


def test_more_than_ten_attributes_are_too_many_for_raw_delivery(fakeaws, topic, dead, orders):
    """A client-side error: the message is discarded, for its dead-letter queue takes no more either."""
    subscription = topic.subscribe(orders, raw=True, dead_letter_queue=dead)
    topic.publish("one", attributes={f"n{number}": number for number in range(11)})
    (delivery,) = subscription.deliveries
    assert not delivery.delivered
    assert len(delivery.attempts) == 1
    assert len(orders.messages) == 0


def test_a_group_reaches_a_fair_queue(fakeaws, topic, orders, sqs):
    """From a standard topic to a standard queue."""
    topic.subscribe(orders)
    topic.publish("one", group="ada")
    (message,) = sqs.receive_message(
        QueueUrl=orders.url, MessageSystemAttributeNames=["MessageGroupId"]
    )["Messages"]
    assert message["Attributes"]["MessageGroupId"] == "ada"


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("no JSON", "failed to parse JSON."),
        ("3", "failed to parse JSON."),
        ("{}", "deadLetterTargetArn is an invalid arn"),
        ('{"deadLetterTargetArn": "arn"}', "deadLetterTargetArn is an invalid arn"),
        (
            '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:q", "maxReceiveCount": 3}',
            "invalid JSON. Attribute maxReceiveCount is unknown.",
        ),
        (
            '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:q"}',
            "deadLetterTargetArn must be an SQS queue in the same account and region as the subscription",
        ),
        (
            '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:q.fifo"}',
            "deadLetterTargetArn of a standard topic must be a standard queue",
        ),
    ],
)
def test_a_redrive_policy_that_cannot_be_is_refused(sns, topic, orders, error_of, policy, reason):
    """By AWS's code."""
    error = error_of(
        sns.subscribe,
        TopicArn=topic.arn,
        Protocol="sqs",
        Endpoint=orders.arn,
        Attributes={"RedrivePolicy": policy},
    )
    assert error["Error"]["Code"] == "InvalidParameter"
    assert error["Error"]["Message"] == (
        f"Invalid parameter: Attributes Reason: RedrivePolicy: {reason}"
    )


def test_a_delivery_policy_that_cannot_be_is_refused(sns, topic, error_of):
    """By AWS's code and text."""
    retry = {"healthyRetryPolicy": {"minDelayTarget": 0}}
    error = error_of(
        sns.subscribe,
        TopicArn=topic.arn,
        Protocol="https",
        Endpoint="https://shop.example/",
        Attributes={"DeliveryPolicy": json.dumps(retry)},
    )
    assert error["Error"]["Message"] == (
        "Invalid parameter: Attributes Reason: DeliveryPolicy: "
        "healthyRetryPolicy.minDelayTarget must be greater than or equal to 1"
    )
    error = error_of(
        sns.create_topic,
        Name="other",
        Attributes={
            "DeliveryPolicy": '{"http": {"defaultHealthyRetryPolicy": {"numRetries": 101}}}'
        },
    )
    assert error["Error"]["Message"] == (
        "Invalid parameter: Attributes Reason: DeliveryPolicy: "
        "http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100"
    )


@pytest.mark.parametrize("raw", [False, True])
def test_a_dead_letter_is_as_recorded(fakeaws, recorded, topic, orders, dead, sns, sqs, raw):
    """What AWS's dead-letter queue had after the endpoint was deleted."""
    test = "sns/test_sns.py::TestSNSSubscriptionSQS::test_redrive_policy_sqs_queue_subscription"
    recording = recorded("sns", f"{test}[{raw}]")
    topic.subscribe(orders, raw=raw, dead_letter_queue=dead)
    sqs.delete_queue(QueueUrl=orders.url)
    sns.publish(
        TopicArn=topic.arn,
        Message="test_dlq_after_sqs_endpoint_deleted",
        MessageAttributes={
            "attr1": {"DataType": "Number", "StringValue": "111"},
            "attr2": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
        },
    )
    answer = sqs.receive_message(
        QueueUrl=dead.url, MessageAttributeNames=["All"], AttributeNames=["All"]
    )
    for message in answer["Messages"]:
        for attribute in message.get("MessageAttributes", {}).values():
            if "BinaryValue" in attribute:
                attribute["BinaryValue"] = str(attribute["BinaryValue"])
        message.pop("MD5OfMessageAttributes", None)  # recorded under the name of the body's
    seen = recording.seen("messages", answer)
    assert seen["Messages"] == [
        {name: value for name, value in message.items() if name != "MD5OfMessageAttributes"}
        for message in recording["messages"]["Messages"]
    ]


@pytest.fixture
def fifo(fakeaws):
    """A FIFO topic, its queue, and the queue's subscription, out of reach."""
    topic = fakeaws.create_topic("orders.fifo", content_based_deduplication=True)
    queue = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    subscription = topic.subscribe(queue, raw=True)
    subscription.disconnect("1 h")
    return topic, queue, subscription


def test_a_message_group_waits_for_what_is_retried(fakeaws, fifo):
    """So that it stays in order; other groups do not."""
    topic, queue, _ = fifo
    topic.publish("1 by ada", group="ada")
    fakeaws.clock.advance("59 min")
    topic.publish("1 by bob", group="bob")
    topic.publish("2 by ada", group="ada")
    fakeaws.clock.run_until_idle()
    messages = sorted(queue.messages.bodies)
    assert messages == ["1 by ada", "1 by bob", "2 by ada"]
    ada = [body for body in queue.messages.bodies if "ada" in body]
    assert ada == ["1 by ada", "2 by ada"]


def test_what_waits_for_a_deleted_subscription_is_forgotten(fakeaws, fifo):
    """With what it waits for."""
    topic, queue, subscription = fifo
    topic.publish("1", group="ada")
    topic.publish("2", group="ada")
    subscription.unsubscribe()
    topic.subscribe(queue, raw=True)
    fakeaws.clock.advance("2 h")
    topic.publish("3", group="ada")
    assert queue.messages.bodies == ["3"]


def test_a_message_group_goes_on_after_one_that_is_given_up(fakeaws, fifo):
    """Which does not hold up the others for ever."""
    topic, queue, subscription = fifo
    subscription.disconnect()
    topic.publish("1", group="ada")
    fakeaws.clock.advance("23 days")
    topic.publish("2", group="ada")
    fakeaws.clock.advance("1 day")
    subscription.reconnect()
    fakeaws.clock.advance("1 min")
    assert queue.messages.bodies == ["2"]
    assert [delivery.delivered for delivery in subscription.deliveries] == [False, True]
