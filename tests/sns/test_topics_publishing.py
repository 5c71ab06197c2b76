"""Publish and PublishBatch: what they take, refuse, and deliver."""

import json

import pytest


@pytest.fixture
def queue(topic, orders):
    """A queue that gets raw messages."""
    topic.subscribe(orders, raw=True)
    return orders


@pytest.fixture
def publish(sns, topic):
    """Publishes to the topic."""

    def publish(message="m", **more):
        return sns.publish(TopicArn=topic.arn, Message=message, **more)

    return publish


def attribute(kind, value):
    """A message attribute."""
    return {"a": {"DataType": kind, f"{kind}Value" if kind == "Binary" else "StringValue": value}}


class TestMessages:
    """What a message can be."""

    @pytest.mark.parametrize("subject", ["", "a" * 101, "two\nlines", "bell\a"])
    def test_subjects_that_are_none(self, publish, error_of, subject):
        """At most a hundred characters in one line."""
        error = error_of(publish, Subject=subject)["Error"]
        assert error["Message"] == "Invalid parameter: Subject"

    def test_a_message_can_be_as_long_as_the_topic_says(self, publish, queue, error_of):
        """Bytes count, not characters."""
        publish("ä" * 131_072)
        error = error_of(publish, "ä" * 131_072 + "a")["Error"]
        assert error["Message"] == "Invalid parameter: Message too long"
        assert len(queue.messages) == 1

    def test_attributes_count(self, publish, error_of):
        """Name, type and value."""
        given = {"MessageAttributes": attribute("String", "value")}
        publish("a" * (262_144 - 12), **given)
        error = error_of(publish, "a" * (262_144 - 11), **given)["Error"]
        assert error["Message"] == "Invalid parameter: Message too long"

    def test_a_topic_can_have_longer_ones(self, sns, topic, queue, publish):
        """Up to a megabyte, enveloped or not."""
        sns.set_topic_attributes(
            TopicArn=topic.arn, AttributeName="MaximumMessageSize", AttributeValue="1048576"
        )
        publish("a" * 1_048_576)
        assert len(queue.messages[0].body) == 1_048_576

    def test_an_envelope_that_is_too_long_for_its_queue_is_not_delivered(
        self, fakeaws, topic, orders
    ):
        """What the queue takes is decided by what is in it, not by what might be."""
        small = fakeaws.create_queue("small", attributes={"MaximumMessageSize": "1024"})
        topic.subscribe(small)
        topic.subscribe(orders)
        topic.publish("a" * 1_000)
        assert (len(small.messages), len(orders.messages)) == (0, 1)

    @pytest.mark.parametrize(
        ("message", "text"),
        [
            ("no JSON", "JSON message body failed to parse"),
            ("[]", "JSON message body failed to parse"),
            ('{"default": "a", "default": "b"}', "JSON message body failed to parse"),
            ('{"sqs": "a"}', "No default entry in JSON message body"),
            ('{"default": 1}', "No default entry in JSON message body"),
        ],
    )
    def test_structures_that_are_none(self, publish, error_of, message, text):
        """Whatever is wrong, nobody gets anything."""
        error = error_of(publish, message, MessageStructure="json")["Error"]
        assert error["Message"] == f"Invalid parameter: Message Structure - {text}"

    def test_texts_that_are_none_are_left_out(self, publish, queue):
        """A queue then gets the default one."""
        publish(json.dumps({"default": "for all", "sqs": 7}), MessageStructure="json")
        assert queue.messages.bodies == ["for all"]

    def test_a_group_is_for_fair_queues(self, publish, queue, sqs):
        """A standard topic hands it on to standard queues."""
        publish(MessageGroupId="ada")
        (message,) = sqs.receive_message(
            QueueUrl=queue.url, MessageSystemAttributeNames=["MessageGroupId"]
        )["Messages"]
        assert message["Attributes"] == {"MessageGroupId": "ada"}

    def test_a_deduplication_id_is_for_fifo_topics(self, publish, error_of):
        """A standard one refuses it."""
        error = error_of(publish, MessageDeduplicationId="1")["Error"]
        assert "not valid for this topic type" in error["Message"]

    @pytest.mark.parametrize("group", ["", "a" * 129, "a b", "ä"])
    def test_groups_that_are_none(self, publish, error_of, group):
        """Letters, digits and punctuation."""
        assert error_of(publish, MessageGroupId=group)["Error"]["Code"] == "InvalidParameter"


class TestAttributes:
    """What stands beside a message."""

    @pytest.mark.parametrize(
        ("attributes", "text"),
        [
            (
                attribute("Text", "a"),
                (
                    "The message attribute 'a' has an invalid message attribute type, the set of "
                    "supported type prefixes is Binary, Number, and String."
                ),
            ),
            (
                attribute("String", ""),
                (
                    "The message attribute 'a' must contain non-empty message attribute value for "
                    "message attribute type 'String'."
                ),
            ),
            (attribute("Number", "a"), "Could not cast message attribute 'a' value to number."),
            (
                attribute("String.Array", "a"),
                "Could not parse the value of message attribute 'a' as JSON array.",
            ),
            ({".a": attribute("String", "a")["a"]}, "Invalid attribute name: .a"),
        ],
    )
    def test_attributes_that_are_none(self, publish, error_of, attributes, text):
        """They have a code of their own."""
        error = error_of(publish, MessageAttributes=attributes)["Error"]
        assert (error["Code"], error["Message"]) == ("ParameterValueInvalid", text)

    def test_more_than_ten_do_not_reach_a_queue_that_wants_them_raw(self, publish, queue, topic):
        """SQS takes ten; the message is not delivered."""
        eleven = {f"a{number}": {"DataType": "String", "StringValue": "v"} for number in range(11)}
        publish(MessageAttributes=eleven)
        assert queue.messages.bodies == []

    def test_an_array_reaches_a_queue_as_text(self, publish, queue):
        """Its type is kept."""
        publish(MessageAttributes=attribute("String.Array", '["a", "b"]'))
        assert queue.messages[0].attributes == {"a": '["a", "b"]'}


class TestBatches:
    """Several messages at once."""

    @pytest.fixture
    def publish_batch(self, sns, topic):
        """Publishes a batch to the topic."""
        return lambda *entries: sns.publish_batch(
            TopicArn=topic.arn, PublishBatchRequestEntries=list(entries)
        )

    def test_each_entry_is_a_message(self, publish_batch, queue):
        """In the order of the batch."""
        answer = publish_batch({"Id": "a", "Message": "1"}, {"Id": "b", "Message": "2"})
        assert [entry["Id"] for entry in answer["Successful"]] == ["a", "b"]
        assert answer["Failed"] == []
        assert queue.messages.bodies == ["1", "2"]

    def test_an_entry_fails_for_itself(self, publish_batch, queue):
        """The others are published."""
        answer = publish_batch(
            {"Id": "a", "Message": ""},
            {"Id": "b", "Message": "2"},
            {"Id": "c", "Message": "3", "MessageAttributes": attribute("Number", "x")},
        )
        assert answer["Failed"] == [
            {
                "Id": "a",
                "Code": "InvalidParameter",
                "Message": "Invalid parameter: Empty message",
                "SenderFault": True,
            },
            {
                "Id": "c",
                "Code": "ParameterValueInvalid",
                "Message": "Could not cast message attribute 'a' value to number.",
                "SenderFault": True,
            },
        ]
        assert queue.messages.bodies == ["2"]

    @pytest.mark.parametrize(
        ("entries", "code"),
        [
            ([], "EmptyBatchRequest"),
            ([{"Id": "a b", "Message": "m"}], "InvalidBatchEntryId"),
            ([{"Id": "a" * 81, "Message": "m"}], "InvalidBatchEntryId"),
        ],
    )
    def test_batches_that_are_refused(self, publish_batch, error_of, entries, code):
        """As a whole."""
        assert error_of(publish_batch, *entries)["Error"]["Code"] == code


class TestTargets:
    """To whom one can publish."""

    @pytest.mark.parametrize(
        ("targets", "text"),
        [
            ({}, "TopicArn or TargetArn Reason: no value for required parameter"),
            (
                {"TopicArn": "t", "PhoneNumber": "+15551234567"},
                "PhoneNumber Reason: only one of TopicArn, TargetArn, PhoneNumber can be given",
            ),
        ],
    )
    def test_one_target_must_be_named(self, sns, error_of, targets, text):
        """Neither none nor two."""
        error = error_of(sns.publish, Message="m", **targets)["Error"]
        assert error["Message"] == f"Invalid parameter: {text}"

    def test_a_protocol_that_is_not_simulated_is_named(self, topic):
        """When something would be delivered by it."""
        stream = "arn:aws:firehose:us-east-1:123456789012:deliverystream/s"
        topic.subscribe(stream)
        with pytest.raises(NotImplementedError, match="protocol firehose is not simulated"):
            topic.publish("m")
