"""Deliveries to people: by mail, by text message, on their mobile devices.

See https://docs.aws.amazon.com/sns/latest/dg/sns-user-notifications.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.sns.envelope import Envelope
from pytest_fakeaws.services.sns.notification import MessageAttributes, Notification
from pytest_fakeaws.services.sns.outbox import Email, Outbox, Push, TextMessage
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.instants import to_datetime
from pytest_fakeaws.sim.simulation import Simulation

DEFAULT_SUBJECT = "AWS Notification Message"
"""Of a mail about what was published without one."""

_SENDER_ID, _SMS_TYPE = "AWS.SNS.SMS.SenderID", "AWS.SNS.SMS.SMSType"


class PersonalCarrier:
    """Puts notifications into the outbox.

    Args:
        simulation: The clock.
        outbox: Where they go.
        sms_attributes: The account's settings for text messages.
    """

    def __init__(
        self, simulation: Simulation, outbox: Outbox, sms_attributes: Mapping[str, str]
    ) -> None:
        self._simulation = simulation
        self._outbox = outbox
        self._sms_attributes = sms_attributes

    def mail(self, subscription: Subscription, notification: Notification) -> None:
        """Send a mail."""
        self._mail(subscription, notification, notification.text("email"))

    def mail_json(self, subscription: Subscription, notification: Notification) -> None:
        """Send a mail that says what other endpoints get."""
        envelope = Envelope.of(notification, "email-json")
        self._mail(subscription, notification, envelope.body(subscription.arn))

    def _mail(self, subscription: Subscription, notification: Notification, body: str) -> None:
        self._outbox.emails.append(
            Email(
                recipient=subscription.endpoint,
                subject=notification.subject or DEFAULT_SUBJECT,
                body=body,
                at=to_datetime(self._simulation.now),
                notification_id=notification.id,
                topic=notification.topic_arn,
            )
        )

    def text(self, subscription: Subscription, notification: Notification) -> None:
        """Send a text message."""
        self.text_to(subscription.endpoint, notification, notification.topic_arn)

    def text_to(self, number: str, notification: Notification, topic: str | None = None) -> None:
        """Send a text message to a number."""
        attributes, settings = notification.attributes, self._sms_attributes
        kind = _value(attributes, _SMS_TYPE) or settings.get("DefaultSMSType")
        self._outbox.sms.append(
            TextMessage(
                recipient=number,
                body=notification.text("sms"),
                at=to_datetime(self._simulation.now),
                notification_id=notification.id,
                topic=topic,
                sender_id=_value(attributes, _SENDER_ID) or settings.get("DefaultSenderID"),
                type=kind or "Promotional",
            )
        )

    def push(self, subscription: Subscription, notification: Notification) -> None:
        """Notify a mobile device."""
        self.push_to(subscription.endpoint, notification, notification.topic_arn)

    def push_to(
        self, endpoint: str, notification: Notification, topic: str | None = None, token: str = ""
    ) -> None:
        """Notify the mobile device of a platform endpoint."""
        arn = Arn.parse(endpoint)
        platform = arn.resource.split("/")[1] if arn is not None and "/" in arn.resource else ""
        self._outbox.pushes.append(
            Push(
                recipient=endpoint,
                platform=platform,
                token=token,
                subject=notification.subject,
                body=notification.text(platform),
                at=to_datetime(self._simulation.now),
                notification_id=notification.id,
                topic=topic,
            )
        )


def _value(attributes: MessageAttributes, name: str) -> str | None:
    return attributes.get(name, {}).get("StringValue")
