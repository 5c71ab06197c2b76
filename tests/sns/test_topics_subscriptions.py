"""Subscriptions: who subscribes, confirms, and hears no more."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

OTHER_ACCOUNT = "111122223333"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"


@pytest.fixture
def stranger(fakeaws):
    """Keyword arguments of clients of another account."""
    return fakeaws.credentials(OTHER_ACCOUNT)


@pytest.fixture
def subscribe(sns, topic):
    """Subscribes to the topic."""

    def subscribe(protocol="sqs", endpoint=QUEUE, **more):
        return sns.subscribe(TopicArn=topic.arn, Protocol=protocol, Endpoint=endpoint, **more)[
            "SubscriptionArn"
        ]

    return subscribe


class TestSubscribing:
    """Who can subscribe, and how."""

    def test_subscribing_twice_is_subscribing_once(self, subscribe, topic):
        """The ARN is that of the first time."""
        first = subscribe(Attributes={"RawMessageDelivery": "true"})
        assert subscribe() == first
        assert subscribe(Attributes={"RawMessageDelivery": "true"}) == first
        assert len(topic.subscriptions) == 1

    def test_subscribing_again_with_other_attributes(self, subscribe, error_of):
        """What is given must be the same."""
        subscribe()
        error = error_of(subscribe, Attributes={"RawMessageDelivery": "true"})["Error"]
        assert error["Message"] == (
            "Invalid parameter: Attributes Reason: Subscription already exists with different "
            "attributes"
        )

    @pytest.mark.parametrize(
        ("protocol", "endpoint", "text"),
        [
            ("pigeon", "coo", "Amazon SNS does not support this protocol string: pigeon"),
            ("http", "https://shop.example", "Endpoint must match the specified protocol"),
            ("https", "http://shop.example", "Endpoint must match the specified protocol"),
            ("email", "nobody", "Email address"),
            ("lambda", QUEUE, "Lambda endpoint ARN"),
            ("firehose", QUEUE, "Firehose endpoint ARN"),
            ("application", QUEUE, "Application endpoint arn invalid"),
            (
                "sqs",
                f"{QUEUE}.fifo",
                (
                    "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to "
                    "standard SNS topics"
                ),
            ),
        ],
    )
    def test_endpoints_that_do_not_fit(self, subscribe, error_of, protocol, endpoint, text):
        """Each protocol has its endpoints."""
        error = error_of(subscribe, protocol, endpoint)["Error"]
        assert error["Message"] == f"Invalid parameter: {text}"

    def test_a_telephone_cannot_subscribe_to_a_fifo_topic(self, sns, fakeaws, error_of):
        """Only queues can."""
        fifo = fakeaws.create_topic("t.fifo")
        given = {"TopicArn": fifo.arn, "Protocol": "sms", "Endpoint": "+15551234567"}
        assert "FIFO SNS topics" in error_of(sns.subscribe, **given)["Error"]["Message"]

    @pytest.mark.parametrize(
        ("attributes", "text"),
        [
            ({"Colour": "red"}, "Unknown attribute: Colour"),
            (
                {"RawMessageDelivery": "maybe"},
                "RawMessageDelivery: Invalid value [maybe]. Must be true or false.",
            ),
        ],
    )
    def test_attributes_that_are_none(self, subscribe, error_of, attributes, text):
        """The error says where they stand."""
        error = error_of(subscribe, Attributes=attributes)["Error"]
        assert error["Message"] == f"Invalid parameter: Attributes Reason: {text}"

    def test_raw_messages_are_not_for_functions(self, subscribe, error_of):
        """Their events have a form of their own."""
        function = "arn:aws:lambda:us-east-1:123456789012:function:f"
        error = error_of(subscribe, "lambda", function, Attributes={"RawMessageDelivery": "true"})[
            "Error"
        ]
        assert "[lambda] does not support raw message delivery" in error["Message"]

    def test_an_attribute_that_does_not_exist_cannot_be_set(self, sns, subscribe, error_of):
        """Nor one that is only shown."""
        given = {"SubscriptionArn": subscribe(), "AttributeName": "Owner", "AttributeValue": "me"}
        error = error_of(sns.set_subscription_attributes, **given)["Error"]
        assert error["Message"] == "Invalid parameter: AttributeName"

    def test_subscriptions_come_in_pages(self, sns, topic, subscribe):
        """Those of a topic, and those of an account."""
        arns = {subscribe(endpoint=f"{QUEUE}-{number}") for number in range(101)}
        for pages in (
            sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic.arn),
            sns.get_paginator("list_subscriptions").paginate(),
        ):
            listed = [page["Subscriptions"] for page in pages]
            assert [len(page) for page in listed] == [100, 1]
            assert {one["SubscriptionArn"] for page in listed for one in page} == arns

    def test_what_is_left_of_a_deleted_topic(self, sns, topic, subscribe, error_of):
        """Its subscriptions are gone with it."""
        arn = subscribe()
        sns.delete_topic(TopicArn=topic.arn)
        assert sns.list_subscriptions()["Subscriptions"] == []
        error = error_of(sns.get_subscription_attributes, SubscriptionArn=arn)["Error"]
        assert error["Message"] == "Subscription does not exist"

    def test_effective_delivery_policies_are_those_of_http_endpoints(self, sns, subscribe):
        """A queue shows none."""
        shown = sns.get_subscription_attributes(SubscriptionArn=subscribe())["Attributes"]
        assert "EffectiveDeliveryPolicy" not in shown
        arn = subscribe("https", "https://shop.example/hook", ReturnSubscriptionArn=True)
        shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        policy = json.loads(shown["EffectiveDeliveryPolicy"])
        assert policy["healthyRetryPolicy"]["numRetries"] == 3


class TestConfirming:
    """Subscriptions that their endpoint's owner must agree to."""

    @pytest.fixture
    def theirs(self, fakeaws, topic, stranger):
        """The queue of another account that lets the topic's account send to it."""
        sqs = boto3.client("sqs", **stranger)
        url = sqs.create_queue(QueueName="theirs")["QueueUrl"]
        sqs.add_permission(
            QueueUrl=url,
            Label="topic",
            AWSAccountIds=["123456789012"],
            Actions=["SendMessage"],
        )

        def receive():
            answer = sqs.receive_message(QueueUrl=url)
            (message,) = answer.get("Messages", [None])
            if message is not None:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message and json.loads(message["Body"])

        return receive

    @pytest.fixture
    def their_arn(self):
        """Its ARN."""
        return f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:theirs"

    @pytest.mark.parametrize(
        ("protocol", "endpoint"),
        [
            ("http", "http://shop.example/hook"),
            ("https", "https://shop.example/hook"),
            ("email", "ada@shop.example"),
            ("email-json", "ada@shop.example"),
        ],
    )
    def test_it_is_pending_at_first(self, sns, topic, subscribe, protocol, endpoint):
        """The ARN is told only if that is asked for."""
        assert subscribe(protocol, endpoint) == "pending confirmation"
        arn = subscribe(protocol, endpoint, ReturnSubscriptionArn=True)
        assert arn.startswith(f"{topic.arn}:")
        (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic.arn)["Subscriptions"]
        assert listed["SubscriptionArn"] == "PendingConfirmation"
        shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == (
            "true",
            "false",
        )

    def test_the_owner_of_a_queue_is_sent_a_token(self, topic, subscribe, theirs, their_arn):
        """In a message that says what to do with it."""
        assert subscribe(endpoint=their_arn) == "pending confirmation"
        request = theirs()
        assert list(request)[:7] == [
            "Type",
            "MessageId",
            "Token",
            "TopicArn",
            "Message",
            "SubscribeURL",
            "Timestamp",
        ]
        assert request["Type"] == "SubscriptionConfirmation"
        asked = parse_qs(urlsplit(request["SubscribeURL"]).query)
        assert asked == {
            "Action": ["ConfirmSubscription"],
            "TopicArn": [topic.arn],
            "Token": [request["Token"]],
        }
        assert re.fullmatch("[0-9a-f]{224}", request["Token"])

    def test_nothing_is_delivered_before(self, sns, topic, subscribe, theirs, their_arn):
        """And what was published before is not delivered later."""
        subscribe(endpoint=their_arn)
        token = theirs()["Token"]
        topic.publish("too early")
        assert theirs() is None
        arn = sns.confirm_subscription(TopicArn=topic.arn, Token=token)["SubscriptionArn"]
        assert topic.subscriptions[0].arn == arn
        assert topic.subscriptions[0].confirmed
        topic.publish("in time")
        assert theirs()["Message"] == "in time"

    def test_a_token_can_be_used_again(self, sns, topic, subscribe, theirs, their_arn):
        """The answer is the same."""
        subscribe(endpoint=their_arn)
        token = theirs()["Token"]
        first, second = (
            sns.confirm_subscription(TopicArn=topic.arn, Token=token)["SubscriptionArn"]
            for _ in range(2)
        )
        assert first == second

    def test_a_token_is_valid_for_two_days(
        self, fakeaws, sns, topic, subscribe, theirs, their_arn, error_of
    ):
        """Then subscribing again brings another."""
        subscribe(endpoint=their_arn)
        old = theirs()["Token"]
        fakeaws.clock.advance("2 days")
        error = error_of(sns.confirm_subscription, TopicArn=topic.arn, Token=old)["Error"]
        assert error["Message"] == "Invalid parameter: Token"
        subscribe(endpoint=their_arn)
        sns.confirm_subscription(TopicArn=topic.arn, Token=theirs()["Token"])
        assert topic.subscriptions[0].confirmed

    def test_a_token_is_for_one_topic(self, sns, fakeaws, subscribe, theirs, their_arn, error_of):
        """Not for another."""
        subscribe(endpoint=their_arn)
        other = fakeaws.create_topic("other")
        token = theirs()["Token"]
        error = error_of(sns.confirm_subscription, TopicArn=other.arn, Token=token)["Error"]
        assert error["Message"] == "Invalid parameter: Token"

    def test_a_queue_that_lets_nobody_send_is_asked_nothing(self, sns, subscribe, stranger):
        """The subscription stays pending."""
        sqs = boto3.client("sqs", **stranger)
        url = sqs.create_queue(QueueName="closed")["QueueUrl"]
        subscribe(endpoint=f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:closed")
        assert "Messages" not in sqs.receive_message(QueueUrl=url)

    def test_who_owns_queue_and_subscription_need_not_confirm(
        self, sns, topic, stranger, theirs, their_arn
    ):
        """If the topic lets them subscribe."""
        sns.add_permission(
            TopicArn=topic.arn, Label="p", AWSAccountId=[OTHER_ACCOUNT], ActionName=["Subscribe"]
        )
        arn = boto3.client("sns", **stranger).subscribe(
            TopicArn=topic.arn, Protocol="sqs", Endpoint=their_arn
        )["SubscriptionArn"]
        assert arn.startswith(topic.arn)
        topic.publish("for strangers")
        assert theirs()["Message"] == "for strangers"

    def test_only_owners_touch_a_subscription(self, sns, subscribe, stranger, error_of):
        """That of the subscription, or of its topic."""
        arn = subscribe()
        client = boto3.client("sns", **stranger)
        for call in (client.unsubscribe, client.get_subscription_attributes):
            error = error_of(call, SubscriptionArn=arn)["Error"]
            assert error["Code"] == "AuthorizationError"
        sns.unsubscribe(SubscriptionArn=arn)


class TestHandles:
    """What a test says of subscribers."""

    @pytest.mark.parametrize(
        ("given", "protocol"),
        [
            ("https://shop.example/hook", "https"),
            ("http://shop.example/hook", "http"),
            ("+15551234567", "sms"),
            ("ada@shop.example", "email"),
            ("orders", "sqs"),
            (QUEUE, "sqs"),
            ("arn:aws:lambda:us-east-1:123456789012:function:f", "lambda"),
        ],
    )
    def test_the_protocol_follows_from_what_is_given(self, topic, orders, given, protocol):
        """A name is that of a queue or a function."""
        assert topic.subscribe(given).protocol == protocol

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ("order", 'Did you mean "orders"'),
            (7, "It is of type int"),
            ("arn:aws:s3:::bucket", "cannot subscribe to a topic"),
        ],
    )
    def test_what_cannot_subscribe_is_explained(self, topic, orders, given, text):
        """With what to do instead."""
        with pytest.raises(Exception, match=text):
            topic.subscribe(given)

    def test_a_subscription_that_is_gone_is_explained(self, topic, orders):
        """Its handle says so."""
        subscription = topic.subscribe(orders)
        subscription.unsubscribe()
        with pytest.raises(LookupError, match="does not exist any more"):
            _ = subscription.confirmed

    def test_a_slip_of_the_pen_is_explained(self, topic, orders):
        """The likely keyword is named."""
        with pytest.raises(TypeError, match='Did you mean "raw"'):
            topic.subscribe(orders, row=True)
