"""The errors of Lambda: values with fields, and one table of how AWS words them.

See https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html; the texts are those of real
answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_fakeaws.services.ports import ServiceError, Wording


class LambdaError(ServiceError):
    """An error that Lambda answers."""

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[type(self)]

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "message": self.text}


@dataclass(eq=False)
class FunctionNotFound(LambdaError):
    """No function has this name."""

    arn: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        # This one error spells its member with a capital letter.
        return {"Type": "User", "Message": self.text}


@dataclass(eq=False)
class MappingNotFound(LambdaError):
    """No event source mapping has this UUID."""

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "Message": self.text}


@dataclass(eq=False)
class AccessDenied(LambdaError):
    """The function belongs to another account."""

    account: str
    action: str
    resource: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {}


@dataclass(eq=False)
class FunctionExists(LambdaError):
    """A function of this name exists."""

    name: str


@dataclass(eq=False)
class MappingExists(LambdaError):
    """The queue already feeds the function."""

    queue: str
    function: str
    mapping: str


@dataclass(eq=False)
class InvalidParameterValue(LambdaError):
    """A parameter's value does not fit."""

    reason: str


@dataclass(eq=False)
class InvalidPayload(LambdaError):
    """The payload is not JSON."""

    reason: str


@dataclass(eq=False)
class PayloadTooLarge(LambdaError):
    """The payload is larger than a synchronous call may carry."""

    size: int
    limit: int


@dataclass(eq=False)
class Invalid(LambdaError):
    """A parameter breaks a constraint of the service's model."""

    value: object
    parameter: str
    constraint: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {}


TABLE: dict[type[LambdaError], Wording] = {
    FunctionNotFound: Wording("ResourceNotFoundException", "Function not found: {arn}", 404),
    MappingNotFound: Wording(
        "ResourceNotFoundException", "The resource you requested does not exist.", 404
    ),
    AccessDenied: Wording(
        "AccessDeniedException",
        "User: arn:aws:iam::{account}:root is not authorized to perform: {action} on resource: "
        "{resource} because no resource-based policy allows the {action} action",
        403,
    ),
    FunctionExists: Wording("ResourceConflictException", "Function already exist: {name}", 409),
    MappingExists: Wording(
        "ResourceConflictException",
        'An event source mapping with SQS arn (" {queue} ") and function (" {function} ") already '
        "exists. Please update or delete the existing mapping with UUID {mapping}",
        409,
    ),
    InvalidParameterValue: Wording("InvalidParameterValueException", "{reason}"),
    InvalidPayload: Wording(
        "InvalidRequestContentException", "Could not parse request body into json: {reason}"
    ),
    PayloadTooLarge: Wording(
        "RequestEntityTooLargeException",
        "Request must be smaller than {limit} bytes for the InvokeFunction operation",
        413,
    ),
    Invalid: Wording(
        "ValidationException",
        "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy "
        "constraint: {constraint}",
    ),
}
