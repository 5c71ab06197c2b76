"""Which errors botocore's clients try again after, in whichever retry mode.

The codes are those of `botocore.retries.standard` and of botocore's `_retry.json`, the statuses those of
both; a test compares them. An error that is listed here and that the client at hand does not retry
comes out the same, at the price of its bytes.
"""

from __future__ import annotations

from botocore.model import OperationModel

from pytest_fakeaws.services.ports import ServiceError

STATUSES = frozenset({429, 500, 502, 503, 504, 509})
"""HTTP statuses that are retried whatever the code."""

CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Codes that are retried whatever the status."""


def may_be_retried(error: ServiceError, model: OperationModel) -> bool:
    """Whether a client may try again after *error*.

    Args:
        error: What AWS answers.
        model: The operation's, which may mark errors as retryable.
    """
    wording = error.wording()
    return (
        wording.status in STATUSES
        or wording.code in CODES
        or any(
            "retryable" in shape.metadata
            for shape in model.error_shapes
            if wording.code in (shape.name, shape.error_code)
        )
    )
