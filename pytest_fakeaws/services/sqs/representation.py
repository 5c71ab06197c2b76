"""How a message looks to its consumers: to ReceiveMessage, and in the event of a Lambda function."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Sequence
from typing import Any

from pytest_fakeaws.services.sqs.message import Content, Message, attributes_md5

SENDER_ID = "AIDAFAKEAWSFAKEAWSFAK"
"""The id of the one principal there is."""

_MILLISECOND = 1_000


def system_attributes(message: Message, names: Collection[str]) -> dict[str, str]:
    """The attributes that SQS keeps of a message, those of *names* that it has.

    `All` in *names* stands for every one.
    """
    kept = kept_of(message)
    return kept if "All" in names else {name: kept[name] for name in kept if name in names}


def kept_of(message: Message) -> dict[str, str]:
    """Every attribute that SQS keeps of a message, written out: each message of a batch has them."""
    kept = {
        "ApproximateReceiveCount": str(message.receive_count),
        "SentTimestamp": str(message.sent_at // _MILLISECOND),
        "SenderId": SENDER_ID,
    }
    if message.first_received_at is not None:
        kept["ApproximateFirstReceiveTimestamp"] = str(message.first_received_at // _MILLISECOND)
    content = message.content
    if message.sequence_number is not None:
        kept["SequenceNumber"] = message.sequence_number
    if content.group is not None:
        kept["MessageGroupId"] = content.group
    if message.deduplication_id is not None:
        kept["MessageDeduplicationId"] = message.deduplication_id
    if content.trace_header is not None:
        kept["AWSTraceHeader"] = content.trace_header
    if message.dead_letter_source is not None:
        kept["DeadLetterQueueSourceArn"] = message.dead_letter_source
    return kept


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
    messages: Sequence[Message],
    receipt_handle: Callable[[Message], str],
    system: Collection[str],
    user: Collection[str],
) -> list[dict[str, Any]]:
    """Messages in the answer of ReceiveMessage.

    Args:
        messages: The messages.
        receipt_handle: Writes the handle of this receive of one.
        system: Names of the system attributes asked for.
        user: Names of the user attributes asked for.
    """
    answers: list[dict[str, Any]] = []
    for message in messages:
        content = message.content
        answer: dict[str, Any] = {
            "MessageId": message.id,
            "ReceiptHandle": receipt_handle(message),
            "MD5OfBody": content.md5,
            "Body": content.body,
        }
        if system:
            _add_system(answer, message, system)
        if user and content.attributes:
            _add_user(answer, message, user)
        answers.append(answer)
    return answers


def _add_system(answer: dict[str, Any], message: Message, names: Collection[str]) -> None:
    attributes = system_attributes(message, names)
    if attributes:
        answer["Attributes"] = attributes


def _add_user(answer: dict[str, Any], message: Message, names: Collection[str]) -> None:
    attributes = user_attributes(message, names)
    if attributes:
        answer["MD5OfMessageAttributes"] = attributes_md5(attributes)
        answer["MessageAttributes"] = attributes


def event_record(
    message_id: str,
    content: Content,
    kept: dict[str, str],
    *,
    receipt_handle: str,
    queue_arn: str,
    region: str,
) -> dict[str, Any]:
    """A message as a record of the event that a function gets.

    Args:
        message_id: Its id.
        content: What was sent.
        kept: What SQS kept of it when it was received.
        receipt_handle: The handle of that receive.
        queue_arn: Where from.
        region: Where that is.

    See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
    """
    record: dict[str, Any] = {
        "messageId": message_id,
        "receiptHandle": receipt_handle,
        "body": content.body,
        "attributes": kept.copy(),
        "messageAttributes": {
            name: _event_attribute(value) for name, value in content.attributes.items()
        }
        if content.attributes
        else {},
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
