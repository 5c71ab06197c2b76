"""Deliveries to people: by mail, by text message, on their mobile devices.

See https://docs.aws.amazon.com/sns/latest/dg/sns-user-notifications.html.
"""

from __future__ import annotations

from pytest_fakeaws.services.sns.envelope import Envelope
from pytest_fakeaws.services.sns.failures import Failure, Undeliverable
from pytest_fakeaws.services.sns.notification import MessageAttributes, Notification
from pytest_fakeaws.services.sns.outbox import Email, Outbox, Push, TextMessage
from pytest_fakeaws.services.sns.platforms import Platforms
from pytest_fakeaws.services.sns.sms import Sms
from pytest_fakeaws.services.sns.subscription import Subscription
from pytest_fakeaws.sim.instants import to_datetime
from pytest_fakeaws.sim.simulation import Simulation

DEFAULT_SUBJECT = "AWS Notification Message"
"""Of a mail about what was published without one."""

_PROMOTIONAL = "Promotional"
_SENDER_ID, _SMS_TYPE = "AWS.SNS.SMS.SenderID", "AWS.SNS.SMS.SMSType"


class PersonalCarrier:
    """Puts notifications into the outbox.

    Args:
        simulation: The clock.
        outbox: Where they go.
        sms: Who wants text messages, and from whom they are.
        platforms: The mobile devices.
    """

    def __init__(
        self, simulation: Simulation, outbox: Outbox, *, sms: Sms, platforms: Platforms
    ) -> None:
        self._simulation = simulation
        self._outbox = outbox
        self._sms = sms
        self._platforms = platforms

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
        """Send a text message.

        Raises:
            Undeliverable: The number's owner wants none.
        """
        account, number = self._sms.account(subscription.owner), subscription.endpoint
        if number in account.opted_out:
            raise Undeliverable(Failure("Phone number is opted out", may_pass=False))
        attributes = notification.attributes
        kind = _value(attributes, _SMS_TYPE) or account.settings.get("DefaultSMSType")
        self._outbox.sms.append(
            TextMessage(
                recipient=number,
                body=notification.text("sms"),
                at=to_datetime(self._simulation.now),
                notification_id=notification.id,
                topic=_topic(subscription),
                sender_id=_value(attributes, _SENDER_ID) or account.settings.get("DefaultSenderID"),
                type=kind or _PROMOTIONAL,
            )
        )

    def push(self, subscription: Subscription, notification: Notification) -> None:
        """Notify a mobile device.

        Raises:
            SnsError: It is disabled, or its application is.
            Undeliverable: It does not exist.
        """
        device = self._platforms.find_endpoint(subscription.endpoint)
        if device is None:
            raise Undeliverable(Failure("Endpoint does not exist", may_pass=False))
        device.check_enabled()
        platform = device.application.platform
        self._outbox.pushes.append(
            Push(
                recipient=device.arn,
                platform=platform,
                token=device.token,
                subject=notification.subject,
                body=notification.text(platform),
                at=to_datetime(self._simulation.now),
                notification_id=notification.id,
                topic=_topic(subscription),
            )
        )


def _topic(subscription: Subscription) -> str | None:
    """The topic, unless something was published to an endpoint that subscribes to nothing."""
    return subscription.topic_arn if subscription.arn else None


def _value(attributes: MessageAttributes, name: str) -> str | None:
    return attributes.get(name, {}).get("StringValue")
