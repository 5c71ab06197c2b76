"""What goes to people: mails, text messages and notifications on their devices."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pytest_fakeaws.services.sns.outbox import Email, Push, TextMessage

ADA, NUMBER = "ada@shop.example", "+4915112345678"


@pytest.fixture
def device(sns):
    """A mobile device."""
    application = sns.create_platform_application(
        Name="shop", Platform="GCM", Attributes={"PlatformCredential": "secret"}
    )["PlatformApplicationArn"]
    created = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token-1")
    return created["EndpointArn"]


def test_a_mail_address_is_asked_first(fakeaws, topic):
    """The request is a mail; nothing else is sent before its owner agrees."""
    subscription = topic.subscribe(ADA)
    topic.publish("too early")
    (request,) = fakeaws.outbox.emails
    assert request.type == "SubscriptionConfirmation"
    assert request.subject == "AWS Notification - Subscription Confirmation"
    assert "Action=ConfirmSubscription" in request.body
    subscription.confirm()
    topic.publish("one")
    assert fakeaws.outbox.emails[-1].body == "one"


def test_a_mail_says_what_was_published(fakeaws, topic):
    """To whom, under which subject, and when."""
    topic.subscribe(ADA).confirm()
    fakeaws.clock.advance("1 h")
    first = topic.publish("one", subject="News")
    second = topic.publish("two")
    assert fakeaws.outbox.emails[1:] == [
        Email(ADA, "News", "one", fakeaws.clock.now(), first, topic.arn),
        Email(ADA, "AWS Notification Message", "two", fakeaws.clock.now(), second, topic.arn),
    ]


def test_a_mail_can_say_it_in_json(fakeaws, topic, sns):
    """With the protocol `email-json`, the request too."""
    sns.subscribe(TopicArn=topic.arn, Protocol="email-json", Endpoint=ADA)
    token = fakeaws.outbox.emails[0].json()["Token"]
    sns.confirm_subscription(TopicArn=topic.arn, Token=token)
    topic.publish({"default": "one", "email-json": "two", "email": "three"})
    assert fakeaws.outbox.emails[-1].json()["Message"] == "two"


def test_a_text_message_goes_to_a_number_that_subscribes(fakeaws, topic):
    """Nobody is asked."""
    topic.subscribe(NUMBER)
    message_id = topic.publish({"default": "one", "sms": "short"})
    now = fakeaws.clock.now()
    assert fakeaws.outbox.sms == [TextMessage(NUMBER, "short", now, message_id, topic.arn)]
    assert fakeaws.outbox.sms[0].subject is None


def test_a_text_message_goes_to_a_number_that_is_published_to(fakeaws, sns):
    """Without a topic; the account's settings and the message's attributes say from whom."""
    sns.set_sms_attributes(
        attributes={"DefaultSenderID": "shop", "DefaultSMSType": "Transactional"}
    )
    sns.publish(PhoneNumber=NUMBER, Message="one")
    sender = {"DataType": "String", "StringValue": "bank"}
    kind = {"DataType": "String", "StringValue": "Promotional"}
    sns.publish(
        PhoneNumber=NUMBER,
        Message="two",
        MessageAttributes={"AWS.SNS.SMS.SenderID": sender, "AWS.SNS.SMS.SMSType": kind},
    )
    sent = [(one.body, one.sender_id, one.type, one.topic) for one in fakeaws.outbox.sms]
    assert sent == [("one", "shop", "Transactional", None), ("two", "bank", "Promotional", None)]


def test_a_number_that_has_opted_out_gets_nothing(fakeaws, topic, sns):
    """Neither by a topic nor directly; it is not tried again, and the timeline says why."""
    fakeaws.opt_out(NUMBER)
    subscription = topic.subscribe(NUMBER)
    topic.publish("one")
    sns.publish(PhoneNumber=NUMBER, Message="two")
    fakeaws.clock.run_until_idle()
    assert fakeaws.outbox.sms == []
    assert [attempt.error for attempt in subscription.attempts] == ["Phone number is opted out"]
    assert fakeaws.timeline().count("Phone number is opted out") > 1


def test_a_number_that_opts_in_again_gets_messages(fakeaws, topic, sns):
    """By the operation."""
    fakeaws.opt_out(NUMBER)
    sns.opt_in_phone_number(phoneNumber=NUMBER)
    topic.subscribe(NUMBER)
    topic.publish("one")
    assert [one.body for one in fakeaws.outbox.sms] == ["one"]


def test_a_device_is_notified_by_a_topic(fakeaws, topic, device):
    """With the payload for its platform."""
    topic.subscribe(device)
    message_id = topic.publish({"default": "one", "GCM": '{"notification": 1}'}, subject="a")
    now = fakeaws.clock.now()
    assert fakeaws.outbox.pushes == [
        Push(device, "GCM", "token-1", "a", '{"notification": 1}', now, message_id, topic.arn)
    ]
    assert fakeaws.outbox.pushes[0].json() == {"notification": 1}


def test_a_device_is_notified_directly(fakeaws, sns, device):
    """Without a topic."""
    sns.publish(TargetArn=device, Message="one")
    (push,) = fakeaws.outbox.pushes
    assert (push.recipient, push.body, push.topic) == (device, "one", None)


def test_a_disabled_device_is_not_tried_again(fakeaws, topic, sns, device):
    """It is a client-side error, and may leave a dead letter."""
    dead = fakeaws.create_queue("dead")
    subscription = topic.subscribe(device, dead_letter_queue=dead)
    sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert fakeaws.outbox.pushes == []
    assert [attempt.error for attempt in subscription.attempts] == [
        "EndpointDisabled: Endpoint is disabled"
    ]
    assert len(dead.messages) == 1


def test_a_device_that_is_gone_is_not_tried_again(fakeaws, topic, sns, device):
    """The same."""
    subscription = topic.subscribe(device)
    sns.delete_endpoint(EndpointArn=device)
    topic.publish("one")
    assert [attempt.error for attempt in subscription.attempts] == ["Endpoint does not exist"]


def test_mail_is_retried_for_hours(fakeaws, topic):
    """By the schedule for endpoints that customers manage."""
    subscription = topic.subscribe(ADA)
    subscription.confirm()
    subscription.disconnect("30 min", reason="421 try again later")
    start = fakeaws.clock.now()
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    (delivery,) = subscription.deliveries
    assert delivery.delivered
    assert [round((one.at - start).total_seconds()) for one in delivery.attempts][:5] == [
        0,
        10,
        20,
        30,
        41,
    ]
    assert fakeaws.outbox.emails[-1].at - start > timedelta(minutes=30)


def test_mail_is_given_up_after_51_attempts(fakeaws, topic):
    """The first, and fifty retries."""
    subscription = topic.subscribe(ADA)
    subscription.confirm()
    subscription.disconnect()
    topic.publish("one")
    fakeaws.clock.run_until_idle()
    assert len(subscription.attempts) == 51


def test_the_outbox_is_empty_after_a_reset(fakeaws):
    """Like everything else."""
    fakeaws.create_topic("orders-topic").subscribe(NUMBER)
    fakeaws.topic("orders-topic").publish("one")
    assert repr(fakeaws.outbox) == "<Outbox: 0 emails, 1 sms, 0 pushes>"
    fakeaws.reset()
    assert fakeaws.outbox.sms == []
