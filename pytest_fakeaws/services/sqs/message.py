"""A message: what was sent, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from hashlib import md5
from typing import Any, TypeAlias

from pytest_fakeaws.journal.entries import excerpt
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import (
    InvalidMessageContents,
    InvalidParameterValue,
    InvalidRequest,
    MissingParameter,
)
from pytest_fakeaws.sim.agenda import Entry
from pytest_fakeaws.sim.instants import Instant

MessageAttributes: TypeAlias = Mapping[str, Mapping[str, Any]]
"""User attributes by name, each with `DataType` and `StringValue` or `BinaryValue`."""

_FORBIDDEN = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What SQS does not carry. No compiled pattern: to compile it takes 5 ms, and hardly any test needs it."""
_MARKED = bytes(
    ord("?") if code < ord(" ") and code not in b"\t\n\r" else code for code in range(256)
)
"""What ASCII becomes if every character that is not carried is replaced: quicker than to look for one."""
_ATTRIBUTE_NAME = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]+(?<!\.)")
_ATTRIBUTE_TYPE = re.compile(r"(String|Number|Binary)(\..+)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_STRING_TRANSPORT, _BINARY_TRANSPORT = b"\x01", b"\x02"


class State(IntEnum):
    """Where a message stands in its queue."""

    DELAYED = 0
    WAITING = 1
    IN_FLIGHT = 2
    GONE = 3


DELAYED, WAITING, IN_FLIGHT, GONE = State  # Python 3.10 takes long to find a member


class Content:
    """What a sender gives: body and attributes, checked and measured once.

    Args:
        body: The text.
        attributes: User attributes.
        trace_header: The system attribute `AWSTraceHeader`, which neither counts nor is hashed.
        group: The `MessageGroupId`.
        deduplication_id: The `MessageDeduplicationId`.

    Raises:
        MissingParameter: The body is empty.
        InvalidMessageContents: The body has characters that SQS does not carry.
        InvalidRequest: An attribute breaks a rule.
    """

    __slots__ = (
        "attributes",
        "attributes_md5",
        "body",
        "deduplication_id",
        "group",
        "md5",
        "size",
        "trace_header",
    )

    def __init__(
        self,
        body: str,
        attributes: MessageAttributes | None = None,
        trace_header: str | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> None:
        if not body:
            raise MissingParameter("MessageBody")
        encoded = self._set_body(body)
        plain = len(encoded) == len(body) and encoded.translate(_MARKED) == encoded
        if not plain and not body.isprintable() and re.search(_FORBIDDEN, body):
            raise InvalidMessageContents
        self.trace_header = trace_header
        self.group = group
        self.deduplication_id = deduplication_id
        self.attributes: dict[str, dict[str, Any]] | None = None
        self.attributes_md5: str | None = None
        if attributes:
            self.attributes = {name: _kept(value) for name, value in attributes.items()}
            self.size += _size_of(self.attributes)
            self.attributes_md5 = attributes_md5(self.attributes)

    def _set_body(self, body: str) -> bytes:
        self.body = body
        encoded = body.encode("utf-8", "surrogatepass")
        self.md5 = md5(encoded, usedforsecurity=False).hexdigest()
        self.size = len(encoded)
        return encoded

    def told(self) -> tuple[str, int]:
        """What the journal tells of it: its beginning and its size, which is 0 as long as that takes work to say."""
        return excerpt(self.body), self.size

    def fits(self, maximum: int) -> bool:
        """Whether it has no more than *maximum* bytes."""
        return self.size <= maximum


class Message:
    """A message in a queue.

    Attributes:
        number: Its number within the queue that holds it now.
        sent_at: When it was sent; a standard dead-letter queue keeps it.
        receive_count: How often it was received, over all queues.
        receipts: How often the queue that holds it now has given it out.
        received_at: When it was last received.
        dead_letter_source: The ARN of the queue it was dead-lettered from.
        deduplication_id: By what a FIFO queue knows it from others.
        sequence_number: Its place in a FIFO queue.
    """

    __slots__ = (
        "content",
        "dead_letter_source",
        "deduplication_id",
        "first_received_at",
        "id",
        "number",
        "receipts",
        "receive_count",
        "received_at",
        "return_",
        "sent_at",
        "sequence_number",
        "state",
    )

    def __init__(self, message_id: str, content: Content, sent_at: Instant) -> None:
        self.id = message_id
        self.content = content
        self.sent_at = sent_at
        self.number = 0
        self.state = GONE
        self.receive_count = 0
        self.receipts = 0
        self.first_received_at: Instant | None = None
        self.received_at: Instant = 0
        self.dead_letter_source: str | None = None
        self.deduplication_id: str | None = None
        self.sequence_number: str | None = None
        self.return_: Entry | None = None


def attributes_md5(attributes: MessageAttributes) -> str:
    """The digest by which a client checks that its attributes arrived.

    See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html.
    """
    digest = md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        binary = attribute.get("BinaryValue")
        value = attribute.get("StringValue", "").encode() if binary is None else bytes(binary)
        for part in (name.encode(), attribute["DataType"].encode()):
            digest.update(len(part).to_bytes(4, "big") + part)
        digest.update(_STRING_TRANSPORT if binary is None else _BINARY_TRANSPORT)
        digest.update(len(value).to_bytes(4, "big") + value)
    return digest.hexdigest()


def _kept(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an attribute; what botocore takes for bytes becomes bytes."""
    value = attribute.get("BinaryValue")
    if value is None:
        return dict(attribute)
    return {**attribute, "BinaryValue": value.encode() if isinstance(value, str) else bytes(value)}


def _size_of(attributes: MessageAttributes) -> int:
    if len(attributes) > limits.MESSAGE_ATTRIBUTES:
        raise InvalidRequest(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum "
            f"[{limits.MESSAGE_ATTRIBUTES}]."
        )
    return sum(_size_of_attribute(name, value) for name, value in attributes.items())


def _size_of_attribute(name: str, attribute: Mapping[str, Any]) -> int:
    kind = attribute.get("DataType", "")
    _check_name(name)
    match = _ATTRIBUTE_TYPE.fullmatch(kind)
    if match is None:
        raise InvalidRequest(
            f"The type of message (user) attribute '{name}' is invalid. You must use only the "
            "following supported type prefixes: Binary, Number, String."
        )
    value = attribute.get("BinaryValue" if match[1] == "Binary" else "StringValue")
    if not value:
        raise InvalidRequest(
            f"Message (user) attribute '{name}' must contain a non-empty value of type '{match[1]}'."
        )
    if match[1] == "Number" and not _NUMBER.fullmatch(value):
        raise InvalidRequest(
            f"Can't cast the value of message (user) attribute '{name}' to a number."
        )
    if match[1] != "Binary" and not value.isprintable() and re.search(_FORBIDDEN, value):
        raise InvalidMessageContents
    return (
        len(name.encode())
        + len(kind.encode())
        + len(value if match[1] == "Binary" else value.encode())
    )


def _check_name(name: str) -> None:
    reserved = name.lower().startswith(("aws.", "amazon."))
    if reserved or len(name) > limits.ATTRIBUTE_NAME_LENGTH or not _ATTRIBUTE_NAME.fullmatch(name):
        raise InvalidParameterValue(
            name,
            "MessageAttributeName",
            "It can contain letters, digits, underscore, hyphen and period, must not start or end "
            "with a period or have two in a row, and must not start with AWS. or Amazon.",
        )
