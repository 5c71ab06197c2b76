"""The errors of CloudWatch Logs: values with fields, and one table of how AWS words them.

See https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html.
"""

from __future__ import annotations

from pytest_fakeaws.services.ports import ServiceError, Wording


class LogsError(ServiceError):
    """An error that CloudWatch Logs answers."""

    def wording(self) -> Wording:
        """How AWS puts it."""
        return TABLE[type(self)]


class GroupNotFound(LogsError):
    """No log group has this name."""


class StreamNotFound(LogsError):
    """No log stream of the group has this name."""


class InvalidParameter(LogsError):
    """A parameter's value does not fit."""

    reason: str


TABLE: dict[type[LogsError], Wording] = {
    GroupNotFound: Wording("ResourceNotFoundException", "The specified log group does not exist."),
    StreamNotFound: Wording(
        "ResourceNotFoundException", "The specified log stream does not exist."
    ),
    InvalidParameter: Wording("InvalidParameterException", "{reason}"),
}
