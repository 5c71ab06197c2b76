"""ChangeMessageVisibility, and what it shares with its batch."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import MissingParameter
from pytest_fakeaws.services.sqs.operations import ranges
from pytest_fakeaws.services.sqs.queue import Queue


def change_message_visibility(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html."""
    change(directory.reach(caller, parameters["QueueUrl"], "ChangeMessageVisibility"), parameters)
    return {}


def change(queue: Queue, parameters: Parameters) -> None:
    """Change the visibility of one message, of a call or of a batch entry."""
    visibility = ranges.seconds(parameters, "VisibilityTimeout", limits.VISIBILITY_TIMEOUT)
    if visibility is None:
        raise MissingParameter("VisibilityTimeout")
    queue.change_visibility(parameters["ReceiptHandle"], visibility)
