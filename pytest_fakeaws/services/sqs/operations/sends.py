"""SendMessage, and what it shares with its batch."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import TRACE_HEADER, Parameters, Result
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue
from pytest_fakeaws.services.sqs.fitness import check_fitness
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.services.sqs.operations import ranges
from pytest_fakeaws.services.sqs.operations.identifiers import checked
from pytest_fakeaws.services.sqs.queue import Queue

_GROUP_ID, _DEDUPLICATION_ID = "MessageGroupId", "MessageDeduplicationId"
_NOT_FOR_THIS_TYPE = "The request include parameter that is not valid for this queue type."


def send_message(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "SendMessage")
    content = content_of(parameters, parameters.get(TRACE_HEADER))
    check_fitness(queue, content)
    return accept(queue, content, parameters)


def content_of(parameters: Parameters, trace_header: str | None) -> Content:
    """What a call or a batch entry sends, checked.

    A trace header of the message's own wins over *trace_header*, which came with the call:
    https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html.
    """
    system = parameters.get("MessageSystemAttributes")
    if system:
        trace_header = _trace_header(system) or trace_header
    return Content(
        parameters["MessageBody"],
        parameters.get("MessageAttributes"),
        trace_header,
        checked(parameters, _GROUP_ID) if _GROUP_ID in parameters else None,
        checked(parameters, _DEDUPLICATION_ID) if _DEDUPLICATION_ID in parameters else None,
    )


def _trace_header(system: Parameters) -> str | None:
    for name in system:
        if name != "AWSTraceHeader":
            raise InvalidParameterValue(
                name, "MessageSystemAttributeName", "Only AWSTraceHeader can be sent."
            )
    header: str | None = system.get("AWSTraceHeader", {}).get("StringValue")
    return header


def accept(queue: Queue, content: Content, parameters: Parameters) -> Result:
    """Send *content*, and say so."""
    delay = ranges.delay(parameters) if "DelaySeconds" in parameters else None
    if queue.attributes.fifo:
        if delay:
            seconds = parameters["DelaySeconds"]
            raise InvalidParameterValue(seconds, "DelaySeconds", _NOT_FOR_THIS_TYPE)
    elif content.deduplication_id is not None:
        raise InvalidParameterValue(content.deduplication_id, _DEDUPLICATION_ID, _NOT_FOR_THIS_TYPE)
    message = queue.send(content, delay)
    result: Result = {"MD5OfMessageBody": content.md5, "MessageId": message.id}
    if content.attributes_md5:
        result["MD5OfMessageAttributes"] = content.attributes_md5
    if message.sequence_number is not None:
        result["SequenceNumber"] = message.sequence_number
    return result
