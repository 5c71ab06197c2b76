"""How a message that is published reaches who has subscribed."""

import json

import pytest

from pytest_fakeaws.errors import UnknownResource
from pytest_fakeaws.services.sns.signatures import PLACEHOLDER


class TestQueues:
    """Queues as subscribers."""

    def test_every_queue_has_the_message_when_publish_returns(self, fakeaws, topic, sns):
        """A publish has fanned out to its queues when it returns."""
        queues = [fakeaws.create_queue(name) for name in ("orders", "audit")]
        for queue in queues:
            topic.subscribe(queue, raw=True)
        sns.publish(TopicArn=topic.arn, Message="one")
        assert [queue.messages.bodies for queue in queues] == [["one"], ["one"]]

    def test_an_envelope_says_what_was_published(self, topic, orders, sns):
        """Its members stand in AWS's order."""
        subscription = topic.subscribe(orders)
        answer = sns.publish(
            TopicArn=topic.arn,
            Subject="an order",
            Message='say "ä"',
            MessageAttributes={"priority": {"DataType": "Number", "StringValue": "3"}},
        )
        (body,) = orders.messages.bodies
        envelope = json.loads(body)
        url = "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="
        signed = ("SignatureVersion", "Signature", "SigningCertURL")
        assert [(name, value) for name, value in envelope.items() if name not in signed] == [
            ("Type", "Notification"),
            ("MessageId", answer["MessageId"]),
            ("TopicArn", topic.arn),
            ("Subject", "an order"),
            ("Message", 'say "ä"'),
            ("Timestamp", "2030-01-01T00:00:00.000Z"),
            ("UnsubscribeURL", url + subscription.arn),
            ("MessageAttributes", {"priority": {"Type": "Number", "Value": "3"}}),
        ]

    def test_raw_delivery_makes_attributes_of_the_message_of_the_queue(self, topic, orders):
        """Without an envelope the publisher's attributes are the message's."""
        topic.subscribe(orders, raw=True)
        topic.publish("one", attributes={"priority": 3, "key": b"\x02"})
        (message,) = orders.messages
        assert message.attributes == {"priority": "3", "key": b"\x02"}

    def test_each_protocol_can_have_a_text_of_its_own(self, topic, orders):
        """A queue gets the text for `sqs`, without attributes."""
        topic.subscribe(orders, raw=True)
        topic.publish({"default": "for all", "sqs": "for queues"}, attributes={"priority": 3})
        assert [(one.body, one.attributes) for one in orders.messages] == [("for queues", {})]


class TestEnvelopes:
    """What they cost, and when."""

    def test_none_is_written_before_somebody_reads(self, fakeaws, topic, monkeypatch):
        """A publish signs nothing; the first look does, once for all queues."""
        signed = []
        monkeypatch.setattr(
            "pytest_fakeaws.services.sns.signatures.sign",
            lambda members, version: signed.append(members) or PLACEHOLDER,
        )
        queues = [fakeaws.create_queue(f"q{number}") for number in range(3)]
        for queue in queues:
            topic.subscribe(queue)
        topic.publish("one")
        assert signed == []

        bodies = {queue.messages[0].body for queue in queues}
        assert (len(bodies), len(signed)) == (3, 1)


class TestFunctions:
    """Functions as subscribers."""

    def test_a_function_runs_when_time_is_next_driven(self, fakeaws, topic):
        """The event has one record; members that hold a URL are called Url there."""
        function = fakeaws.create_function("invoice", lambda event, context: None)
        subscription = topic.subscribe(function)
        topic.publish("one")
        assert function.invocations == ()
        fakeaws.clock.advance(0)
        (record,) = function.invocations[0].event["Records"]
        assert (record["EventSource"], record["EventSubscriptionArn"]) == (
            "aws:sns",
            subscription.arn,
        )
        assert record["Sns"]["Message"] == "one"
        assert record["Sns"]["Subject"] is None
        assert record["Sns"]["UnsubscribeUrl"].endswith(subscription.arn)
        assert record["Sns"]["MessageAttributes"] == {}

    def test_a_failing_function_is_retried_by_lambda(self, fakeaws, topic):
        """Once accepted, an event is Lambda's: after one minute, and after two more."""
        function = fakeaws.create_function("invoice", lambda event, context: 1 / 0)
        topic.subscribe(function)
        topic.publish("one")
        fakeaws.clock.run_until_idle()
        assert [run.attempt for run in function.invocations] == [1, 2, 3]


class TestHandles:
    """What a test holds of topics."""

    def test_a_topic_shows_what_was_published(self, topic):
        """Notifications are plain values."""
        topic.publish("one", subject="first", attributes={"n": 1})
        (notification,) = topic.notifications
        assert (notification.message, notification.subject, notification.attributes) == (
            "one",
            "first",
            {"n": "1"},
        )

    def test_who_unsubscribes_hears_no_more(self, topic, orders):
        """A subscription can be ended by its handle."""
        topic.subscribe(orders).unsubscribe()
        topic.publish("one")
        assert orders.messages.bodies == []
        assert topic.subscriptions == ()

    def test_an_unknown_topic_is_explained(self, fakeaws, topic):
        """The likely one is named."""
        with pytest.raises(UnknownResource, match='Did you mean "orders-topic"'):
            fakeaws.topic("order-topic")
