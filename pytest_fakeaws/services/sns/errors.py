"""The errors of SNS: values with fields, and one table of how AWS words them.

Texts are those of real answers where a recording exists, else of the API reference,
https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html; those that no source gives are listed in
docs/fidelity.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pytest_fakeaws.services.ports import ServiceError, Wording


class InvalidPolicy(ValueError):
    """A policy in an attribute that AWS refuses; the text is AWS's reason."""


class SnsError(ServiceError):
    """An error that SNS answers."""

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[type(self)]


@dataclass(eq=False)
class InvalidParameter(SnsError):
    """A parameter, or something about it, is not as it must be."""

    reason: str


@dataclass(eq=False)
class InvalidRequest(SnsError):
    """The same, where AWS's text does not begin as it usually does."""

    reason: str


@dataclass(eq=False)
class NotFound(SnsError):
    """What the call names does not exist."""

    kind: str


@dataclass(eq=False)
class NotAuthorized(SnsError):
    """The resource belongs to another account, or a policy denies the caller this."""

    account: str
    action: str
    resource: str


@dataclass(eq=False)
class FilterPolicyLimitExceeded(SnsError):
    """The topic, or the account, has as many filter policies as it may have."""

    maximum: int
    owner: str


def _sender(code: str, text: str, status: int = 400) -> Wording:
    return Wording(code, text, status, fault="Sender")


TABLE: dict[type[SnsError], Wording] = {
    InvalidParameter: _sender("InvalidParameter", "Invalid parameter: {reason}"),
    InvalidRequest: _sender("InvalidParameter", "{reason}"),
    FilterPolicyLimitExceeded: _sender(
        "FilterPolicyLimitExceeded", "{owner} can not have more than {maximum} filter policies", 403
    ),
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
