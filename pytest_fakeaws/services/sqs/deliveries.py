"""Deliveries: what other services send to queues."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import Arn, Place, queue_url
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import QueueDoesNotExist
from pytest_fakeaws.services.sqs.operations.sends import send_message


def deliver(
    directory: QueueDirectory,
    sender: Place,
    arn: str,
    body: str,
    *,
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    trace_header: str | None = None,
) -> None:
    """Send *body* to the queue with this ARN, as the account of *sender* would itself.

    Raises:
        ServiceError: The queue does not exist, is a FIFO queue, or does not take it.
    """
    target = Arn.parse(arn)
    if target is None:
        raise QueueDoesNotExist
    parameters = {
        "QueueUrl": queue_url(target.place, target.resource),
        "MessageBody": body,
        "MessageAttributes": attributes,
        "MessageSystemAttributes": {"AWSTraceHeader": {"StringValue": trace_header}}
        if trace_header
        else None,
    }
    send_message(directory, Place(sender.account, target.region), parameters)
