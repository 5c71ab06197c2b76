"""What AWS answers to a request that no operation can be called with.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and its
likes for SNS and Lambda. Texts that no source gives are listed in docs/fidelity.md.
"""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.services.ports import ServiceError, Wording


class ProtocolError(ServiceError):
    """A request that cannot be read."""

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[type(self)]


class Unreadable(ProtocolError):
    """The body is not of the protocol's language, or a value not of the type it should be."""

    reason: str


class UnknownOperation(ProtocolError):
    """Neither target nor path is that of an operation."""


class InvalidAction(ProtocolError):
    """The older protocol's parameter `Action` names no operation."""

    action: str
    version: str


class MissingAction(ProtocolError):
    """The older protocol's parameter `Action` is not there."""


class Malformed(ProtocolError):
    """A value of the older protocol is not of the type it should be."""

    reason: str


class MissingParameter(ProtocolError):
    """SQS misses a parameter."""

    parameter: str

    @property
    def members(self) -> dict[str, Any]:
        """None: the error is not modelled."""
        return {}


class NoValue(ProtocolError):
    """SNS misses a parameter."""

    parameter: str


class Invalid(ProtocolError):
    """Lambda misses parameters, all of which it names.

    Args:
        missing: Their names.
    """

    def __init__(self, missing: list[str]) -> None:
        self.detected = f"{len(missing)} validation error{'s' if len(missing) > 1 else ''} detected"
        self.violations = "; ".join(
            f"Value null at '{_camel(name)}' failed to satisfy constraint: Member must not be null"
            for name in missing
        )


class InvalidParameters(Invalid):
    """CloudWatch Logs misses parameters, all of which it names."""


def _camel(path: str) -> str:
    return ".".join(part[:1].lower() + part[1:] for part in path.split("."))


TABLE = {
    Unreadable: Wording("SerializationException", "{reason}"),
    UnknownOperation: Wording("UnknownOperationException", "", 404),
    InvalidAction: Wording(
        "InvalidAction", "Could not find operation {action} for version {version}", fault="Sender"
    ),
    MissingAction: Wording(
        "MissingAction", "The request must contain the parameter Action.", fault="Sender"
    ),
    Malformed: Wording("MalformedInput", "{reason}", fault="Sender"),
    MissingParameter: Wording(
        "MissingParameter",
        "The request must contain the parameter {parameter}.",
        query_code="MissingRequiredParameterException",
        fault="Sender",
    ),
    NoValue: Wording(
        "InvalidParameter",
        "Invalid parameter: {parameter} Reason: no value for required parameter",
        fault="Sender",
    ),
    Invalid: Wording("ValidationException", "{detected}: {violations}"),
    InvalidParameters: Wording("InvalidParameterException", "{detected}: {violations}"),
}
"""How AWS puts each."""
