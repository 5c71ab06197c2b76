"""The errors of Lambda: values with fields, and one table of how AWS words them.

See https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html; the texts are those of real
answers.
"""

from __future__ import annotations

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


class FunctionNotFound(LambdaError):
    """No function has this name."""

    arn: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        # This one error spells its member with a capital letter.
        return {"Type": "User", "Message": self.text}


class FunctionElsewhere(LambdaError):
    """The function is of another region than the client."""

    region: str
    here: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "Message": self.text}


class MappingNotFound(LambdaError):
    """No event source mapping has this UUID."""

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "Message": self.text}


class AccessDenied(LambdaError):
    """The function belongs to another account."""

    principal: str
    action: str
    resource: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {}


class FunctionExists(LambdaError):
    """A function of this name exists."""

    name: str


class MappingExists(LambdaError):
    """The queue already feeds the function."""

    queue: str
    function: str
    mapping: str


class InvalidParameterValue(LambdaError):
    """A parameter's value does not fit."""

    reason: str


class InvalidPayload(LambdaError):
    """The payload is not JSON."""

    reason: str


class InvalidClientContext(LambdaError):
    """The client context is no JSON in Base64."""

    reason: str


class PayloadTooLarge(LambdaError):
    """The payload is larger than a synchronous call may carry."""

    size: int
    limit: int


class EventTooLarge(LambdaError):
    """The payload is larger than an asynchronous call may carry."""

    size: int
    limit: int


class TooManyRequests(LambdaError):
    """As many invocations run at once as may."""

    reason: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {**super().members, "Reason": self.reason}


class RecursiveInvocation(LambdaError):
    """The chain that leads here has been through the function too often."""

    invocations: int

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "Message": self.text}


class Invalid(LambdaError):
    """A parameter breaks a constraint of the service's model."""

    value: object
    parameter: str
    constraint: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {}


class Violations(LambdaError):
    """Parameters break constraints of the service's model: all of them are named."""

    code: str
    found: list[str]

    def __init__(self, code: str, found: list[str]) -> None:
        super().__init__(code, found)
        self.problems = "; ".join(found)
        self.errors = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[Violations]._replace(code=self.code)

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {}


class ResourceNotFound(LambdaError):
    """Something that belongs to a function does not exist."""

    reason: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "Message": self.text}


class Conflict(LambdaError):
    """What exists forbids it."""

    reason: str


class CodeSigningConfigUnknown(LambdaError):
    """No code signing configuration has this ARN."""

    arn: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Message": self.text}


class CodeSigningConfigGone(LambdaError):
    """A function was to have a code signing configuration that does not exist."""

    arn: str

    @property
    def members(self) -> dict[str, Any]:
        """What the response carries beside code and message."""
        return {"Type": "User", "Message": self.text}


class NoProvisionedConcurrency(LambdaError):
    """A version or alias has no provisioned concurrency."""


class StaleRevision(LambdaError):
    """The revision id is not the newest one."""

    operations: str


class PolicyTooLong(LambdaError):
    """A policy is longer than it may be."""

    size: int
    limit: int


class PackageTooLarge(LambdaError):
    """A request with a deployment package in it is too large."""

    operation: str
    limit: int


TABLE: dict[type[LambdaError], Wording] = {
    FunctionNotFound: Wording("ResourceNotFoundException", "Function not found: {arn}", 404),
    FunctionElsewhere: Wording(
        "ResourceNotFoundException",
        "Functions from '{region}' are not reachable in this region ('{here}')",
        404,
    ),
    MappingNotFound: Wording(
        "ResourceNotFoundException", "The resource you requested does not exist.", 404
    ),
    AccessDenied: Wording(
        "AccessDeniedException",
        "User: {principal} is not authorized to perform: {action} on resource: "
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
    Violations: Wording("ValidationException", "{errors} detected: {problems}"),
    ResourceNotFound: Wording("ResourceNotFoundException", "{reason}", 404),
    CodeSigningConfigUnknown: Wording(
        "ResourceNotFoundException",
        "The Lambda code signing configuration {arn} can not be found.",
        404,
    ),
    CodeSigningConfigGone: Wording(
        "CodeSigningConfigNotFoundException",
        "The code signing configuration cannot be found. Check that the provided configuration is "
        "not deleted: {arn}.",
        404,
    ),
    NoProvisionedConcurrency: Wording(
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
        404,
    ),
    Conflict: Wording("ResourceConflictException", "{reason}", 409),
    StaleRevision: Wording(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the {operations} API "
        "to retrieve the latest Revision Id",
        412,
    ),
    PolicyTooLong: Wording(
        "PolicyLengthExceededException",
        "The final policy size ({size}) is bigger than the limit ({limit}).",
    ),
    PackageTooLarge: Wording(
        "RequestEntityTooLargeException",
        "Request must be smaller than {limit} bytes for the {operation} operation",
        413,
    ),
    InvalidPayload: Wording(
        "InvalidRequestContentException", "Could not parse request body into json: {reason}"
    ),
    InvalidClientContext: Wording(
        "InvalidRequestContentException",
        "Client context must be a valid Base64-encoded JSON object.",
    ),
    PayloadTooLarge: Wording(
        "RequestEntityTooLargeException",
        "Request must be smaller than {limit} bytes for the InvokeFunction operation",
        413,
    ),
    EventTooLarge: Wording(
        "RequestEntityTooLargeException",
        "{size} byte payload is too large for the Event invocation type (limit {limit} bytes)",
        413,
    ),
    RecursiveInvocation: Wording(
        "RecursiveInvocationException",
        "Lambda has detected your function being invoked in a recursive loop with other AWS "
        "resources and stopped your function's invocation.",
    ),
    TooManyRequests: Wording("TooManyRequestsException", "Rate Exceeded.", 429),
    Invalid: Wording(
        "ValidationException",
        "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy "
        "constraint: {constraint}",
    ),
}
