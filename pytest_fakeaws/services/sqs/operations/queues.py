"""Operations on queues as such."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs.attributes import OPTIONAL
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import UnknownAttribute
from pytest_fakeaws.services.sqs.message import State
from pytest_fakeaws.services.sqs.operations import tags
from pytest_fakeaws.services.sqs.operations.pages import page
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.instants import SECOND


def create_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html."""
    name = parameters["QueueName"]
    added = tags.checked(name, parameters.get("tags") or {})
    queue = directory.create(caller, name, parameters.get("Attributes") or {})
    queue.tags.update(added)
    return {"QueueUrl": queue.url}


def get_queue_url(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html."""
    owner = parameters.get("QueueOwnerAWSAccountId") or caller.account
    queue = directory.by_name(Place(owner, caller.region), parameters["QueueName"])
    directory.check(caller, queue, "GetQueueUrl")
    return {"QueueUrl": queue.url}


def list_queues(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html."""
    queues = directory.names(caller, parameters.get("QueueNamePrefix") or "")
    result = page(queues, parameters, "QueueUrls")
    return result if result["QueueUrls"] else {}


def delete_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html."""
    directory.delete(directory.reach(caller, parameters["QueueUrl"], "DeleteQueue"))
    return {}


def purge_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html."""
    directory.reach(caller, parameters["QueueUrl"], "PurgeQueue").purge()
    return {}


def get_queue_attributes(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "GetQueueAttributes")
    names = parameters.get("AttributeNames") or ()
    present = _all_attributes(queue)
    if "All" in names:
        return {"Attributes": present}
    for name in names:
        if name not in present and name not in OPTIONAL:
            raise UnknownAttribute(name)
    chosen = {name: present[name] for name in names if name in present}
    return {"Attributes": chosen} if chosen else {}


def _all_attributes(queue: Queue) -> dict[str, str]:
    return {
        "QueueArn": queue.arn,
        "ApproximateNumberOfMessages": str(queue.count(State.WAITING)),
        "ApproximateNumberOfMessagesNotVisible": str(queue.count(State.IN_FLIGHT)),
        "ApproximateNumberOfMessagesDelayed": str(queue.count(State.DELAYED)),
        "CreatedTimestamp": str(queue.created_at // SECOND),
        "LastModifiedTimestamp": str(queue.modified_at // SECOND),
        **queue.attributes.shown(),
    }


def set_queue_attributes(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "SetQueueAttributes")
    directory.change(queue, parameters["Attributes"])
    return {}
