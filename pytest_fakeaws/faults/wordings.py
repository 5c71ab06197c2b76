"""How AWS says that it throttles, or that something is wrong with itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_fakeaws.faults.points import AwsError

THROTTLES: Mapping[str, AwsError] = MappingProxyType(
    {
        "sqs": AwsError(
            "RequestThrottled", "The request was denied due to request throttling.", 400
        ),
        "sns": AwsError("Throttled", "Rate exceeded", 429),
        "lambda": AwsError("TooManyRequestsException", "Rate Exceeded.", 429),
        "logs": AwsError("ThrottlingException", "Rate exceeded", 400),
    }
)
"""By service, as its API reference and its model in botocore name them.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html and its kin.
"""

INVOCATION_THROTTLE = "FunctionInvocationRateLimitExceeded"
"""The reason that Lambda gives where a function is invoked too often."""

_FAILURE = "The request processing has failed because of an unknown error, exception or failure."
_UNAVAILABLE = "The request has failed due to a temporary failure of the server."
_SERVICE_ERRORS = MappingProxyType(
    {
        ("sns", 500): AwsError("InternalError", _FAILURE, 500),
        ("lambda", 500): AwsError("ServiceException", _FAILURE, 500),
        ("logs", 503): AwsError("ServiceUnavailableException", _UNAVAILABLE, 503),
    }
)
_COMMON_ERRORS = MappingProxyType(
    {
        500: AwsError("InternalFailure", _FAILURE, 500),
        503: AwsError("ServiceUnavailable", _UNAVAILABLE, 503),
    }
)
"""See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html."""


def service_error(service: str, status: int) -> AwsError:
    """What *service* answers with this HTTP status when something is wrong with itself."""
    known = _SERVICE_ERRORS.get((service, status)) or _COMMON_ERRORS.get(status)
    return known or AwsError(str(status), _FAILURE, status)
