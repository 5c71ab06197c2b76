"""PublishBatch: each entry succeeds or fails for itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import TRACE_HEADER, Parameters, Result
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import (
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    InvalidParameter,
    SnsError,
    TooManyEntriesInBatchRequest,
)
from pytest_fakeaws.services.sns.operations import messages, publishing
from pytest_fakeaws.services.sns.operations.messages import Message

_ENTRY_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{limits.BATCH_ID_LENGTH}}}")


def publish_batch(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "Publish")
    entries = _checked(parameters["PublishBatchRequestEntries"])
    read = {entry["Id"]: _read(entry) for entry in entries}
    taken = [message for message in read.values() if isinstance(message, Message)]
    for message in taken:
        publishing.check(topic, message)
    if sum(message.size for message in taken) > topic.attributes.maximum_message_size:
        raise BatchRequestTooLong
    successful: list[Result] = []
    failed: list[Result] = []
    for entry_id, found in read.items():
        if isinstance(found, SnsError):
            failed.append(_failure(entry_id, found))
        else:
            answer = publishing.accept(directory, topic, found, parameters.get(TRACE_HEADER))
            successful.append({"Id": entry_id, **answer})
    return {"Successful": successful, "Failed": failed}


def _checked(entries: Sequence[Parameters]) -> Sequence[Parameters]:
    if not entries:
        raise EmptyBatchRequest
    if len(entries) > limits.BATCH_ENTRIES:
        raise TooManyEntriesInBatchRequest
    seen: set[str] = set()
    for entry in entries:
        if not _ENTRY_ID.fullmatch(entry["Id"]):
            raise InvalidBatchEntryId
        if entry["Id"] in seen:
            raise BatchEntryIdsNotDistinct
        seen.add(entry["Id"])
    return entries


def _read(entry: Parameters) -> Message | SnsError:
    """The message of an entry, or why it fails; a structure that is none refuses the whole batch."""
    try:
        return messages.read(entry)
    except InvalidParameter as error:
        if error.reason.startswith("Message Structure"):
            raise
        return error
    except SnsError as error:
        return error


def _failure(entry_id: str, error: SnsError) -> Result:
    wording = error.wording()
    return {
        "Id": entry_id,
        "Code": wording.code,
        "Message": error.text,
        "SenderFault": wording.fault == "Sender",
    }
