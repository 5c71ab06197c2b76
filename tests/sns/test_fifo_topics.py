"""FIFO topics: order by group, each message once, and what queues are told."""

import json
from hashlib import sha256

import pytest

RECORDED = "sns/test_sns.py::TestSNSSubscriptionSQSFifo::"


@pytest.fixture
def fifo(fakeaws):
    """A FIFO topic that tells messages by what they say."""
    return fakeaws.create_topic("orders.fifo", content_based_deduplication=True)


@pytest.fixture
def queue(fakeaws, fifo):
    """A FIFO queue that gets them without envelopes."""
    queue = fakeaws.create_queue("orders.fifo")
    fifo.subscribe(queue, raw=True)
    return queue


@pytest.fixture
def attributes(sqs):
    """The system attributes of the messages in a queue."""

    def attributes(queue):
        received = sqs.receive_message(
            QueueUrl=queue.url, MessageSystemAttributeNames=["All"], MaxNumberOfMessages=10
        )
        return [message["Attributes"] for message in received.get("Messages", [])]

    return attributes


def test_a_queue_gets_messages_in_order_with_group_and_id(fifo, queue, attributes):
    """The id is the digest of the message; the queue counts for itself."""
    for text in ("one", "two", "three"):
        fifo.publish(text, group="g")
    assert queue.messages.bodies == ["one", "two", "three"]
    told = attributes(queue)
    assert [one["MessageGroupId"] for one in told] == ["g"] * 3
    assert told[0]["MessageDeduplicationId"] == sha256(b"one").hexdigest()


def test_the_id_of_a_recorded_message_is_the_recorded_one(recorded, fifo, queue, attributes):
    """AWS's digest of the same message."""
    answers = recorded(
        "sns", f"{RECORDED}test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup[True]"
    )
    messages = answers["messages"]["Messages"]
    for message in messages:
        fifo.publish(message["Body"], group=message["Attributes"]["MessageGroupId"])
    names = ("MessageGroupId", "MessageDeduplicationId")
    assert [[one[name] for name in names] for one in attributes(queue)] == [
        [message["Attributes"][name] for name in names] for message in messages
    ]


def test_an_envelope_is_not_signed_and_has_a_sequence_number(recorded, fakeaws, fifo):
    """Its members are those that AWS wrote, in the same order."""
    queue = fakeaws.create_queue("wrapped.fifo")
    fifo.subscribe(queue)
    fifo.publish("Test single", group="g")
    answers = recorded(
        "sns", f"{RECORDED}test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup[False]"
    )
    was = answers["messages"]["Messages"][0]["Body"]
    (body,) = map(json.loads, queue.messages.bodies)
    assert list(body) == list(was)


def test_a_standard_queue_is_told_neither_group_nor_id(fakeaws, fifo, attributes):
    """Not even beside a FIFO queue, wrapped or raw."""
    plain, wrapped = fakeaws.create_queue("plain"), fakeaws.create_queue("wrapped")
    fifo.subscribe(fakeaws.create_queue("orders.fifo"), raw=True)
    fifo.subscribe(plain, raw=True)
    fifo.subscribe(wrapped)
    fifo.publish("one", group="g")
    for queue in (plain, wrapped):
        (told,) = attributes(queue)
        assert not {"MessageGroupId", "MessageDeduplicationId"} & told.keys()


def test_sequence_numbers_have_20_digits_and_increase(sns, fifo):
    """Over all groups."""
    numbers = [
        sns.publish(TopicArn=fifo.arn, Message=f"m{n}", MessageGroupId=f"g{n % 2}")[
            "SequenceNumber"
        ]
        for n in range(12)
    ]
    assert numbers == sorted(set(numbers))
    assert {len(number) for number in numbers} == {20}


# Each message once


def test_a_duplicate_is_answered_as_the_first_and_goes_nowhere(sns, fifo, queue):
    """As AWS answered when a batch was sent again."""
    first, again = (
        sns.publish(TopicArn=fifo.arn, Message="one", MessageGroupId="g") for _ in range(2)
    )
    names = ("MessageId", "SequenceNumber")
    assert [first[name] for name in names] == [again[name] for name in names]
    assert queue.messages.bodies == ["one"]
    assert fifo.notifications.messages == ["one"]


def test_a_duplicate_goes_nowhere_even_if_the_queue_would_take_it(fakeaws, fifo):
    """It is the topic that tells them apart."""
    plain = fakeaws.create_queue("plain")
    fifo.subscribe(plain, raw=True)
    for _ in range(2):
        fifo.publish("one", group="g")
    assert plain.messages.bodies == ["one"]


def test_after_five_minutes_it_is_news(fakeaws, fifo):
    """Counted from the first."""
    plain = fakeaws.create_queue("plain")
    fifo.subscribe(plain, raw=True)
    for wait in ("4 min 59 s", "1 s", 0):
        fifo.publish("one", group="g")
        fakeaws.clock.advance(wait)
    assert plain.messages.bodies == ["one", "one"]


def test_an_id_counts_not_what_is_said(fifo, queue):
    """It overrides the digest, and meets one that is equal."""
    fifo.publish("one", group="g", deduplication_id="a")
    fifo.publish("two", group="g", deduplication_id="a")
    fifo.publish("one", group="g", deduplication_id="b")
    fifo.publish("three", group="g")
    fifo.publish("four", group="g", deduplication_id=sha256(b"three").hexdigest())
    assert queue.messages.bodies == ["one", "one", "three"]


@pytest.mark.parametrize(("scope", "arrived"), [("Topic", 1), ("MessageGroup", 2)])
def test_the_scope_says_whether_groups_matter(sns, fakeaws, scope, arrived):
    """Over the topic, or within each group."""
    attributes = {"FifoTopic": "true", "ContentBasedDeduplication": "true"}
    arn = sns.create_topic(Name="t.fifo", Attributes={**attributes, "FifoThroughputScope": scope})[
        "TopicArn"
    ]
    plain = fakeaws.create_queue("plain")
    fakeaws.topic(arn).subscribe(plain, raw=True)
    for group in ("a", "b", "a"):
        sns.publish(TopicArn=arn, Message="one", MessageGroupId=group)
    assert len(plain.messages) == arrived


def test_structured_messages_differ_by_any_of_their_texts(fakeaws, fifo):
    """All that was published counts."""
    plain = fakeaws.create_queue("plain")
    fifo.subscribe(plain, raw=True)
    for text in ("a", "b", "a"):
        fifo.publish({"default": "all", "sqs": text}, group="g")
    assert plain.messages.bodies == ["a", "b"]


def test_the_timeline_tells_of_a_duplicate(fakeaws, fifo):
    """And that it went nowhere."""
    for _ in range(2):
        fifo.publish("one", group="g")
    assert "notification 1 published again within 5 minutes" in str(fakeaws.timeline())


# What is refused


def test_a_message_needs_a_group_and_an_identity(recorded, sns, fakeaws, error_of):
    """In AWS's words."""
    arn = fakeaws.create_topic("plain.fifo").arn
    answers = recorded(
        "sns", "sns/test_sns.py::TestSNSSubscriptionSQS::test_publish_batch_exceptions"
    )
    error = error_of(sns.publish, TopicArn=arn, Message="one", MessageDeduplicationId="a")
    assert error["Error"] == answers["no-group-id"]["Error"]
    error = error_of(sns.publish, TopicArn=arn, Message="one", MessageGroupId="g")
    assert error["Error"] == answers["no-dedup-id"]["Error"]


# Filters


def test_a_filter_policy_keeps_messages_out_that_count_as_sent(fifo, fakeaws):
    """What is kept out is not sent again either."""
    queue = fakeaws.create_queue("dear.fifo")
    fifo.subscribe(queue, filter_policy={"usd": [{"numeric": [">", 5]}]}, raw=True)
    fifo.publish("one", group="g", attributes={"usd": 5})
    fifo.publish("one", group="g", attributes={"usd": 6})
    fifo.publish("two", group="g", attributes={"usd": 6})
    assert queue.messages.bodies == ["two"]
