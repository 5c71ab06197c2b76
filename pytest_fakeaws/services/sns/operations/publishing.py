"""Publish, and what it shares with its batch."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import TRACE_HEADER, Parameters, Result
from pytest_fakeaws.services.sns import arns, limits, protocols
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.operations import messages
from pytest_fakeaws.services.sns.operations.messages import Message
from pytest_fakeaws.services.sns.topic import Topic

_ENDPOINT = "endpoint/"


def publish(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html."""
    targets = ("TopicArn", "TargetArn", "PhoneNumber")
    given = [name for name in targets if parameters.get(name) is not None]
    if len(given) != 1:
        raise InvalidParameter(
            "TopicArn or TargetArn Reason: no value for required parameter"
            if not given
            else f"{given[1]} Reason: only one of {', '.join(targets)} can be given"
        )
    target = parameters[given[0]]
    if given[0] == "PhoneNumber":
        return _text(directory, caller, target, parameters)
    if given[0] == "TargetArn" and arns.parsed(target, "TargetArn").resource.startswith(_ENDPOINT):
        return _push(directory, caller, target, parameters)
    topic = directory.reach(caller, target, "Publish", given[0])
    message = messages.read(parameters)
    check(topic, message)
    if message.size > topic.attributes.maximum_message_size:
        raise InvalidParameter("Message too long")
    return accept(directory, topic, message, parameters.get(TRACE_HEADER))


def check(topic: Topic, message: Message) -> None:
    """Refuse a message that does not fit the kind of the topic.

    Raises:
        InvalidParameter: It lacks what a FIFO topic wants, or has what a standard one does not.
    """
    if topic.attributes.fifo:
        if message.group is None:
            raise InvalidParameter("The MessageGroupId parameter is required for FIFO topics")
        if message.deduplication_id is None and not topic.attributes.deduplicates_by_content:
            raise InvalidParameter(
                "The topic should either have ContentBasedDeduplication enabled or "
                "MessageDeduplicationId provided explicitly"
            )
    elif message.deduplication_id is not None:
        raise InvalidParameter(
            "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter "
            "that is not valid for this topic type"
        )


def accept(
    directory: TopicDirectory, topic: Topic, message: Message, trace_header: str | None
) -> Result:
    """Publish *message* to *topic*, and say so."""
    published = topic.publish(_notification(directory, topic.arn, message, trace_header))
    number = published.sequence_number
    return {"MessageId": published.id, **({"SequenceNumber": number} if number else {})}


def _notification(
    directory: TopicDirectory, target: str, message: Message, trace_header: str | None
) -> Notification:
    return Notification(
        directory.ids.next(),
        target,
        message.text,
        directory.now,
        subject=message.subject,
        messages=message.texts,
        attributes=message.attributes,
        group=message.group,
        deduplication_id=message.deduplication_id,
        trace_header=trace_header,
    )


def _text(directory: TopicDirectory, caller: Place, number: str, parameters: Parameters) -> Result:
    """Publish to a telephone."""
    if not protocols.is_phone_number(number):
        raise InvalidParameter(f"PhoneNumber Reason: {number} is not valid to publish to")
    message = messages.read(parameters)
    if len(message.text) > limits.SMS_LENGTH:
        raise InvalidParameter("Message too long")
    notification = _notification(directory, number, message, parameters.get(TRACE_HEADER))
    directory.publish_to(caller, "sms", number, notification)
    return {"MessageId": notification.id}


def _push(directory: TopicDirectory, caller: Place, arn: str, parameters: Parameters) -> Result:
    """Publish to a device."""
    arns.reached(caller, arn, "TargetArn")
    endpoint = directory.platforms.find_endpoint(arn)
    if endpoint is None or endpoint.place != caller:
        raise InvalidParameter("TargetArn Reason: No endpoint found for the target arn specified")
    endpoint.check_enabled()
    message = messages.read(parameters)
    if message.size > limits.DEFAULT_MESSAGE_SIZE:
        raise InvalidParameter("Message too long")
    notification = _notification(directory, arn, message, parameters.get(TRACE_HEADER))
    directory.publish_to(caller, "application", arn, notification)
    return {"MessageId": notification.id}
