"""The errors of SQS: values with fields, and one table of how AWS words them.

Texts are those of real answers where a recording exists, else of the API reference,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html; those that no
source gives are listed in docs/fidelity.md.
"""

from __future__ import annotations

from pytest_fakeaws.services.ports import ServiceError, Wording


class SqsError(ServiceError):
    """An error that SQS answers."""

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[type(self)]

    @property
    def members(self) -> dict[str, str]:
        """The modelled `message`, which botocore reads where the old code is the modelled one."""
        wording = self.wording()
        return {"message": self.text} if wording.code == wording.query_code else {}


class QueueDoesNotExist(SqsError):
    """No queue has this name or URL in the caller's account and region."""


class QueueNameExists(SqsError):
    """A queue of this name exists and differs in an attribute."""

    attribute: str


class QueueDeletedRecently(SqsError):
    """A queue of this name was deleted less than a minute ago."""


class PurgeQueueInProgress(SqsError):
    """The queue was purged less than a minute ago."""

    queue: str


class InvalidQueueName(SqsError):
    """The name has other characters than AWS allows, or too many."""


class InvalidFifoQueueName(SqsError):
    """The name of a FIFO queue lacks its suffix, or has other characters than AWS allows."""


class AccessDenied(SqsError):
    """The queue belongs to another account, and no policy lets the caller do this."""

    principal: str
    action: str
    resource: str


class ResourceNotFound(SqsError):
    """A queue named by ARN, or a move task, does not exist."""

    reason: str


class UnsupportedOperation(SqsError):
    """The operation does not fit what it is asked of."""

    reason: str


class TooManyActions(SqsError):
    """A permission names more actions than AWS allows."""

    found: int


class UnknownAttribute(SqsError):
    """No queue, or no queue of this type, has this attribute."""

    attribute: str


class FifoOnlyAttribute(SqsError):
    """The attribute belongs to FIFO queues."""

    attribute: str


class InvalidAttributeValue(SqsError):
    """A queue attribute's value is out of range or of the wrong form."""

    attribute: str


class InvalidRedrivePolicy(SqsError):
    """The redrive policy lacks a key or has a bad value."""

    policy: str
    reason: str


class InvalidParameterValue(SqsError):
    """A parameter's value is out of range or does not fit the queue."""

    value: object
    parameter: str
    reason: str


class InvalidParameters(SqsError):
    """Something about the parameters as a whole is wrong."""

    reason: str


class UnvalidatedParameters(SqsError):
    """The same, as an entry of a batch is told."""

    reason: str


class InvalidRequest(SqsError):
    """The request breaks a rule whose text names no parameter."""

    reason: str


class MissingDeduplicationId(SqsError):
    """Nothing tells a message of a FIFO queue from others."""


class MissingParameter(SqsError):
    """A required parameter is absent or empty."""

    parameter: str


class InvalidMessageContents(SqsError):
    """The message has characters that XML cannot carry."""


class ReceiptHandleIsInvalid(SqsError):
    """The receipt handle was never given out by this queue."""

    receipt_handle: str


class OverLimit(SqsError):
    """Too many messages are in flight."""


class EmptyBatchRequest(SqsError):
    """The batch has no entries."""

    entry: str


class TooManyEntriesInBatchRequest(SqsError):
    """The batch has more entries than AWS allows."""

    sent: int


class BatchEntryIdsNotDistinct(SqsError):
    """Two entries of the batch have the same id."""

    entry_id: str


class InvalidBatchEntryId(SqsError):
    """An entry's id has other characters than AWS allows, or too many."""


class BatchRequestTooLong(SqsError):
    """The messages of the batch are too long together."""

    limit: int
    sent: int


def _modelled(name: str, text: str, status: int = 400) -> Wording:
    """An error whose old code has the prefix of SQS's query protocol."""
    return Wording(f"AWS.SimpleQueueService.{name}", text, status, name, "Sender")


def _plain(code: str, text: str, query_code: str | None = None) -> Wording:
    return Wording(code, text, 400, query_code or code, "Sender")


def _invalid_value(text: str) -> Wording:
    return _plain("InvalidParameterValue", text, "InvalidParameterValueException")


TABLE: dict[type[SqsError], Wording] = {
    QueueDoesNotExist: Wording(
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
        query_code="QueueDoesNotExist",
        fault="Sender",
    ),
    QueueNameExists: _plain(
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute {attribute}",
        "QueueNameExists",
    ),
    QueueDeletedRecently: _modelled(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the "
        "same name.",
    ),
    PurgeQueueInProgress: _modelled(
        "PurgeQueueInProgress",
        "Only one PurgeQueue operation on {queue} is allowed every 60 seconds.",
        403,
    ),
    InvalidQueueName: _invalid_value(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    ),
    InvalidFifoQueueName: _invalid_value(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
        "underscores, must end with .fifo suffix and be 1 to 80 in length."
    ),
    AccessDenied: Wording(
        "AccessDenied",
        "User: {principal} is not authorized to perform: {action} on resource: "
        "{resource} because no resource-based policy allows the {action} action",
        403,
        "AccessDeniedException",
        "Sender",
    ),
    ResourceNotFound: Wording(
        "ResourceNotFoundException", "{reason}", 404, "ResourceNotFoundException", "Sender"
    ),
    UnsupportedOperation: _modelled("UnsupportedOperation", "{reason}"),
    TooManyActions: Wording(
        "OverLimit",
        "{found} Actions were found, maximum allowed is 7.",
        403,
        "OverLimit",
        "Sender",
    ),
    UnknownAttribute: _plain("InvalidAttributeName", "Unknown Attribute {attribute}."),
    FifoOnlyAttribute: _plain(
        "InvalidAttributeName",
        "You can specify the {attribute} only when FifoQueue is set to true.",
    ),
    InvalidAttributeValue: _plain(
        "InvalidAttributeValue", "Invalid value for the parameter {attribute}."
    ),
    InvalidRedrivePolicy: _invalid_value(
        "Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}"
    ),
    InvalidParameterValue: _invalid_value(
        "Value {value} for parameter {parameter} is invalid. Reason: {reason}"
    ),
    InvalidParameters: _invalid_value("One or more parameters are invalid. Reason: {reason}"),
    UnvalidatedParameters: _invalid_value(
        "One or more parameters cannot be validated. Reason: {reason}"
    ),
    InvalidRequest: _invalid_value("{reason}"),
    MissingDeduplicationId: _invalid_value(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly"
    ),
    MissingParameter: _plain(
        "MissingParameter",
        "The request must contain the parameter {parameter}.",
        "MissingRequiredParameterException",
    ),
    InvalidMessageContents: _plain(
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
        "#xE000 to #xFFFD | #x10000 to #x10FFFF",
    ),
    ReceiptHandleIsInvalid: _plain(
        "ReceiptHandleIsInvalid",
        'The input receipt handle "{receipt_handle}" is not a valid receipt handle.',
    ),
    OverLimit: Wording(
        "OverLimit",
        "Too many messages are in flight: a standard queue can have 120000 at most.",
        403,
        "OverLimit",
        "Sender",
    ),
    EmptyBatchRequest: _modelled(
        "EmptyBatchRequest", "There should be at least one {entry} in the request."
    ),
    TooManyEntriesInBatchRequest: _modelled(
        "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent {sent}.",
    ),
    BatchEntryIdsNotDistinct: _modelled("BatchEntryIdsNotDistinct", "Id {entry_id} repeated."),
    InvalidBatchEntryId: _modelled(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long.",
    ),
    BatchRequestTooLong: _modelled(
        "BatchRequestTooLong",
        "Batch requests cannot be longer than {limit} bytes. You have sent {sent} bytes.",
    ),
}
