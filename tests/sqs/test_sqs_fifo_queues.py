"""What a FIFO queue is: its name, its attributes, and what may be sent to it."""

import boto3
import pytest
from botocore.exceptions import ClientError

FIFO = {"FifoQueue": "true"}


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders.fifo", Attributes=FIFO)["QueueUrl"]


@pytest.fixture
def send(sqs, url):
    """Sends a message that has all that it needs, and returns the answer."""

    def send(body="a", **parameters):
        needed = {"MessageGroupId": "g", "MessageDeduplicationId": body}
        return sqs.send_message(QueueUrl=url, MessageBody=body, **{**needed, **parameters})

    return send


def attributes_of(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]


# Names


@pytest.mark.parametrize("name", ["a.fifo", "a_b-1.fifo", "a" * 75 + ".fifo"])
def test_a_fifo_queue_s_name_ends_in_fifo(sqs, name):
    """The suffix counts among the 80 characters."""
    assert sqs.create_queue(QueueName=name, Attributes=FIFO)["QueueUrl"].endswith(f"/{name}")


@pytest.mark.parametrize("name", ["orders", ".fifo", "a" * 76 + ".fifo", "a.b.fifo", "a.FIFO"])
def test_a_fifo_queue_has_no_other_name(sqs, name):
    """Without the suffix, too long, or with other characters, the name is refused."""
    with pytest.raises(ClientError, match=r"must end with \.fifo suffix"):
        sqs.create_queue(QueueName=name, Attributes=FIFO)


@pytest.mark.parametrize("attributes", [{}, {"FifoQueue": "false"}])
def test_a_standard_queue_s_name_does_not_end_in_fifo(sqs, attributes):
    """The suffix alone makes no FIFO queue."""
    with pytest.raises(ClientError, match="Can only include alphanumeric characters"):
        sqs.create_queue(QueueName="orders.fifo", Attributes=attributes)


# Attributes


def test_a_fifo_queue_has_attributes_of_its_own(sqs, url):
    """They are answered with their defaults."""
    names = [
        "FifoQueue",
        "ContentBasedDeduplication",
        "DeduplicationScope",
        "FifoThroughputLimit",
    ]
    assert attributes_of(sqs, url, *names) == {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }


def test_a_fifo_queue_keeps_its_attributes_as_they_were_set(sqs, url):
    """High throughput is two attributes together."""
    fast = {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=fast)
    assert attributes_of(sqs, url, *fast) == fast


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("FifoQueue", "false"),
        ("ContentBasedDeduplication", "maybe"),
        ("DeduplicationScope", "everywhere"),
        ("FifoThroughputLimit", "none"),
    ],
)
def test_a_fifo_attribute_has_few_values(sqs, url, attribute, value):
    """Any other value is refused by the attribute's name; a FIFO queue stays one."""
    with pytest.raises(ClientError, match=f"Invalid value for the parameter {attribute}"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={attribute: value})


def test_throughput_by_group_needs_deduplication_by_group(sqs, url):
    """FifoThroughputLimit=perMessageGroupId is refused while the scope is the queue."""
    with pytest.raises(ClientError, match="only when DeduplicationScope is messageGroup"):
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"FifoThroughputLimit": "perMessageGroupId"}
        )


# Sending


def test_a_sent_message_is_answered_with_its_sequence_number(send):
    """Only FIFO queues have them: 20 digits."""
    number = send()["SequenceNumber"]
    assert (len(number), number.isdigit()) == (20, True)


def test_sequence_numbers_rise_across_groups(send):
    """They are in the order of the sends, whatever the group."""
    numbers = [send(str(n), MessageGroupId=f"g{n % 3}")["SequenceNumber"] for n in range(30)]
    assert numbers == sorted(set(numbers))


def test_sequence_numbers_rise_after_a_purge(sqs, url, send):
    """An emptied queue does not count anew."""
    before = send("a")["SequenceNumber"]
    sqs.purge_queue(QueueUrl=url)
    assert send("a")["SequenceNumber"] > before


def test_a_received_message_shows_what_makes_it_fifo(sqs, url, send):
    """Group, deduplication id and sequence number are system attributes."""
    number = send()["SequenceNumber"]
    names = ["SequenceNumber", "MessageGroupId", "MessageDeduplicationId"]
    answer = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=names)
    assert answer["Messages"][0]["Attributes"] == {
        "SequenceNumber": number,
        "MessageGroupId": "g",
        "MessageDeduplicationId": "a",
    }


def test_a_message_needs_a_group(sqs, url):
    """A single send without MessageGroupId lacks a parameter."""
    with pytest.raises(ClientError, match="must contain the parameter MessageGroupId") as caught:
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageDeduplicationId="a")
    assert caught.value.response["Error"]["Code"] == "MissingParameter"


WITHOUT_GROUP = {"MessageDeduplicationId": "b"}
WITHOUT_DEDUPLICATION = {"MessageGroupId": "g"}


@pytest.fixture
def send_with(sqs, url):
    """Sends a batch of an entry that has all that it needs, and of another."""

    def send_with(other):
        good = {"Id": "good", "MessageBody": "a", **WITHOUT_DEDUPLICATION, **WITHOUT_GROUP}
        entries = [good, {"Id": "other", "MessageBody": "b", **other}]
        return sqs.send_message_batch(QueueUrl=url, Entries=entries)

    return send_with


@pytest.mark.parametrize("lacking", [WITHOUT_GROUP, WITHOUT_DEDUPLICATION])
def test_an_entry_that_lacks_an_id_refuses_the_whole_batch(sqs, url, send_with, lacking):
    """In a batch both are values that are wrong, and nothing is sent."""
    with pytest.raises(ClientError) as caught:
        send_with(lacking)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_an_entry_with_a_bad_id_fails_for_itself(send_with):
    """What AWS can read but not use is the entry's own failure."""
    answer = send_with({"MessageGroupId": "no spaces", "MessageDeduplicationId": "b"})
    assert [[entry["Id"] for entry in answer[which]] for which in ("Successful", "Failed")] == [
        ["good"],
        ["other"],
    ]


def test_a_message_needs_a_deduplication_id(sqs, url):
    """Unless the queue deduplicates by content, nothing else tells messages apart."""
    with pytest.raises(ClientError, match="ContentBasedDeduplication enabled or"):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="g")


def test_a_standard_queue_takes_no_deduplication_id(sqs, fakeaws):
    """The parameter is none of a standard queue's."""
    with pytest.raises(ClientError, match="not valid for this queue type"):
        sqs.send_message(
            QueueUrl=fakeaws.create_queue("orders").url,
            MessageBody="a",
            MessageDeduplicationId="a",
        )


@pytest.mark.parametrize("identifier", ["", "a b", "ä", "a" * 129])
@pytest.mark.parametrize("parameter", ["MessageGroupId", "MessageDeduplicationId"])
def test_an_id_has_rules(send, parameter, identifier):
    """Letters, digits and punctuation, 1 to 128 of them."""
    with pytest.raises(ClientError, match=f"{parameter} can only include"):
        send(**{parameter: identifier})


def test_an_id_may_be_of_punctuation(send):
    """Every ASCII punctuation mark will do."""
    marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    assert "MessageId" in send(MessageGroupId=marks, MessageDeduplicationId=marks)


# Delays


def test_a_message_of_a_fifo_queue_has_no_delay_of_its_own(send):
    """DelaySeconds is refused, and says so of the queue's type."""
    with pytest.raises(ClientError, match="Value 2 for parameter DelaySeconds is invalid"):
        send(DelaySeconds=2)


@pytest.mark.parametrize("parameters", [{}, {"DelaySeconds": 0}])
def test_the_queue_s_delay_holds_for_every_message(sqs, url, send, fakeaws, parameters):
    """A DelaySeconds of 0 is accepted and means nothing."""
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "5"})
    send(**parameters)
    seen = [fakeaws.queue(url).messages.bodies]
    fakeaws.clock.advance(5)
    assert [*seen, fakeaws.queue(url).messages.bodies] == [[], ["a"]]


def test_a_new_delay_holds_for_messages_that_are_there(sqs, url, send, fakeaws):
    """Unlike a standard queue's it is retroactive, so that no message overtakes an earlier one."""
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "60"})
    send("a")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "5"})
    send("b")
    fakeaws.clock.advance(5)
    assert fakeaws.queue(url).messages.bodies == ["a", "b"]


# The handle


def test_a_name_that_ends_in_fifo_makes_a_fifo_queue(sqs, fakeaws):
    """`create_queue` needs no attribute for it."""
    queue = fakeaws.create_queue("x.fifo")
    assert attributes_of(sqs, queue.url, "FifoQueue") == {"FifoQueue": "true"}


def test_a_fifo_queue_s_dead_letter_queue_is_one_too(fakeaws):
    """`dead_letter_queue=True` puts `-dlq` before the suffix."""
    queue = fakeaws.create_queue("x.fifo", dead_letter_queue=True, max_receive_count=1)
    queue.send("a", group="g", deduplication_id="1")
    for _ in range(2):
        boto3.client("sqs").receive_message(QueueUrl=queue.url, VisibilityTimeout=0)
    assert fakeaws.queue("x-dlq.fifo").messages == queue.dead_letters
    assert queue.dead_letters.bodies == ["a"]


def test_a_handle_sends_with_group_and_deduplication_id(sqs, fakeaws):
    """`send` has a keyword for each."""
    queue = fakeaws.create_queue("x.fifo")
    queue.send("a", group="g", deduplication_id="1")
    answer = sqs.receive_message(
        QueueUrl=queue.url, MessageSystemAttributeNames=["MessageGroupId", "MessageDeduplicationId"]
    )
    assert answer["Messages"][0]["Attributes"] == {
        "MessageGroupId": "g",
        "MessageDeduplicationId": "1",
    }


def test_a_handle_creates_a_queue_that_deduplicates_by_content(fakeaws):
    """Then `send` needs the group only."""
    queue = fakeaws.create_queue("x.fifo", content_based_deduplication=True)
    queue.send("a", group="g")
    queue.send("a", group="g")
    assert queue.messages.bodies == ["a"]
