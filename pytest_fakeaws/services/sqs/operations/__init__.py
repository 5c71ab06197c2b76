"""The operations of SQS by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.operations import (
    batches,
    deletions,
    permissions,
    queues,
    receives,
    redrives,
    sends,
    tags,
    visibility,
)

OPERATIONS: dict[str, Callable[[QueueDirectory, Place, Parameters], Result]] = {
    "CreateQueue": queues.create_queue,
    "GetQueueUrl": queues.get_queue_url,
    "ListQueues": queues.list_queues,
    "DeleteQueue": queues.delete_queue,
    "GetQueueAttributes": queues.get_queue_attributes,
    "SetQueueAttributes": queues.set_queue_attributes,
    "PurgeQueue": queues.purge_queue,
    "AddPermission": permissions.add_permission,
    "RemovePermission": permissions.remove_permission,
    "TagQueue": tags.tag_queue,
    "UntagQueue": tags.untag_queue,
    "ListQueueTags": tags.list_queue_tags,
    "ListDeadLetterSourceQueues": redrives.list_dead_letter_source_queues,
    "StartMessageMoveTask": redrives.start_message_move_task,
    "ListMessageMoveTasks": redrives.list_message_move_tasks,
    "CancelMessageMoveTask": redrives.cancel_message_move_task,
    "SendMessage": sends.send_message,
    "SendMessageBatch": batches.send_message_batch,
    "ReceiveMessage": receives.receive_message,
    "DeleteMessage": deletions.delete_message,
    "DeleteMessageBatch": batches.delete_message_batch,
    "ChangeMessageVisibility": visibility.change_message_visibility,
    "ChangeMessageVisibilityBatch": batches.change_message_visibility_batch,
}
"""By name, each to be called with a directory, the caller's place and the parameters."""
