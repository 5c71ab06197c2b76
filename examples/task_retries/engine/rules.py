"""Retry rules: how often a task is tried, and when."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RetryRule:
    """How a task is retried.

    Attributes:
        retries: How often, after the first attempt.
        delay: Seconds before the first retry.
        backoff: `fixed`: always as long; `exponential`: twice as long each time.
        response_timeout: Seconds within which a worker must report, or the attempt counts as failed.
    """

    retries: int = 3
    delay: int = 60
    backoff: str = "fixed"
    response_timeout: int = 120

    def wait_before(self, retry):
        """Seconds before the retry of this number, counted from 1."""
        return self.delay if self.backoff == "fixed" else self.delay * 2 ** (retry - 1)
