"""Event invoke configs: what becomes of asynchronous events of a function, a version or an alias.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, ResourceNotFound
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant

_DESTINATION = re.compile(
    r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
    r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)
_SERVICES = ("sqs", "sns", "lambda", "events", "s3")
"""Whose resources can be destinations: guide, invocation-async-retain-records.html."""


@dataclass(frozen=True)
class EventInvokeConfig:
    """What was set, and when; an empty one stands for AWS's defaults.

    Attributes:
        retry_attempts: How often an event is retried whose function fails, if that was said.
        maximum_age: Seconds that an event is kept at the most, if that was said.
        on_success: The ARN that a record of a success goes to, or nothing.
        on_failure: The ARN that a record of a failure goes to, or nothing.
        modified_at: When it was set.
    """

    retry_attempts: int | None = None
    maximum_age: int | None = None
    on_success: str = ""
    on_failure: str = ""
    modified_at: Instant = 0

    @property
    def retries(self) -> int:
        """How often an event is retried."""
        most = limits.RETRY_ATTEMPTS[1]
        return most if self.retry_attempts is None else self.retry_attempts

    @property
    def kept_for(self) -> Duration:
        """How long an event is kept."""
        return (self.maximum_age or limits.EVENT_AGE[1]) * SECOND

    @property
    def is_default(self) -> bool:
        """Whether it says only what holds anyway."""
        return not (self.on_success or self.on_failure) and (self.retries, self.kept_for) == (
            DEFAULT.retries,
            DEFAULT.kept_for,
        )

    def check(self) -> None:
        """Refuse what breaks the constraints of the service's model.

        Raises:
            Violations: Something does.
        """
        checks = Checks()
        if self.retry_attempts is not None:
            checks.range("maximumRetryAttempts", self.retry_attempts, limits.RETRY_ATTEMPTS)
        if self.maximum_age is not None:
            checks.range("maximumEventAgeInSeconds", self.maximum_age, limits.EVENT_AGE)
        checks.pattern("destinationConfig.onSuccess.destination", self.on_success, _DESTINATION)
        checks.pattern("destinationConfig.onFailure.destination", self.on_failure, _DESTINATION)
        checks.done()

    def check_destinations(self, function: str) -> None:
        """Refuse destinations that *function*, an ARN, cannot have.

        Raises:
            InvalidParameterValue: One is.
        """
        for destination in filter(None, (self.on_success, self.on_failure)):
            if _service(destination) not in _SERVICES:
                raise InvalidParameterValue(f"The destination ARN {destination} is invalid.")
            if destination == function or destination.startswith(f"{function}:"):
                raise InvalidParameterValue(
                    "You can't specify the function as a destination for itself."
                )
        if _service(self.on_success) == "s3":
            raise InvalidParameterValue(
                "The provided destination config DestinationConfig("
                f"onSuccess=OnSuccess(destination={self.on_success}), "
                f"onFailure=OnFailure(destination={self.on_failure})) is invalid."
            )


def _service(arn: str) -> str | None:
    parsed = Arn.parse(arn)
    return parsed.service if parsed is not None else None


DEFAULT = EventInvokeConfig()
"""What holds where nothing was set."""


class EventInvokeConfigs:
    """All that were set, by the ARN of a function with a version or an alias."""

    def __init__(self) -> None:
        self._configs: dict[str, EventInvokeConfig] = {}

    def put(self, arn: str, config: EventInvokeConfig) -> None:
        """Let *config* hold for *arn*."""
        self._configs[arn] = config

    def holding(self, arn: str) -> EventInvokeConfig:
        """What holds for *arn*."""
        return self._configs.get(arn, DEFAULT)

    def existing(self, arn: str) -> EventInvokeConfig:
        """What was set for *arn*.

        Raises:
            ResourceNotFound: Nothing was.
        """
        try:
            return self._configs[arn]
        except KeyError:
            raise ResourceNotFound(
                f"The function {arn} doesn't have an EventInvokeConfig"
            ) from None

    def remove(self, arn: str) -> None:
        """Let AWS's defaults hold for *arn* again.

        Raises:
            ResourceNotFound: They do.
        """
        self.existing(arn)
        del self._configs[arn]

    def of_function(self, arn: str) -> Iterator[tuple[str, EventInvokeConfig]]:
        """What was set for the function *arn*, its versions and its aliases."""
        prefix = f"{arn}:"
        return (item for item in self._configs.items() if item[0].startswith(prefix))

    def forget(self, arn: str) -> None:
        """The function *arn* is deleted."""
        for known, _ in list(self.of_function(arn)):
            del self._configs[known]
