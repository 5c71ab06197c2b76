"""SendMessage, and what it shares with its batch."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import InvalidParameters
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.services.sqs.operations import ranges
from pytest_fakeaws.services.sqs.queue import Queue

_LATER = ("MessageGroupId", "MessageDeduplicationId")


def send_message(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html."""
    queue = directory.by_url(caller, parameters["QueueUrl"])
    content = content_of(parameters)
    if content.size > queue.attributes.maximum_message_size:
        raise InvalidParameters(
            f"Message must be shorter than {queue.attributes.maximum_message_size} bytes."
        )
    return accept(queue, content, parameters)


def content_of(parameters: Parameters) -> Content:
    """What a call or a batch entry sends, checked."""
    for name in _LATER:
        if parameters.get(name):
            raise NotSimulated(f"{name} of SendMessage")
    system = parameters.get("MessageSystemAttributes")
    return Content(
        parameters["MessageBody"],
        parameters.get("MessageAttributes"),
        system["AWSTraceHeader"].get("StringValue") if system else None,
    )


def accept(queue: Queue, content: Content, parameters: Parameters) -> Result:
    """Send *content*, and say so."""
    message = queue.send(content, ranges.delay(parameters))
    result: Result = {"MD5OfMessageBody": content.md5, "MessageId": message.id}
    if content.attributes_md5:
        result["MD5OfMessageAttributes"] = content.attributes_md5
    return result
