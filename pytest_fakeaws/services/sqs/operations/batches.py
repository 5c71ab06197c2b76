"""The batch operations: each entry succeeds or fails for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import TRACE_HEADER, Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import (
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    InvalidRequest,
    MissingDeduplicationId,
    SqsError,
    TooManyEntriesInBatchRequest,
    UnvalidatedParameters,
)
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.services.sqs.operations import sends, visibility
from pytest_fakeaws.services.sqs.queue import Queue

_ID = rf"[A-Za-z0-9_-]{{1,{limits.BATCH_ID_LENGTH}}}"
_ENTRY_ID, _ENTRY_IDS = re.compile(_ID), re.compile(rf"{_ID}(?:,{_ID})*")


def send_message_batch(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "SendMessage")
    entries = _checked(parameters["Entries"], "SendMessageBatchRequestEntry")
    if queue.attributes.fifo:
        _check_fifo(queue, entries)
    trace_header = parameters.get(TRACE_HEADER)
    contents = _contents(entries, trace_header)
    total = sum([content.size for content in contents if isinstance(content, Content)])
    if total > limits.BATCH_SIZE:
        raise BatchRequestTooLong(limits.BATCH_SIZE, total)
    maximum = queue.attributes.maximum_message_size
    following = iter(contents)

    def send(entry: Parameters) -> Result:
        content = next(following)
        if isinstance(content, SqsError):
            raise content
        if content.size > maximum:
            raise UnvalidatedParameters(f"Message must be shorter than {maximum} bytes.")
        return sends.accept(queue, content, entry)

    return _each(entries, send)


def delete_message_batch(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "DeleteMessage")
    entries = _checked(parameters["Entries"], "DeleteMessageBatchRequestEntry")

    def delete(entry: Parameters) -> Result:
        queue.delete(entry["ReceiptHandle"])
        return {}

    return _each(entries, delete)


def change_message_visibility_batch(
    directory: QueueDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "ChangeMessageVisibility")
    entries = _checked(parameters["Entries"], "ChangeMessageVisibilityBatchRequestEntry")

    def change(entry: Parameters) -> Result:
        visibility.change(queue, entry)
        return {}

    return _each(entries, change)


def _check_fifo(queue: Queue, entries: Sequence[Parameters]) -> None:
    """Refuse the whole batch if an entry lacks what every message of a FIFO queue must have."""
    for entry in entries:
        if entry.get("MessageGroupId") is None:
            raise InvalidRequest("The request must contain the parameter MessageGroupId.")
        if not (entry.get("MessageDeduplicationId") or queue.attributes.deduplicates_by_content):
            raise MissingDeduplicationId


def _contents(entries: Sequence[Parameters], trace_header: str | None) -> list[Content | SqsError]:
    """What each entry sends, or what is wrong with it."""
    contents: list[Content | SqsError] = []
    for entry in entries:
        try:
            contents.append(sends.content_of(entry, trace_header))
        except SqsError as error:  # noqa: PERF203 - each entry fails for itself
            contents.append(error)
    return contents


def _checked(entries: Sequence[Parameters], kind: str) -> Sequence[Parameters]:
    if not entries:
        raise EmptyBatchRequest(kind)
    if len(entries) > limits.BATCH_ENTRIES:
        raise TooManyEntriesInBatchRequest(len(entries))
    ids = [entry["Id"] for entry in entries]
    joined = ",".join(ids)  # one look at all takes a fraction of the time
    valid = _ENTRY_IDS.fullmatch(joined) and joined.count(",") == len(ids) - 1
    if not valid or len(set(ids)) < len(ids):
        raise _complaint(ids)
    return entries


def _complaint(ids: Sequence[str]) -> SqsError:
    """What is wrong with the first id that is not as it must be."""
    seen: set[str] = set()
    for entry_id in ids:
        if not _ENTRY_ID.fullmatch(entry_id):
            break
        if entry_id in seen:
            return BatchEntryIdsNotDistinct(entry_id)
        seen.add(entry_id)
    return InvalidBatchEntryId()


def _each(entries: Sequence[Parameters], act: Callable[[Parameters], Result]) -> Result:
    """Let *act* have each entry, and gather what became of them."""
    successful: list[Result] = []
    failed: list[Result] = []
    for entry in entries:
        try:
            answer = act(entry)
            answer["Id"] = entry["Id"]
            successful.append(answer)
        except SqsError as error:  # noqa: PERF203 - each entry fails for itself
            wording = error.wording()
            failed.append(
                {
                    "Id": entry["Id"],
                    "SenderFault": wording.fault != "Receiver",
                    "Code": wording.code,
                    "Message": error.text,
                }
            )
    answers = {"Successful": successful, "Failed": failed}
    return {name: answer for name, answer in answers.items() if answer}
