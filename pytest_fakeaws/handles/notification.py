"""What was published to a topic, as a test looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pytest_fakeaws.handles.views import History, value_of
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sns.notification import Notification as PublishedNotification
from pytest_fakeaws.sim.instants import to_datetime


@dataclass(frozen=True)
class Notification:
    """What was published.

    Attributes:
        message: The text, or the default one of a message with a text for each protocol.
        id: Its message id.
        subject: Its subject, if it has one.
        attributes: The publisher's attributes: text, or bytes for binary ones.
        messages: Texts by protocol, where `MessageStructure` was `json`.
        published: When.
    """

    message: str
    id: str
    subject: str | None
    attributes: dict[str, str | bytes]
    messages: dict[str, str]
    published: datetime
    _journal: Journal = field(repr=False, compare=False)

    @property
    def history(self) -> History:
        """What happened to it, up to now."""
        return History.of(self.id, self._journal)


class Notifications(tuple[Notification, ...]):
    """Notifications, oldest first."""

    __slots__ = ()

    @classmethod
    def of(cls, notifications: Iterable[PublishedNotification], journal: Journal) -> Notifications:
        """A view of *notifications*."""
        return cls(
            Notification(
                message=one.message,
                id=one.id,
                subject=one.subject,
                attributes={name: value_of(given) for name, given in one.attributes.items()},
                messages=dict(one.messages or {}),
                published=to_datetime(one.published_at),
                _journal=journal,
            )
            for one in notifications
        )

    @property
    def messages(self) -> list[str]:
        """The messages, in the same order."""
        return [notification.message for notification in self]
