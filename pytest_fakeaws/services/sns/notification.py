"""A notification: what was published, once, for all who subscribe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, TypeAlias

from pytest_fakeaws.journal.entries import excerpt
from pytest_fakeaws.services.sns.filter_policy import FilteredMessage
from pytest_fakeaws.sim.instants import Instant

if TYPE_CHECKING:
    from pytest_fakeaws.services.sns.envelope import Envelope

MessageAttributes: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Attributes by name, each with `DataType` and `StringValue` or `BinaryValue`."""


class Notification:
    """What was published to a topic.

    Args:
        notification_id: The `MessageId`.
        topic_arn: To which topic.
        message: The text for every protocol that has none of its own.
        published_at: When.
        subject: The subject.
        messages: Texts by protocol, of a message with `MessageStructure="json"`; else `None`.
        attributes: The publisher's attributes.
        group: The `MessageGroupId`.
        deduplication_id: The `MessageDeduplicationId`.
        sequence_number: Its place in a FIFO topic.
        trace_header: The X-Ray trace header that came with it.

    Attributes:
        id: The `MessageId`.
        signature_version: How it is signed, if it is.
        excerpt: The beginning of the message, for the journal.
        envelopes: What was made of it for subscribers, by protocol.
        packs: What packs it for the queues of its subscribers, by protocol and whether they get it raw.
    """

    __slots__ = (
        "_filtered",
        "_ungrouped",
        "attributes",
        "deduplication_id",
        "envelopes",
        "excerpt",
        "group",
        "id",
        "message",
        "messages",
        "packs",
        "published_at",
        "sequence_number",
        "signature_version",
        "subject",
        "topic_arn",
        "trace_header",
    )

    def __init__(
        self,
        notification_id: str,
        topic_arn: str,
        message: str,
        published_at: Instant,
        *,
        subject: str | None = None,
        messages: Mapping[str, str] | None = None,
        attributes: MessageAttributes | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
        sequence_number: str | None = None,
        trace_header: str | None = None,
    ) -> None:
        self.id = notification_id
        self.topic_arn = topic_arn
        self.message = message
        self.published_at = published_at
        self.subject = subject
        self.messages = messages
        self.attributes = attributes or {}
        self.group = group
        self.deduplication_id = deduplication_id
        self.sequence_number = sequence_number
        self.trace_header = trace_header
        self.signature_version: str | None = None
        self.excerpt = excerpt(message)
        self._ungrouped: Notification | None = None
        self._filtered: dict[str, FilteredMessage] = {}
        self.envelopes: dict[str, Envelope] = {}
        self.packs: dict[tuple[str, bool], Callable[[str], object]] = {}

    def text(self, protocol: str) -> str:
        """The message as subscribers of *protocol* get it."""
        return self.message if self.messages is None else self.messages.get(protocol, self.message)

    @property
    def ungrouped(self) -> Notification:
        """The same as standard queues get it from a FIFO topic; at every call the same one."""
        if self._ungrouped is None:
            self._ungrouped = self._but(group=None, deduplication_id=None)
        return self._ungrouped

    def replayed(self) -> Notification:
        """The same as it comes out of an archive."""
        attributes = {**self.attributes, "Replayed": {"DataType": "String", "StringValue": "true"}}
        return self._but(attributes=attributes, envelopes={}, _filtered={}, _ungrouped=None)

    def _but(self, **changes: Any) -> Notification:
        other = copy(self)
        other.packs = {}
        for name, value in changes.items():
            setattr(other, name, value)
        return other

    def filtered(self, protocol: str) -> FilteredMessage:
        """What the filter policies of subscribers of *protocol* look at; the same at every call."""
        filtered = self._filtered.get(protocol)
        if filtered is None:
            text = self.text(protocol)
            known = (other for other in self._filtered.values() if other.text == text)
            filtered = next(known, None)
            if filtered is None:
                filtered = FilteredMessage(self.attributes, text)
            self._filtered[protocol] = filtered
        return filtered

    @property
    def sent_attributes(self) -> MessageAttributes:
        """The attributes that subscribers get: none of a message that is structured by protocol.

        See https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html.
        """
        return self.attributes if self.messages is None else {}
