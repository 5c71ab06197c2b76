"""The errors of SNS: values with fields, and one table of how AWS words them.

Texts are those of real answers where a recording exists, else of the API reference,
https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html; those that no source gives are listed in
docs/fidelity.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_fakeaws.services.ports import ServiceError, Wording


class InvalidPolicy(ValueError):
    """A policy in an attribute that AWS refuses; the text is AWS's reason."""


class SnsError(ServiceError):
    """An error that SNS answers."""

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[type(self)]


class InvalidParameter(SnsError):
    """A parameter, or something about it, is not as it must be."""

    reason: str


class InvalidRequest(SnsError):
    """The same, where AWS's text does not begin as it usually does."""

    reason: str


class InvalidAttribute(SnsError):
    """A message attribute breaks a rule."""

    reason: str


class ResourceNotFound(SnsError):
    """The resource whose tags or policies are meant does not exist, or a telephone number does not."""

    reason: str


class NotFound(SnsError):
    """What the call names does not exist."""

    kind: str


class NotAuthorized(SnsError):
    """The resource belongs to another account, or a policy denies the caller this."""

    account: str
    action: str
    resource: str


class InvalidState(SnsError):
    """The resource is in no state for this."""

    reason: str


class FilterPolicyLimitExceeded(SnsError):
    """The topic, or the account, has as many filter policies as it may have."""

    maximum: int
    owner: str


class EndpointDisabled(SnsError):
    """The platform endpoint takes nothing until it is enabled again."""


class PlatformApplicationDisabled(SnsError):
    """The platform application takes nothing until it is enabled again."""


class OptedOut(SnsError):
    """The owner of the telephone number wants no messages."""

    number: str


class UserError(SnsError):
    """The request does not fit how things stand."""

    reason: str


class VerificationFailed(SnsError):
    """The one-time password is not the one that was sent."""

    @property
    def members(self) -> dict[str, str]:
        """What the response carries beside code and message: this one's model has the text once more."""
        return {"Message": self.text}


class TagLimitExceeded(SnsError):
    """A topic cannot have so many tags."""


class EmptyBatchRequest(SnsError):
    """The batch has no entries."""


class TooManyEntriesInBatchRequest(SnsError):
    """The batch has more entries than AWS allows."""


class BatchEntryIdsNotDistinct(SnsError):
    """Two entries of the batch have the same id."""


class InvalidBatchEntryId(SnsError):
    """An entry's id has other characters than AWS allows, or too many."""


class BatchRequestTooLong(SnsError):
    """The messages of the batch are too long together."""


def _sender(code: str, text: str, status: int = 400) -> Wording:
    return Wording(code, text, status, fault="Sender")


TABLE: dict[type[SnsError], Wording] = {
    InvalidParameter: _sender("InvalidParameter", "Invalid parameter: {reason}"),
    InvalidRequest: _sender("InvalidParameter", "{reason}"),
    FilterPolicyLimitExceeded: _sender(
        "FilterPolicyLimitExceeded", "{owner} can not have more than {maximum} filter policies", 403
    ),
    InvalidAttribute: _sender("ParameterValueInvalid", "{reason}"),
    ResourceNotFound: _sender("ResourceNotFound", "{reason}", 404),
    EndpointDisabled: _sender("EndpointDisabled", "Endpoint is disabled"),
    PlatformApplicationDisabled: _sender(
        "PlatformApplicationDisabled", "Platform application is disabled"
    ),
    OptedOut: _sender("OptedOut", "The phone number {number} is opted out"),
    UserError: _sender("UserError", "{reason}"),
    VerificationFailed: _sender(
        "VerificationException", "The one-time password (OTP) is invalid. Request a new one."
    ),
    TagLimitExceeded: _sender(
        "TagLimitExceeded",
        "Could not complete request: tag quota of per resource exceeded",
    ),
    EmptyBatchRequest: _sender(
        "EmptyBatchRequest", "The batch request doesn't contain any entries."
    ),
    TooManyEntriesInBatchRequest: _sender(
        "TooManyEntriesInBatchRequest",
        "The batch request contains more entries than permissible.",
    ),
    BatchEntryIdsNotDistinct: _sender(
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.",
    ),
    InvalidBatchEntryId: _sender(
        "InvalidBatchEntryId",
        "The Id of a batch entry in a batch request doesn't abide by the specification.",
    ),
    BatchRequestTooLong: _sender(
        "BatchRequestTooLong",
        "The length of all the messages put together is more than the limit.",
    ),
    InvalidState: _sender("InvalidState", "Invalid state: {reason}"),
    NotFound: _sender("NotFound", "{kind} does not exist", 404),
    NotAuthorized: _sender(
        "AuthorizationError",
        "User: arn:aws:iam::{account}:root is not authorized to perform: {action} on resource: "
        "{resource} because no resource-based policy allows the {action} action",
        403,
    ),
}


@contextmanager
def refused(prefix: str) -> Iterator[None]:
    """Answer that a policy read in the block is refused.

    Args:
        prefix: How AWS's text about it begins.

    Raises:
        InvalidParameter: It is.
    """
    try:
        yield
    except InvalidPolicy as error:
        raise InvalidParameter(f"{prefix}{error}") from None
