"""The logging settings of a function: the format, the levels and the group.

See https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

APPLICATION_LEVELS: Mapping[str, int] = {
    "TRACE": logging.DEBUG,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
}
"""What the levels of a function's own records are in Python."""

SYSTEM_LEVELS = ("DEBUG", "INFO", "WARN")
"""The levels of the records that Lambda writes, the most detailed first."""


class LogSettings(NamedTuple):
    """How and where a function logs.

    Attributes:
        json: Whether its records are JSON.
        group: The log group, if it is not the function's own.
        application: The lowest level of its own records, by AWS's name; empty in plain text.
        system: The lowest level of Lambda's records; empty in plain text.
    """

    json: bool
    group: str
    application: str
    system: str

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> LogSettings:
        """Those in the settings of a function."""
        given = settings.get("LoggingConfig") or {}
        json = given.get("LogFormat") == "JSON"
        return cls(
            json,
            given.get("LogGroup") or "",
            (given.get("ApplicationLogLevel") or "INFO") if json else "",
            (given.get("SystemLogLevel") or "INFO") if json else "",
        )

    @property
    def level(self) -> int | None:
        """The level that the runtime gives the root logger, if it does."""
        return APPLICATION_LEVELS.get(self.application)

    @property
    def variables(self) -> Mapping[str, str]:
        """What the runtime is told of them in its environment."""
        if not self.json:
            return {}
        return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": self.application}

    @property
    def shown(self) -> Mapping[str, str]:
        """The format and the levels as answers show them."""
        if not self.json:
            return {"LogFormat": "Text"}
        return {
            "LogFormat": "JSON",
            "ApplicationLogLevel": self.application,
            "SystemLogLevel": self.system,
        }
