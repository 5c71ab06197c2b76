import hashlib
import json

import boto3
import pytest
from botocore.exceptions import ClientError

BASE = "https://sqs.us-east-1.amazonaws.com/123456789012"


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


@pytest.fixture
def send(sqs, url):
    """Sends a message and returns the answer."""

    def send(body="a", **parameters):
        return sqs.send_message(QueueUrl=url, MessageBody=body, **parameters)

    return send


@pytest.fixture
def receive(sqs, url):
    """Receives messages."""

    def receive(maximum=10, **parameters):
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=maximum, **parameters)
        return answer.get("Messages", [])

    return receive


@pytest.fixture
def counts(sqs, url):
    """Asks for the approximate numbers: waiting, in flight, delayed."""
    names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]

    def counts():
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return tuple(int(answer[name]) for name in names)

    return counts


# Queues


def test_a_queue_has_the_url_that_aws_gives_it(url):
    """Region, account and name make the URL."""
    assert url == f"{BASE}/orders"


def test_creating_a_queue_again_finds_it(sqs, url):
    """Same name, same attributes: same queue."""
    again = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "30"})
    assert again["QueueUrl"] == url


@pytest.mark.parametrize("name", ["a" * 81, "", "a b", "ä", "a.b"])
def test_a_queue_s_name_has_rules(sqs, name):
    """Letters, digits, hyphens and underscores, 1 to 80 of them."""
    with pytest.raises(ClientError, match="1 to 80 in length"):
        sqs.create_queue(QueueName=name)


def test_a_queue_is_found_by_name(sqs, url):
    """GetQueueUrl answers the URL."""
    assert sqs.get_queue_url(QueueName="orders")["QueueUrl"] == url


def test_a_queue_of_another_account_is_found_by_owner(sqs, fakeaws):
    """QueueOwnerAWSAccountId names the account to look in, where a policy lets the caller."""
    other = boto3.client("sqs", **fakeaws.credentials("210987654321"))
    url = other.create_queue(QueueName="theirs")["QueueUrl"]
    other.add_permission(
        QueueUrl=url, Label="us", AWSAccountIds=["123456789012"], Actions=["GetQueueUrl"]
    )
    found = sqs.get_queue_url(QueueName="theirs", QueueOwnerAWSAccountId="210987654321")
    assert found["QueueUrl"] == url


def test_a_queue_is_not_found_from_another_region(url):
    """Nothing is shared between regions."""
    elsewhere = boto3.client("sqs", region_name="eu-west-1")
    with pytest.raises(elsewhere.exceptions.QueueDoesNotExist):
        elsewhere.get_queue_url(QueueName="orders")


def test_a_queue_url_may_name_another_host(sqs, url):
    """Only account and name of a URL count, as with URLs from older endpoints."""
    sqs.send_message(QueueUrl="http://localhost:4566/queue/123456789012/orders", MessageBody="a")
    assert "Messages" in sqs.receive_message(QueueUrl=url)


@pytest.fixture
def three(sqs):
    """Three queues."""
    for name in ("b", "a", "other"):
        sqs.create_queue(QueueName=name)


def test_queues_are_listed_by_name(sqs, three):
    """Without a prefix every queue of the account and region is there."""
    assert sqs.list_queues()["QueueUrls"] == [f"{BASE}/a", f"{BASE}/b", f"{BASE}/other"]


def test_queues_are_listed_by_prefix(sqs, three):
    """QueueNamePrefix selects by the beginning of the name."""
    assert sqs.list_queues(QueueNamePrefix="o")["QueueUrls"] == [f"{BASE}/other"]


def test_queues_are_listed_in_pages(sqs, three):
    """boto3's paginator collects them all."""
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["QueueUrls"]) for page in pages] == [2, 1]


def test_an_empty_list_of_queues_has_no_member(sqs):
    """Where there is no queue, the answer leaves QueueUrls out."""
    assert "QueueUrls" not in sqs.list_queues()


@pytest.mark.parametrize("parameters", [{"MaxResults": 1_001}, {"NextToken": "?"}])
def test_a_bad_page_of_queues_is_refused(sqs, parameters):
    """A page has 1 to 1000 queues, and a token comes from the answer before."""
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.list_queues(**parameters)


def test_a_deleted_queue_is_gone(sqs, url):
    """It is found no longer, by URL or by name."""
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.receive_message(QueueUrl=url)


def test_a_purged_queue_is_empty(sqs, url, send, counts):
    """PurgeQueue takes effect at once."""
    send()
    sqs.purge_queue(QueueUrl=url)
    assert counts() == (0, 0, 0)


def test_attributes_that_were_set_are_answered(sqs, url):
    """GetQueueAttributes shows what SetQueueAttributes changed."""
    attributes = {"VisibilityTimeout": "5", "DelaySeconds": "1"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(attributes))
    assert answer["Attributes"] == attributes


def test_a_redrive_policy_is_answered_as_it_was_set(sqs, url):
    """The text comes back unchanged."""
    sqs.create_queue(QueueName="dead")
    arn = "arn:aws:sqs:us-east-1:123456789012:dead"
    policy = json.dumps({"maxReceiveCount": "3", "deadLetterTargetArn": arn})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    assert answer["Attributes"] == {"RedrivePolicy": policy}


def test_asking_for_no_attributes_answers_none(sqs, url):
    """Without names there is no member Attributes."""
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url)


def test_asking_for_an_attribute_that_is_not_set_answers_none(sqs, url):
    """An optional attribute is absent until it is set."""
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy", "FifoQueue"])
    assert "Attributes" not in answer


def test_asking_for_an_unknown_attribute_is_refused(sqs, url):
    """The error names it."""
    with pytest.raises(sqs.exceptions.InvalidAttributeName, match=r"Unknown Attribute Colour\."):
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Colour"])


def test_a_queue_knows_when_it_was_changed(sqs, url, fakeaws):
    """LastModifiedTimestamp moves with each change, CreatedTimestamp does not."""
    fakeaws.clock.advance(90)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "1"})
    names = ["CreatedTimestamp", "LastModifiedTimestamp"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert [int(attributes[name]) for name in names] == [1_893_456_000, 1_893_456_090]


def test_messages_are_counted_by_where_they_stand(send, receive, counts):
    """One waits, one is in flight, one is delayed."""
    send("a")
    send("b")
    send("c", DelaySeconds=5)
    receive(1)
    assert counts() == (1, 1, 1)


# Messages


def test_a_sent_message_is_answered_with_its_id(send, receive):
    """The consumer sees the id that the sender was told."""
    sent = send()["MessageId"]
    assert [message["MessageId"] for message in receive()] == [sent]


@pytest.mark.parametrize("body", ["a", "ä€😀", "tab\tline\nreturn\r", "\ud7ff\ue000\ufffd"])
def test_a_body_arrives_as_it_was_sent(send, receive, body):
    """Every character that SQS carries is carried."""
    send(body)
    assert [message["Body"] for message in receive()] == [body]


def test_a_body_has_its_md5(send, receive):
    """Sender and consumer get the digest of the UTF-8 text."""
    digest = hashlib.md5("ä€".encode()).hexdigest()
    sent = send("ä€")["MD5OfMessageBody"]
    assert [sent, receive()[0]["MD5OfBody"]] == [digest, digest]


@pytest.mark.parametrize("body", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_body_cannot_have_every_character(sqs, send, body):
    """What XML 1.0 has no place for is refused."""
    with pytest.raises(sqs.exceptions.InvalidMessageContents):
        send(body)


def test_a_message_may_be_as_long_as_the_queue_allows(send):
    """One MiB is the longest message."""
    assert "MessageId" in send("a" * 1_048_576)


def test_attributes_count_in_the_size(send):
    """Name, type and value of an attribute count like the body."""
    attributes = {"k": {"DataType": "String", "StringValue": "v"}}
    with pytest.raises(ClientError, match="Message must be shorter"):
        send("a" * 1_048_569, MessageAttributes=attributes)


TRACE = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}}


def test_the_trace_header_does_not_count_in_the_size(send):
    """A system attribute is no part of the message."""
    assert "MessageId" in send("a" * 1_048_576, MessageSystemAttributes=TRACE)


def test_the_trace_header_is_received(send, receive):
    """AWSTraceHeader is the one system attribute that a sender may give."""
    send(MessageSystemAttributes=TRACE)
    [message] = receive(MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": "Root=1-2-3"}


ATTRIBUTES = {
    "shop.city": {"DataType": "String", "StringValue": "Łódź"},
    "shop.number": {"DataType": "Number.int", "StringValue": "-1.5e3"},
    "logo": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff"},
}


def test_attributes_arrive_as_they_were_sent(send, receive):
    """Text, numbers and bytes, custom types included."""
    send(MessageAttributes=ATTRIBUTES)
    [message] = receive(MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == ATTRIBUTES


def test_attributes_have_their_md5(send, receive):
    """The digest is over names in order, types and values, each with its length."""
    encoded = (
        b"\0\0\0\1b\0\0\0\6Binary\2\0\0\0\1\xff"
        b"\0\0\0\1n\0\0\0\6Number\1\0\0\0\x0242"
        b"\0\0\0\1s\0\0\0\x0bString.Text\1\0\0\0\2\xc3\xa4"
    )
    sent = send(
        MessageAttributes={
            "s": {"DataType": "String.Text", "StringValue": "ä"},
            "n": {"DataType": "Number", "StringValue": "42"},
            "b": {"DataType": "Binary", "BinaryValue": b"\xff"},
        }
    )
    [message] = receive(MessageAttributeNames=["All"])
    digest = hashlib.md5(encoded).hexdigest()
    digests = [sent["MD5OfMessageAttributes"], message["MD5OfMessageAttributes"]]
    assert digests == [digest, digest]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (["All"], {"shop.city", "shop.number", "logo"}),
        ([".*"], {"shop.city", "shop.number", "logo"}),
        (["shop.*"], {"shop.city", "shop.number"}),
        (["logo"], {"logo"}),
        (["logo", "shop.city"], {"logo", "shop.city"}),
        (["colour"], set()),
        (["LOGO"], set()),
        ([], set()),
    ],
)
def test_message_attribute_names_select_attributes(send, receive, asked, answered):
    """By name, by prefix, or all; nothing unless asked."""
    send(MessageAttributes=ATTRIBUTES)
    [message] = receive(MessageAttributeNames=asked)
    assert set(message.get("MessageAttributes", ())) == answered


def test_system_attributes_tell_of_the_message_s_life(send, receive, fakeaws):
    """Times are milliseconds since the epoch, in virtual time."""
    send()
    fakeaws.clock.advance("1.5 s")
    receive(VisibilityTimeout=0)
    fakeaws.clock.advance(1)
    names = ["SentTimestamp", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount"]
    [message] = receive(MessageSystemAttributeNames=names)
    assert message["Attributes"] == {
        "SentTimestamp": "1893456000000",
        "ApproximateFirstReceiveTimestamp": "1893456001500",
        "ApproximateReceiveCount": "2",
    }


def test_a_dead_letter_shows_its_source(sqs, fakeaws):
    """DeadLetterQueueSourceArn is there from the move on, and the count goes on."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.send("a")
    for _ in range(2):
        sqs.receive_message(QueueUrl=orders.url, VisibilityTimeout=0)
    answer = sqs.receive_message(
        QueueUrl=f"{orders.url}-dlq",
        MessageSystemAttributeNames=["DeadLetterQueueSourceArn", "ApproximateReceiveCount"],
    )
    assert answer["Messages"][0]["Attributes"] == {
        "DeadLetterQueueSourceArn": orders.arn,
        "ApproximateReceiveCount": "2",
    }


def test_a_receive_returns_one_message_by_default(sqs, url, send):
    """MaxNumberOfMessages is 1 unless given."""
    send("a")
    send("b")
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_a_queue_s_wait_makes_every_receive_a_long_poll(sqs, url, fakeaws, receive):
    """ReceiveMessageWaitTimeSeconds holds where a receive says nothing."""
    before = fakeaws.clock.now()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"ReceiveMessageWaitTimeSeconds": "7"})
    receive()
    assert (fakeaws.clock.now() - before).total_seconds() == 7


def test_a_receive_s_wait_beats_the_queue_s(sqs, url, fakeaws, receive):
    """WaitTimeSeconds=0 makes a short poll of a queue with long polls."""
    before = fakeaws.clock.now()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"ReceiveMessageWaitTimeSeconds": "7"})
    receive(WaitTimeSeconds=0)
    assert fakeaws.clock.now() == before


def test_a_deleted_message_is_gone(sqs, url, send, receive, counts):
    """DeleteMessage takes the message in flight away."""
    send()
    [message] = receive()
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert counts() == (0, 0, 0)


def test_visibility_can_be_changed(sqs, url, send, receive):
    """ChangeMessageVisibility to 0 gives the message back."""
    send()
    [message] = receive()
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )
    assert len(receive()) == 1


# Batches


def test_a_batch_sends_its_entries_in_order(sqs, url, receive):
    """Each entry is a message, with its own attributes."""
    entries = [{"Id": f"id-{number}", "MessageBody": str(number)} for number in range(10)]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [message["Body"] for message in receive()] == [str(number) for number in range(10)]


def test_a_sent_entry_is_answered_like_a_sent_message(sqs, url):
    """Id of the entry, id of the message, and the digests."""
    entries = [{"Id": "one", "MessageBody": "a", "MessageAttributes": ATTRIBUTES}]
    [answer] = sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]
    assert set(answer) == {"Id", "MessageId", "MD5OfMessageBody", "MD5OfMessageAttributes"}


def test_an_entry_fails_for_itself(sqs, url, receive):
    """A bad entry does not keep the others from being sent."""
    entries = [
        {"Id": "bad", "MessageBody": "\x00"},
        {"Id": "late", "MessageBody": "b", "DelaySeconds": 901},
        {"Id": "good", "MessageBody": "c"},
    ]
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    ids = {member: [entry["Id"] for entry in answer[member]] for member in ("Successful", "Failed")}
    assert ids == {"Successful": ["good"], "Failed": ["bad", "late"]}


def test_a_batch_without_failures_has_no_failed_member(sqs, url):
    """boto3 shows `Failed` only where something failed."""
    answer = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "one", "MessageBody": "a"}])
    assert "Failed" not in answer


def test_a_batch_deletes(sqs, url, send, receive, counts):
    """Good handles delete, a bad one fails for itself."""
    send()
    [message] = receive()
    entries = [
        {"Id": "good", "ReceiptHandle": message["ReceiptHandle"]},
        {"Id": "bad", "ReceiptHandle": "garbage"},
    ]
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    assert (answer["Successful"], [entry["Code"] for entry in answer["Failed"]], counts()) == (
        [{"Id": "good"}],
        ["ReceiptHandleIsInvalid"],
        (0, 0, 0),
    )


def test_a_batch_changes_visibility(sqs, url, send, receive, counts):
    """Each entry has its own timeout."""
    send("a")
    send("b")
    handles = [message["ReceiptHandle"] for message in receive()]
    entries = [
        {"Id": str(timeout), "ReceiptHandle": handle, "VisibilityTimeout": timeout}
        for timeout, handle in enumerate(handles)
    ]
    sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    assert counts() == (1, 1, 0)


@pytest.mark.parametrize(
    "batch",
    [
        ("send_message_batch", {"MessageBody": "a"}),
        ("delete_message_batch", {"ReceiptHandle": "a"}),
        ("change_message_visibility_batch", {"ReceiptHandle": "a", "VisibilityTimeout": 1}),
    ],
)
@pytest.mark.parametrize(
    ("ids", "error"),
    [
        ([], "EmptyBatchRequest"),
        ([str(number) for number in range(11)], "TooManyEntriesInBatchRequest"),
        (["a", "a"], "BatchEntryIdsNotDistinct"),
        (["a" * 81], "InvalidBatchEntryId"),
        ([""], "InvalidBatchEntryId"),
        (["a.b"], "InvalidBatchEntryId"),
    ],
)
def test_every_batch_has_the_same_rules(sqs, url, batch, ids, error):
    """One to ten entries with distinct ids of letters, digits, hyphens and underscores."""
    operation, entry = batch
    entries = [{"Id": entry_id, **entry} for entry_id in ids]
    with pytest.raises(getattr(sqs.exceptions, error)):
        getattr(sqs, operation)(QueueUrl=url, Entries=entries)


def test_the_resource_interface_works_too(url):
    """boto3's Queue and Message objects use the same operations."""
    queue = boto3.resource("sqs").Queue(url)
    queue.send_message(MessageBody="a")
    [message] = queue.receive_messages()
    message.delete()
    assert queue.attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
