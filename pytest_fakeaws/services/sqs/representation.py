"""How a message looks to its consumers: to ReceiveMessage, and in the event of a Lambda function."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection
from typing import Any

from pytest_fakeaws.services.sqs.message import Message, attributes_md5

SENDER_ID = "AIDAFAKEAWSFAKEAWSFAK"
"""The id of the one principal there is."""

_MILLISECOND = 1_000

_SYSTEM_ATTRIBUTES: dict[str, Callable[[Message], str | None]] = {
    "ApproximateReceiveCount": lambda message: str(message.receive_count),
    "SentTimestamp": lambda message: str(message.sent_at // _MILLISECOND),
    "SenderId": lambda _: SENDER_ID,
    "ApproximateFirstReceiveTimestamp": lambda message: (
        str(message.first_received_at // _MILLISECOND) if message.first_received_at else None
    ),
    "SequenceNumber": lambda message: message.sequence_number,
    "MessageGroupId": lambda message: message.content.group,
    "MessageDeduplicationId": lambda message: message.deduplication_id,
    "AWSTraceHeader": lambda message: message.content.trace_header,
    "DeadLetterQueueSourceArn": lambda message: message.dead_letter_source,
}


def system_attributes(message: Message, names: Collection[str]) -> dict[str, str]:
    """The attributes that SQS keeps of a message, those of *names* that it has.

    `All` in *names* stands for every one.
    """
    everything = "All" in names
    return {
        name: value
        for name, read in _SYSTEM_ATTRIBUTES.items()
        if (everything or name in names) and (value := read(message)) is not None
    }


def user_attributes(message: Message, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """The attributes that the sender gave, those that *names* select.

    `All` and `.*` stand for every one, `prefix.*` for those that begin with the prefix.
    """
    attributes = message.content.attributes or {}
    if "All" in names or ".*" in names:
        selected = attributes
    else:
        prefixes = tuple(name[:-2] for name in names if name.endswith(".*"))
        selected = {
            name: value
            for name, value in attributes.items()
            if name in names or (prefixes and name.startswith(prefixes))
        }
    return {name: dict(value) for name, value in sorted(selected.items())}


def received(
    message: Message, receipt_handle: str, system: Collection[str], user: Collection[str]
) -> dict[str, Any]:
    """A message in the answer of ReceiveMessage.

    Args:
        message: The message.
        receipt_handle: The handle of this receive.
        system: Names of the system attributes asked for.
        user: Names of the user attributes asked for.
    """
    content = message.content
    answer: dict[str, Any] = {
        "MessageId": message.id,
        "ReceiptHandle": receipt_handle,
        "MD5OfBody": content.md5,
        "Body": content.body,
    }
    if system:
        attributes = system_attributes(message, system)
        if attributes:
            answer["Attributes"] = attributes
    if user and content.attributes:
        attributes_asked = user_attributes(message, user)
        if attributes_asked:
            answer["MD5OfMessageAttributes"] = attributes_md5(attributes_asked)
            answer["MessageAttributes"] = attributes_asked
    return answer


def event_record(
    message: Message, receipt_handle: str, queue_arn: str, region: str
) -> dict[str, Any]:
    """A message as a record of the event that a function gets.

    See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
    """
    content = message.content
    record: dict[str, Any] = {
        "messageId": message.id,
        "receiptHandle": receipt_handle,
        "body": content.body,
        "attributes": system_attributes(message, ("All",)),
        "messageAttributes": {
            name: _event_attribute(value) for name, value in (content.attributes or {}).items()
        },
    }
    if content.attributes_md5:
        record["md5OfMessageAttributes"] = content.attributes_md5
    record["md5OfBody"] = content.md5
    record["eventSource"] = "aws:sqs"
    record["eventSourceARN"] = queue_arn
    record["awsRegion"] = region
    return record


def _event_attribute(attribute: dict[str, Any]) -> dict[str, Any]:
    if "BinaryValue" in attribute:
        value = {"binaryValue": base64.b64encode(bytes(attribute["BinaryValue"])).decode()}
    else:
        value = {"stringValue": attribute["StringValue"]}
    return {
        **value,
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": attribute["DataType"],
    }
