"""Operations on the tags of a queue."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import InvalidRequest, MissingParameter


def tag_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "TagQueue")
    if not parameters["Tags"]:
        raise MissingParameter("Tags")
    queue.tags = checked(queue.name, {**queue.tags, **parameters["Tags"]})
    return {}


def checked(queue: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that the *queue* of that name is to have, if they are not too many."""
    if len(tags) > limits.TAGS:
        raise InvalidRequest(f"Too many tags added for queue {queue}.")
    return dict(tags)


def untag_queue(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "UntagQueue")
    if not parameters["TagKeys"]:
        raise MissingParameter("TagKeys")
    queue.tags = {
        name: value for name, value in queue.tags.items() if name not in parameters["TagKeys"]
    }
    return {}


def list_queue_tags(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html."""
    tags = directory.reach(caller, parameters["QueueUrl"], "ListQueueTags").tags
    return {"Tags": dict(tags)} if tags else {}
