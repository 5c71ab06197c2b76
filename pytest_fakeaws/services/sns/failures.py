"""Failures: why an endpoint has not taken a notification, and whether that may pass."""

from __future__ import annotations

from typing import NamedTuple

from pytest_fakeaws.services.ports import ServiceError
from pytest_fakeaws.services.sns.outages import Outage

_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


class Failure(NamedTuple):
    """Why an attempt has failed.

    Attributes:
        reason: In words.
        may_pass: Whether it is a server-side error, which is retried.
        outage: What will say when it is over, if that is known.
    """

    reason: str
    may_pass: bool
    outage: Outage | None = None

    @classmethod
    def of(cls, error: ServiceError) -> Failure:
        """What an error of the endpoint's service means: its own errors and throttles may pass."""
        status = error.wording().status
        return cls(str(error), status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR)


class Undeliverable(Exception):
    """An endpoint has not taken a notification.

    Args:
        failure: Why.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure
