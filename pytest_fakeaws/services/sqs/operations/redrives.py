"""Operations on dead-letter queues: who uses one, and moving its messages elsewhere."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import (
    InvalidParameterValue,
    InvalidRequest,
    ResourceNotFound,
)
from pytest_fakeaws.services.sqs.operations.pages import page
from pytest_fakeaws.services.sqs.queue import Queue


def list_dead_letter_source_queues(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "ListDeadLetterSourceQueues")
    return page(directory.sources_of(queue), parameters, "queueUrls")


def start_message_move_task(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html."""
    rate = parameters.get("MaxNumberOfMessagesPerSecond")
    low, high = limits.MOVE_RATE
    if rate is not None and not low <= rate <= high:
        raise InvalidParameterValue(
            rate, "MaxNumberOfMessagesPerSecond", f"Must be between {low} and {high}, if provided."
        )
    source = _named(directory, caller, parameters, "SourceArn", "StartMessageMoveTask")
    if not directory.sources_of(source):
        raise InvalidRequest("Source queue must be configured as a Dead Letter Queue.")
    destination = parameters.get("DestinationArn") or None
    if destination is not None:
        target = _named(directory, caller, parameters, "DestinationArn", "StartMessageMoveTask")
        _check_destination(source, target)
    task = directory.move_tasks.start(source, destination, rate)
    return {"TaskHandle": task.handle}


def list_message_move_tasks(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html."""
    number = parameters.get("MaxResults", 1)
    if not 1 <= number <= limits.MOVE_TASKS_LISTED:
        raise InvalidParameterValue(
            number, "MaxResults", f"Must be between 1 and {limits.MOVE_TASKS_LISTED}, if provided."
        )
    source = _named(directory, caller, parameters, "SourceArn", "ListMessageMoveTasks")
    return {"Results": [task.description() for task in directory.move_tasks.of(source)[:number]]}


def cancel_message_move_task(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html."""
    task = directory.move_tasks.cancel(parameters["TaskHandle"], caller.account)
    return {"ApproximateNumberOfMessagesMoved": task.moved}


def _check_destination(source: Queue, target: Queue) -> None:
    """See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html."""
    if target is source:
        raise InvalidRequest("Source queue and destination queue must be different.")
    if target.attributes.fifo != source.attributes.fifo:
        raise InvalidRequest("Destination queue must be same type of queue as the source.")


def _named(
    directory: QueueDirectory, caller: Place, parameters: Parameters, name: str, operation: str
) -> Queue:
    queue = directory.by_arn(parameters[name])
    if queue is None or queue.place.region != caller.region:
        raise ResourceNotFound(
            f"The resource that you specified for the {name} parameter doesn't exist."
        )
    directory.check(caller, queue, operation)
    return queue
