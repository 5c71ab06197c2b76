"""The operations of SQS by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Operation, Parameters, Result
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.operations import (
    batches,
    deletions,
    queues,
    receives,
    sends,
    visibility,
)

_OPERATIONS: dict[str, Callable[[QueueDirectory, Place, Parameters], Result]] = {
    "CreateQueue": queues.create_queue,
    "GetQueueUrl": queues.get_queue_url,
    "ListQueues": queues.list_queues,
    "DeleteQueue": queues.delete_queue,
    "GetQueueAttributes": queues.get_queue_attributes,
    "SetQueueAttributes": queues.set_queue_attributes,
    "PurgeQueue": queues.purge_queue,
    "SendMessage": sends.send_message,
    "SendMessageBatch": batches.send_message_batch,
    "ReceiveMessage": receives.receive_message,
    "DeleteMessage": deletions.delete_message,
    "DeleteMessageBatch": batches.delete_message_batch,
    "ChangeMessageVisibility": visibility.change_message_visibility,
    "ChangeMessageVisibilityBatch": batches.change_message_visibility_batch,
}


def operations(directory: QueueDirectory) -> dict[str, Operation]:
    """The operations on the queues of *directory*, by name."""
    return {name: partial(operation, directory) for name, operation in _OPERATIONS.items()}
