"""The outbox: what went to people and their telephones, where a test can read it.

See https://docs.aws.amazon.com/sns/latest/dg/sns-user-notifications.html.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NOTIFICATION = "Notification"
SUBSCRIPTION_CONFIRMATION = "SubscriptionConfirmation"


@dataclass(frozen=True)
class Email:
    """A mail.

    Attributes:
        recipient: The address.
        subject: Its subject.
        body: Its text; for the protocol `email-json` the JSON that other endpoints get.
        at: When it went out.
        notification_id: The message id of what was published, or of the request to confirm.
        topic: The ARN of the topic.
        type: `Notification` or `SubscriptionConfirmation`.
    """

    recipient: str
    subject: str
    body: str
    at: datetime
    notification_id: str
    topic: str
    type: str = NOTIFICATION

    def json(self) -> Any:
        """What the body says, if it is JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class TextMessage:
    """A text message.

    Attributes:
        recipient: The telephone number.
        body: Its text.
        at: When it went out.
        notification_id: The message id of what was published.
        topic: The ARN of the topic, or nothing if it was published to the number.
        sender_id: Who it is from, if that was said.
        type: `Promotional` or `Transactional`.
    """

    recipient: str
    body: str
    at: datetime
    notification_id: str
    topic: str | None = None
    sender_id: str | None = None
    type: str = "Promotional"

    @property
    def subject(self) -> None:
        """Text messages have none."""
        return


@dataclass(frozen=True)
class Push:
    """A notification on a mobile device.

    Attributes:
        recipient: The ARN of the platform endpoint.
        platform: `APNS`, `GCM` and so on.
        token: The device's.
        subject: Its subject, if it has one.
        body: Its payload: that for the platform, or the default one.
        at: When it went out.
        notification_id: The message id of what was published.
        topic: The ARN of the topic, or nothing if it was published to the endpoint.
    """

    recipient: str
    platform: str
    token: str
    subject: str | None
    body: str
    at: datetime
    notification_id: str
    topic: str | None = None

    def json(self) -> Any:
        """What the body says, if it is JSON."""
        return json.loads(self.body)


class Outbox:
    """Everything that went out, oldest first.

    Attributes:
        emails: The mails, requests to confirm a subscription among them.
        sms: The text messages.
        pushes: The notifications on mobile devices.
    """

    def __init__(self) -> None:
        self.emails: list[Email] = []
        self.sms: list[TextMessage] = []
        self.pushes: list[Push] = []

    def __repr__(self) -> str:
        counts = f"{len(self.emails)} emails, {len(self.sms)} sms, {len(self.pushes)} pushes"
        return f"<Outbox: {counts}>"
