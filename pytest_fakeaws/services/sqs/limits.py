"""The numbers of SQS, each with its source.

`api` is the API reference, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/,
`guide` the developer guide, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/.
"""

from __future__ import annotations

from typing import Final

BATCH_ENTRIES: Final = 10
"""Entries of a batch: guide, sqs-quotas.html#quotas-messages."""

BATCH_ID_LENGTH: Final = 80
"""Characters of a batch entry's id: api, API_SendMessageBatchRequestEntry.html."""

BATCH_SIZE: Final = 1_048_576
"""Bytes of all messages of a batch: guide, sqs-quotas.html#quotas-messages."""

MESSAGE_SIZE: Final = (1_024, 1_048_576)
"""Bytes, the range of MaximumMessageSize: api, API_SetQueueAttributes.html."""

MESSAGE_ATTRIBUTES: Final = 10
"""User attributes of a message: guide, sqs-quotas.html#quotas-messages."""

ATTRIBUTE_NAME_LENGTH: Final = 256
"""Characters of a message attribute's name: guide, sqs-message-metadata.html."""

NAME_LENGTH: Final = 80
"""Characters of a queue's name, with the suffix of a FIFO queue: api, API_CreateQueue.html."""

VISIBILITY_TIMEOUT: Final = (0, 43_200)
"""Seconds: api, API_SetQueueAttributes.html and API_ReceiveMessage.html."""

DELAY: Final = (0, 900)
"""Seconds: api, API_SendMessage.html."""

RETENTION: Final = (60, 1_209_600)
"""Seconds: api, API_SetQueueAttributes.html."""

WAIT: Final = (0, 20)
"""Seconds of a long poll: api, API_ReceiveMessage.html."""

RECEIVE: Final = (1, 10)
"""Messages of a receive: api, API_ReceiveMessage.html."""

IN_FLIGHT: Final = 120_000
"""Messages of a standard queue in flight: guide, sqs-quotas.html#quotas-queues."""

MAX_RECEIVE_COUNT: Final = (1, 1_000)
"""Receives before the dead-letter queue: api, API_SetQueueAttributes.html and its error text."""

KMS_REUSE_PERIOD: Final = (60, 86_400)
"""Seconds: api, API_SetQueueAttributes.html."""

GROUP_ID_LENGTH: Final = 128
"""Characters of MessageGroupId, MessageDeduplicationId and ReceiveRequestAttemptId: api."""

DEDUPLICATION: Final = 300
"""Seconds for which a sent message is remembered: api, API_SendMessage.html."""

RECEIVE_ATTEMPT: Final = 300
"""Seconds for which a receive attempt is remembered: api, API_ReceiveMessage.html."""

NOISY_IN_FLIGHT: Final = 30
"""Messages in flight from which a tenant can be noisy: guide, sqs-fair-queues-detailed.html."""

NOISY_PERCENT: Final = 10
"""Share of the messages in flight above which it is: guide, sqs-fair-queues-detailed.html."""

NOISY_FOR: Final = 300
"""Seconds without a send after which it no longer is: guide, sqs-fair-queues-detailed.html."""

MOVE_RATE: Final = (1, 500)
"""Messages a second of a move task: api, API_StartMessageMoveTask.html."""

MOVE_TASKS_LISTED: Final = 10
"""Move tasks of a queue that are remembered and listed: api, API_ListMessageMoveTasks.html."""

PERMISSION_ACTIONS: Final = 7
"""Actions of one AddPermission: api, API_AddPermission.html."""

REDRIVE_SOURCES: Final = 10
"""Queues that a RedriveAllowPolicy can name: api, API_SetQueueAttributes.html."""

TAGS: Final = 50
"""Tags of a queue: guide, sqs-quotas.html#quotas-queues."""

PURGE_INTERVAL: Final = 60
"""Seconds between two purges of a queue: api, API_PurgeQueue.html."""

DELETED_RECENTLY: Final = 60
"""Seconds before a deleted queue's name is free again: api, API_DeleteQueue.html."""

LIST_PAGE: Final = 1_000
"""Queues of a ListQueues answer: api, API_ListQueues.html."""
