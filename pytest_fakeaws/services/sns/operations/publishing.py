"""Publish, and what it shares with its batch."""

from __future__ import annotations

import json

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.ports import TRACE_HEADER, Parameters, Result
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.notification import Notification


def publish(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html."""
    if "PhoneNumber" in parameters:
        raise NotSimulated("PhoneNumber of Publish")
    arn = parameters.get("TopicArn") or parameters.get("TargetArn") or ""
    topic = directory.reach(caller, arn, "Publish")
    if topic.attributes.fifo:
        if not parameters.get("MessageGroupId"):
            raise InvalidParameter("The MessageGroupId parameter is required for FIFO topics")
        raise NotSimulated("Publishing to a FIFO topic")
    message, messages = _read(parameters)
    notification = Notification(
        directory.ids.next(),
        topic.arn,
        message,
        directory.now,
        subject=parameters.get("Subject"),
        messages=messages,
        attributes=parameters.get("MessageAttributes"),
        group=parameters.get("MessageGroupId"),
        trace_header=parameters.get(TRACE_HEADER),
    )
    topic.publish(notification)
    return {"MessageId": notification.id}


def _read(parameters: Parameters) -> tuple[str, dict[str, str] | None]:
    """The message, and those for single protocols, if it has some."""
    message: str = parameters["Message"]
    if not message:
        raise InvalidParameter("Empty message")
    if parameters.get("MessageStructure") != "json":
        return message, None
    try:
        structured = json.loads(message)
    except ValueError:
        structured = None
    if not isinstance(structured, dict):
        raise InvalidParameter("Message Structure - JSON message body failed to parse")
    messages = {name: text for name, text in structured.items() if isinstance(text, str)}
    if "default" not in messages:
        raise InvalidParameter("Message Structure - No default entry in JSON message body")
    return messages.pop("default"), messages
