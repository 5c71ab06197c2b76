"""Operations on queues as such."""

from __future__ import annotations

import base64
import binascii

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue, UnknownAttribute
from pytest_fakeaws.services.sqs.message import State
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.instants import SECOND


def create_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html."""
    queue = directory.create(caller, parameters["QueueName"], parameters.get("Attributes") or {})
    return {"QueueUrl": queue.url}


def get_queue_url(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html."""
    owner = parameters.get("QueueOwnerAWSAccountId") or caller.account
    return {"QueueUrl": directory.by_name(Place(owner, caller.region), parameters["QueueName"]).url}


def list_queues(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html."""
    queues = directory.names(caller, parameters.get("QueueNamePrefix") or "")
    page = parameters.get("MaxResults")
    if page is not None and not 1 <= page <= limits.LIST_PAGE:
        raise InvalidParameterValue(
            page, "MaxResults", "MaxResults must be an integer between 1 and 1000."
        )
    after = _name_of_token(parameters.get("NextToken"))
    urls = [queue for queue in queues if queue.name > after]
    shown = urls[: page or limits.LIST_PAGE]
    result: Result = {"QueueUrls": [queue.url for queue in shown]} if shown else {}
    if page is not None and len(urls) > len(shown):
        result["NextToken"] = base64.b64encode(shown[-1].name.encode()).decode()
    return result


def _name_of_token(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidParameterValue(token, "NextToken", "Invalid NextToken.") from None


def delete_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html."""
    directory.delete(directory.by_url(caller, parameters["QueueUrl"]))
    return {}


def purge_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html."""
    directory.by_url(caller, parameters["QueueUrl"]).purge()
    return {}


def get_queue_attributes(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html."""
    queue = directory.by_url(caller, parameters["QueueUrl"])
    names = parameters.get("AttributeNames") or ()
    present = _all_attributes(queue)
    if "All" in names:
        return {"Attributes": present}
    for name in names:
        if name not in present and name not in _OPTIONAL:
            raise UnknownAttribute(name)
    chosen = {name: present[name] for name in names if name in present}
    return {"Attributes": chosen} if chosen else {}


_OPTIONAL = (
    "Policy",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "FifoQueue",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
)


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
    queue = directory.by_url(caller, parameters["QueueUrl"])
    queue.attributes.set(parameters["Attributes"])
    queue.modified_at = directory.simulation.now
    return {}
