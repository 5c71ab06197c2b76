"""What AWS answered about topics, subscriptions, publishing, text messages and devices.

Recordings about filter policies, FIFO topics, delivery policies, signatures and dead letters are replayed beside
their subjects; `ELSEWHERE` says which, and why others are not replayed at all.
"""

import ast
import json
from pathlib import Path

import boto3
import pytest

TESTS = "sns/test_sns.py::"
OTHER = {"region_name": "eu-west-1"}

ELSEWHERE = {
    "TestSNSSubscriptionCrud::test_list_subscriptions": "nothing was recorded",
    "TestSNSSubscriptionHttp::test_subscribe_external_http_endpoint_lambda_url_sig_validation": (
        "HTTP endpoints have tests of their own"
    ),
    "TestSNSSubscriptionSQS::test_redrive_policy_sqs_queue_subscription[False]": "dead letters",
    "TestSNSSubscriptionSQS::test_redrive_policy_sqs_queue_subscription[True]": "dead letters",
    "TestSNSSubscriptionSQSFifo::test_publish_batch_messages_from_fifo_topic_to_fifo_queue[False]": (
        "FIFO topics"
    ),
    "TestSNSSubscriptionSQSFifo::test_publish_batch_messages_from_fifo_topic_to_fifo_queue[True]": (
        "FIFO topics"
    ),
    "TestSNSSubscriptionSQSFifo::test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup[False]": (
        "FIFO topics"
    ),
    "TestSNSSubscriptionSQSFifo::test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup[True]": (
        "FIFO topics"
    ),
}
"""Recordings that are not replayed here, and why."""


@pytest.fixture
def replay(recorded):
    """Compares an answer of ours with what was recorded of a test."""

    class Replay:
        def __init__(self, test):
            self.answers = recorded("sns", f"{TESTS}{test}")

        def __call__(self, step, answer):
            assert self.answers.seen(step, answer) == self.answers[step]

    return Replay


@pytest.fixture
def arn(sns):
    """The ARN of a topic that a client has made."""
    return sns.create_topic(Name="recorded")["TopicArn"]


@pytest.fixture
def endpoint(orders):
    """The ARN of a queue."""
    return orders.arn


def test_every_recording_is_replayed_or_named_with_a_reason():
    """What is recorded of topics and is no filter policy is in this module."""
    recordings = Path(__file__).parents[1] / "aws-recorded" / "sns.json"
    names = json.loads(recordings.read_text(encoding="utf-8"))
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    replayed = tuple(text for text in texts if isinstance(text, str) and "::test_" in text)
    names = [name.removeprefix(TESTS) for name in names if name.startswith(TESTS)]
    assert [name for name in names if not name.startswith(replayed)] == []


class TestRegions:
    """A topic is in one region, and is called from there."""

    def test_other_regions_do_not_reach_a_topic(self, replay, arn, orders, error_of):
        """Whatever is called from another region is refused for its ARN."""
        check = replay("TestSNSMultiRegions::test_cross_region_access")
        there = boto3.client("sns", **OTHER)
        subscription = {"Protocol": "sqs", "Endpoint": orders.arn}
        attribute = {"AttributeName": "DisplayName", "AttributeValue": "value"}
        calls = {
            "set-topic-attrs": (there.set_topic_attributes, attribute),
            "get-topic-attrs": (there.get_topic_attributes, {}),
            "cross-region-publish-forbidden": (there.publish, {"Message": "m"}),
            "cross-region-subscribe": (there.subscribe, subscription),
            "list-subs": (there.list_subscriptions_by_topic, {}),
            "delete-topic": (there.delete_topic, {}),
        }
        for step, (call, parameters) in calls.items():
            check(step, error_of(call, TopicArn=arn, **parameters))

    def test_a_queue_may_be_in_another_region(self, replay, sns, arn, error_of):
        """Who subscribes calls from the topic's region; the message crosses."""
        check = replay("TestSNSMultiRegions::test_cross_region_delivery_sqs")
        there, sqs = boto3.client("sns", **OTHER), boto3.client("sqs", **OTHER)
        url = sqs.create_queue(QueueName="far")["QueueUrl"]
        queue = "arn:aws:sqs:eu-west-1:123456789012:far"
        given = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": queue}
        check("subscribe-cross-region", error_of(there.subscribe, **given))
        check("subscribe-same-region", sns.subscribe(**given))
        attributes = {"attr1": {"DataType": "Number", "StringValue": "99.12"}}
        sns.publish(TopicArn=arn, Message="This is a test message", MessageAttributes=attributes)
        check("messages", sqs.receive_message(QueueUrl=url))

    def test_publishing_from_another_region_is_refused(self, replay, sns, arn, error_of):
        """Singly and in a batch."""
        check = replay("TestSNSPublishCrud::test_topic_publish_another_region")
        there = boto3.client("sns", **OTHER)
        check("success", sns.publish(TopicArn=arn, Message="m"))
        check("error", error_of(there.publish, TopicArn=arn, Message="m"))
        entries = [{"Id": "1", "Message": "m"}]
        error = error_of(there.publish_batch, TopicArn=arn, PublishBatchRequestEntries=entries)
        check("error-batch", error)


class TestTopics:
    """Creating topics, and looking at them."""

    def test_a_topic_that_was_created_and_deleted(self, replay, sns, error_of):
        """Its attributes have their defaults."""
        check = replay("TestSNSTopicCrud::test_create_topic_test_arn")
        created = sns.create_topic(Name="t")
        check("create-topic", created)
        arn = created["TopicArn"]
        check("get-topic-attrs", sns.get_topic_attributes(TopicArn=arn))
        check("delete-topic", sns.delete_topic(TopicArn=arn))
        check("topic-not-exists", error_of(sns.get_topic_attributes, TopicArn=arn))

    def test_attributes_of_a_new_topic(self, replay, sns, error_of):
        """They are shown as they were given."""
        check = replay("TestSNSTopicCrud::test_create_topic_with_attributes")
        given = {"DisplayName": "TestTopic", "SignatureVersion": "2", "FifoTopic": "true"}
        arn = sns.create_topic(Name="t.fifo", Attributes=given)["TopicArn"]
        check("get-topic-attrs", sns.get_topic_attributes(TopicArn=arn))
        missing = error_of(sns.get_topic_attributes, TopicArn=f"{arn}-other")
        check("get-attrs-nonexistent-topic", missing)
        malformed = error_of(sns.get_topic_attributes, TopicArn="no-arn")
        check("get-attrs-malformed-topic", malformed)

    def test_delivery_policies(self, replay, sns):
        """They are shown with what is in effect."""
        check = replay("TestSNSTopicCrud::test_topic_delivery_policy_crud")
        policy = {"http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}}
        given = {
            "DisplayName": "TestTopic",
            "SignatureVersion": "2",
            "FifoTopic": "true",
            "DeliveryPolicy": json.dumps(policy),
        }
        arn = sns.create_topic(Name="t.fifo", Attributes=given)["TopicArn"]
        check("get-topic-attrs", sns.get_topic_attributes(TopicArn=arn))
        retries = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
        text = json.dumps({"http": {"defaultHealthyRetryPolicy": retries}})
        change = {"AttributeName": "DeliveryPolicy", "AttributeValue": text}
        check("set-topic-attrs", sns.set_topic_attributes(TopicArn=arn, **change))
        check("get-topic-attrs-after-update", sns.get_topic_attributes(TopicArn=arn))

    def test_creating_again_with_other_attributes(self, replay, sns, error_of):
        """What is not given is not compared."""
        check = replay("TestSNSTopicCrudV2::test_create_topic_different_attrs")
        given = {"DisplayName": "Value1"}
        created = sns.create_topic(Name="t", Attributes=given)
        check("create-topic", created)
        check("create-topic-no-attrs", sns.create_topic(Name="t"))
        check("topic-attrs", sns.get_topic_attributes(TopicArn=created["TopicArn"]))
        others = {
            "create-topic-diff-attrs": {"DisplayName": "Value2"},
            "create-topic-new-attrs-fifo": {"FifoTopic": "true"},
            "create-topic-new-attrs": {"SignatureVersion": "2"},
            "create-topic-new-and-same-attrs": {**given, "SignatureVersion": "2"},
        }
        for step, attributes in others.items():
            check(step, error_of(sns.create_topic, Name="t", Attributes=attributes))

    def test_creating_again_with_more_tags(self, replay, sns, error_of):
        """The tags must be the same."""
        check = replay("TestSNSTopicCrud::test_create_duplicate_topic_with_more_tags")
        tags = [{"Key": "a", "Value": "1"}]
        sns.create_topic(Name="t", Tags=tags)
        more = [*tags, {"Key": "b", "Value": "2"}]
        check("exception-duplicate", error_of(sns.create_topic, Name="t", Tags=more))

    def test_creating_again_after_a_deletion(self, replay, sns):
        """Nothing is left of the first one."""
        check = replay("TestSNSTopicCrud::test_create_topic_after_delete_with_new_tags")
        first = sns.create_topic(Name="t", Tags=[{"Key": "a", "Value": "1"}])
        check("topic-0", first)
        sns.delete_topic(TopicArn=first["TopicArn"])
        check("topic-1", sns.create_topic(Name="t", Tags=[{"Key": "b", "Value": "2"}]))

    def test_deleting_twice(self, replay, sns, arn):
        """A topic that is gone can be deleted."""
        check = replay("TestSNSTopicCrud::test_delete_topic_idempotency")
        check("delete-topic", sns.delete_topic(TopicArn=arn))
        check("delete-topic-again", sns.delete_topic(TopicArn=arn))


class TestSubscriptions:
    """Subscribing, and no more."""

    def test_topics_that_do_not_exist(self, replay, sns, arn, error_of):
        """The ARN is looked at first."""
        check = replay("TestSNSSubscriptionCrud::test_subscribe_with_invalid_topic")
        topics = {
            "invalid-subscribe-arn-1": "randomstring",
            "invalid-subscribe-arn-2": "arn:aws:sns:us-east-1:123456789012",
            "non-existent-topic": f"{arn}-other",
        }
        for step, topic in topics.items():
            given = {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"}
            check(step, error_of(sns.subscribe, **given))

    def test_unsubscribing_from_what_is_not_there(self, replay, sns, arn):
        """It is no error."""
        check = replay("TestSNSSubscriptionCrud::test_unsubscribe_from_non_existing_subscription")
        missing = f"{arn}:00000000-0000-4000-8000-000000000000"
        check("empty-unsubscribe", sns.unsubscribe(SubscriptionArn=missing))

    def test_unsubscribing_twice(self, replay, sns, arn, endpoint):
        """Nor is this."""
        check = replay("TestSNSSubscriptionCrud::test_unsubscribe_idempotency")
        given = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": endpoint}
        subscription = sns.subscribe(**given)["SubscriptionArn"]
        check("unsubscribe-1", sns.unsubscribe(SubscriptionArn=subscription))
        check("unsubscribe-2", sns.unsubscribe(SubscriptionArn=subscription))

    def test_unsubscribing_by_what_is_no_arn(self, replay, sns, arn, error_of):
        """Each way to be none has its text."""
        check = replay("TestSNSSubscriptionCrud::test_unsubscribe_wrong_arn_format")
        wrong = ("randomstring", "arn:aws:sns:us-east-1:random", arn, "")
        for number, text in enumerate(wrong, 1):
            error = error_of(sns.unsubscribe, SubscriptionArn=text)
            check(f"invalid-unsubscribe-arn-{number}", error)

    def test_attributes_of_a_subscription_that_does_not_exist(self, replay, sns, arn, error_of):
        """It is not found."""
        check = replay(
            "TestSNSSubscriptionCrudV2::test_get_subscription_attributes_error_not_exists"
        )
        missing = f"{arn}:00000000-0000-4000-8000-000000000000"
        error = error_of(sns.get_subscription_attributes, SubscriptionArn=missing)
        check("get-sub-attrs-nonexistent", error)

    def test_listing_those_of_a_topic(self, replay, sns, arn, endpoint):
        """Each with its endpoint and owner."""
        check = replay("TestSNSSubscriptionCrudV2::test_getting_subscriptions_by_topic")
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint)
        answer = sns.list_subscriptions_by_topic(TopicArn=arn)
        check("list-subscriptions-by-topic", answer)

    def test_attributes(self, replay, sns, arn, endpoint):
        """What was not set has its default, or is not shown."""
        check = replay("TestSNSSubscriptionCrudV2::test_subscribe_attributes")
        given = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": endpoint}
        subscription = sns.subscribe(**given)["SubscriptionArn"]
        answer = sns.get_subscription_attributes(SubscriptionArn=subscription)
        check("get-subscription-attributes", answer)

    def test_telephone_numbers_that_are_none(self, replay, sns, arn, error_of):
        """Separators stand between digits, one at a time."""
        check = replay("TestSNSSubscriptionCrudV2::test_subscribe_invalid_sms")
        for number in ("+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567"):
            given = {"TopicArn": arn, "Protocol": "sms", "Endpoint": number}
            check(f"subscribe-bad-sms-{number}", error_of(sns.subscribe, **given))

    def test_a_telephone_number_with_separators(self, replay, sns, arn):
        """It is one."""
        check = replay("TestSNSSubscriptionCrudV2::test_subscribe_sms_obscure_phone_number")
        given = {"TopicArn": arn, "Protocol": "sms", "Endpoint": "+15/55-123.4567"}
        check("subscribe-sms-2", sns.subscribe(**given))

    def test_a_queue_need_not_exist(self, replay, sns, arn, error_of):
        """But its ARN must be one of a queue."""
        check = replay("TestSNSSubscriptionCrudV2::test_subscribe_unknown_sqs_queue")
        given = {"TopicArn": arn, "Protocol": "sqs"}
        unknown = "arn:aws:sqs:us-east-1:123456789012:unknown"
        check("subscribe-unknown-sqs", sns.subscribe(**given, Endpoint=unknown))
        error = error_of(sns.subscribe, **given, Endpoint="arn:aws:sns:us-east-1:123456789012:t")
        check("subscribe-unknown-sqs-invalid_arn", error)

    def test_a_queue_by_its_url(self, replay, sns, arn, orders, error_of):
        """It subscribes by its ARN only."""
        check = replay("TestSNSSubscriptionSQS::test_subscribe_to_sqs_with_queue_url")
        given = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": orders.url}
        check("sub-queue-url", error_of(sns.subscribe, **given))


class TestPublishing:
    """Publish, and what it refuses."""

    def test_a_message_that_is_empty(self, replay, sns, sqs, arn, orders, error_of):
        """Nobody gets it."""
        check = replay("TestSNSPublishCrud::test_empty_sns_message")
        check("empty-msg-error", error_of(sns.publish, TopicArn=arn, Message=""))
        asked = {"QueueUrl": orders.url, "AttributeNames": ["ApproximateNumberOfMessages"]}
        check("queue-attrs", sqs.get_queue_attributes(**asked))

    def test_a_batch_that_is_too_long(self, replay, sns, arn, error_of):
        """Attributes count."""
        check = replay("TestSNSPublishCrud::test_publish_batch_too_long_message")
        publish = sns.publish_batch
        long = [{"Id": str(number), "Message": "a" * 131_073} for number in range(2)]
        error = error_of(publish, TopicArn=arn, PublishBatchRequestEntries=long)
        check("error-no-attrs", error)
        attributes = {"attr": {"DataType": "String", "StringValue": "v"}}
        long = [
            {**entry, "Message": "a" * 131_065, "MessageAttributes": attributes} for entry in long
        ]
        error = error_of(publish, TopicArn=arn, PublishBatchRequestEntries=long)
        check("error-with-attrs", error)

    def test_who_subscribes_later_gets_later_messages(self, replay, sns, sqs, arn, orders):
        """Earlier ones are gone."""
        check = replay("TestSNSPublishCrud::test_publish_message_before_subscribe_topic")
        check("publish-before-subscribing", sns.publish(TopicArn=arn, Message="before"))
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=orders.arn)
        later = {"Subject": "test-subject-after-sub", "Message": "test_message_after"}
        check("publish-after-subscribing", sns.publish(TopicArn=arn, **later))
        check("receive-messages", sqs.receive_message(QueueUrl=orders.url))

    def test_a_topic_as_target(self, replay, sns, sqs, arn, orders):
        """It is the same to name it as TargetArn."""
        check = replay("TestSNSPublishCrud::test_publish_message_by_target_arn")
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=orders.arn)
        sns.publish(TopicArn=arn, Message="test-msg-1")
        check("receive-topic-arn", sqs.receive_message(QueueUrl=orders.url))
        sns.publish(TargetArn=arn, Message="test-msg-2")
        check("receive-target-arn", sqs.receive_message(QueueUrl=orders.url))

    def test_a_device_that_does_not_exist(self, replay, sns, error_of):
        """There is no such endpoint."""
        check = replay("TestSNSPublishCrud::test_publish_non_existent_target")
        missing = "arn:aws:sns:us-east-1:123456789012:endpoint/APNS/abcdef/00000000"
        error = error_of(sns.publish, TargetArn=missing, Message="m")
        check("non-existent-endpoint", error)

    def test_what_is_no_arn(self, replay, sns, error_of):
        """Elements are counted."""
        check = replay("TestSNSPublishCrud::test_publish_wrong_arn_format")
        texts = {
            "invalid-topic-arn": "randomstring",
            "invalid-topic-arn-1": "randomstring:1",
            "empty-topic": "",
        }
        for step, text in texts.items():
            check(step, error_of(sns.publish, TopicArn=text, Message="m"))

    def test_a_topic_that_does_not_exist(self, replay, sns, arn, error_of):
        """It is not found."""
        check = replay("TestSNSPublishCrud::test_unknown_topic_publish")
        check("success", sns.publish(TopicArn=arn, Message="m"))
        check("error", error_of(sns.publish, TopicArn=f"{arn}-other", Message="m"))

    def test_batches_that_are_refused(self, replay, sns, error_of):
        """As a whole."""
        check = replay("TestSNSSubscriptionSQS::test_publish_batch_exceptions")
        fifo = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
        standard = sns.create_topic(Name="t")["TopicArn"]

        def entry(number, **more):
            return {"Id": str(number), "Message": "m", **more}

        structured = {"Message": json.dumps({"sqs": "m"}), "MessageStructure": "json"}
        batches = {
            "no-group-id": (fifo, [entry(1)]),
            "too-many-msg": (standard, [entry(number) for number in range(11)]),
            "same-msg-id": (standard, [entry(1), entry(1)]),
            "no-dedup-id": (fifo, [entry(1, MessageGroupId="g")]),
            "no-default-key-json": (standard, [entry(1, **structured)]),
        }
        for step, (topic, entries) in batches.items():
            error = error_of(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)
            check(step, error)

    def test_attributes_reach_queues(self, replay, sns, sqs, arn, orders):
        """As attributes of the message, or in its envelope."""
        check = replay("TestSNSSubscriptionSQS::test_message_attributes_not_missing")
        attributes = {
            "an-attribute-key": {"DataType": "String", "StringValue": "an-attribute-value"},
            "binary-attribute": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
        }
        given = {"TopicArn": arn, "Message": "text", "MessageAttributes": attributes}
        asked = {
            "QueueUrl": orders.url,
            "AttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        }
        raw = {"RawMessageDelivery": "true"}
        subscription = sns.subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint=orders.arn, Attributes=raw
        )["SubscriptionArn"]
        check("publish-msg-raw", sns.publish(**given))
        check("raw-delivery-msg-attrs", _readable(sqs.receive_message(**asked)))
        sns.set_subscription_attributes(
            SubscriptionArn=subscription,
            AttributeName="RawMessageDelivery",
            AttributeValue="false",
        )
        check("publish-msg-json", sns.publish(**given))
        check("json-delivery-msg-attrs", sqs.receive_message(**asked))

    def test_raw_and_enveloped(self, replay, sns, sqs, arn, orders):
        """The subscription says which."""
        check = replay("TestSNSSubscriptionSQS::test_publish_sqs_from_sns")
        subscription = sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=orders.arn)[
            "SubscriptionArn"
        ]
        for raw, number in (("true", "99.12"), ("false", "100.12")):
            sns.set_subscription_attributes(
                SubscriptionArn=subscription,
                AttributeName="RawMessageDelivery",
                AttributeValue=raw,
            )
            shown = sns.get_subscription_attributes(SubscriptionArn=subscription)
            check(f"sub-attrs-raw-{raw}", shown)
            attributes = {"attr1": {"DataType": "Number", "StringValue": number}}
            sns.publish(TopicArn=arn, Message="Test msg", MessageAttributes=attributes)
            answer = sqs.receive_message(QueueUrl=orders.url, MessageAttributeNames=["All"])
            check(f"message-raw-{raw}", answer)

    def test_characters_of_all_kinds(self, replay, sns, sqs, arn, orders):
        """They arrive as they are."""
        check = replay("TestSNSSubscriptionSQS::test_publish_unicode_chars")
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=orders.arn)
        sns.publish(TopicArn=arn, Message='ö§a1"_!?,. £$-')
        check("received-message", sqs.receive_message(QueueUrl=orders.url))

    def test_a_subscription_with_a_filter_policy(self, replay, sns, sqs, arn, orders):
        """It gets what fits."""
        check = replay("TestSNSSubscriptionSQS::test_subscribe_sqs_queue")
        policy = json.dumps({"attr1": [{"numeric": [">", 0, "<=", 100]}]})
        subscription = sns.subscribe(
            TopicArn=arn,
            Protocol="sqs",
            Endpoint=orders.arn,
            Attributes={"FilterPolicy": policy},
        )["SubscriptionArn"]
        shown = sns.get_subscription_attributes(SubscriptionArn=subscription)
        check("subscription-attributes", shown)
        attributes = {"attr1": {"DataType": "Number", "StringValue": "99.12"}}
        sns.publish(TopicArn=arn, Message="This is a test message", MessageAttributes=attributes)
        check("messages", sqs.receive_message(QueueUrl=orders.url))


class TestTelephones:
    """Text messages."""

    def test_opting_in_an_unknown_number(self, replay, sns):
        """It is no error."""
        check = replay("TestSNSSMS::test_opt_in_non_existing_phone_number")
        answer = sns.opt_in_phone_number(phoneNumber="+447418006000")
        check("opt-in-non-existing-number", answer)

    def test_numbers_that_are_none(self, replay, sns, arn, error_of):
        """Publishing and subscribing say so in words of their own."""
        check = replay("TestSNSSMS::test_publish_wrong_phone_format")
        error = error_of(sns.publish, PhoneNumber="+1a234", Message="m")
        check("invalid-number", error)
        error = error_of(sns.publish, PhoneNumber="NAA+15551234567", Message="m")
        check("wrong-format", error)
        given = {"TopicArn": arn, "Protocol": "sms", "Endpoint": "NAA+15551234567"}
        check("wrong-endpoint", error_of(sns.subscribe, **given))

    @pytest.mark.parametrize(
        ("case", "attributes"),
        [
            ("InvalidAttributeName", {"InvalidAttribute": "invalid"}),
            ("InvalidSMSType", {"DefaultSMSType": "invalid"}),
            ("NoLetterID", {"DefaultSenderID": "123"}),
            ("TooLongID", {"DefaultSenderID": "abcdefghijkl"}),
        ],
    )
    def test_settings_that_are_none(self, replay, sns, error_of, case, attributes):
        """Each has its text."""
        check = replay(f"TestSNSSMS::test_set_invalid_sms_attributes[{case}]")
        check("invalid-attribute", error_of(sns.set_sms_attributes, attributes=attributes))


class TestDevices:
    """Platform applications and endpoints."""

    def test_what_is_no_arn(self, replay, sns, error_of):
        """Elements are counted."""
        check = replay(
            "TestSNSPlatformApplicationCrud::test_get_platform_application_attributes_invalid_arn"
        )
        call = sns.get_platform_application_attributes
        check("invalid-application-arn", error_of(call, PlatformApplicationArn="invalid"))

    def test_an_application_that_does_not_exist(self, replay, sns, error_of):
        """It is not found."""
        check = replay(
            "TestSNSPlatformApplicationCrud::"
            "test_get_platform_application_attributes_non_existing_app"
        )
        missing = "arn:aws:sns:us-east-1:123456789012:app/APNS/missing"
        call = sns.get_platform_application_attributes
        check("non_existing-application-arn", error_of(call, PlatformApplicationArn=missing))

    @pytest.mark.parametrize(
        ("verb", "test"),
        [
            (
                "get",
                "TestSNSPlatformEndpointCrud::test_get_platform_endpoint_attributes_non_existent_endpoint",
            ),
            (
                "set",
                "TestSNSPlatformEndpointCrud::test_set_platform_endpoint_attributes_non_existent_endpoint",
            ),
        ],
    )
    def test_a_device_that_does_not_exist(self, replay, sns, error_of, verb, test):
        """It is not found."""
        check = replay(test)
        missing = "arn:aws:sns:us-east-1:123456789012:endpoint/APNS/app/00000000"
        given = {"EndpointArn": missing, **({"Attributes": {}} if verb == "set" else {})}
        error = error_of(getattr(sns, f"{verb}_endpoint_attributes"), **given)
        check("set-platform-endpoint-attributes-non-existent-app", error)


def _readable(answer):
    """The answer with bytes as the recording shows them."""
    for message in answer["Messages"]:
        for attribute in message["MessageAttributes"].values():
            if "BinaryValue" in attribute:
                attribute["BinaryValue"] = str(attribute["BinaryValue"])
    return answer
