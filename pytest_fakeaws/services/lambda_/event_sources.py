"""Kinds of event sources: what a mapping of each may be told, and what holds if nothing is said.

See https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue

NO_SETTINGS = ("UUID", "EventSourceArn", "FunctionName", "Enabled", "Tags")
"""Parameters that are no settings of a mapping."""

_ALL = (
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "FilterCriteria",
    "KMSKeyArn",
    "MetricsConfig",
)
_START = ("StartingPosition", "StartingPositionTimestamp")
_ERRORS = (
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "FunctionResponseTypes",
)
_KAFKA = ("Topics", "SourceAccessConfigurations", "ProvisionedPollerConfig", "LoggingConfig")


class EventSource(NamedTuple):
    """A kind of event source.

    Attributes:
        name: What people call it.
        settings: The settings that a mapping of it may have, by AWS's names.
        defaults: What they are unless said.
        required: The setting that must be given, if there is one.
        reason: Why its mappings are in their state, in AWS's words.
    """

    name: str
    settings: tuple[str, ...]
    defaults: Mapping[str, Any]
    required: str = ""
    reason: str = "User action"

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse settings that a mapping of this kind does not have.

        Raises:
            InvalidParameterValue: One of them is given.
        """
        for name, value in given.items():
            if value and name not in self.settings:
                raise InvalidParameterValue(
                    f"Unsupported {name} parameter for given event source mapping type."
                )
        if self.required and not given.get(self.required):
            raise InvalidParameterValue(f"{self.required} is required for {self.name}.")


QUEUE = EventSource(
    "an SQS queue",
    (*_ALL, "FunctionResponseTypes", "ScalingConfig", "ProvisionedPollerConfig"),
    {
        "BatchSize": limits.BATCH_SIZE_WITHOUT_WINDOW,
        "MaximumBatchingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
    },
    reason="USER_INITIATED",
)

_OF_OTHERS = {"BatchSize": limits.BATCH_SIZE_OF_OTHERS}
_OF_STREAMS = {
    **_OF_OTHERS,
    "MaximumBatchingWindowInSeconds": 0,
    "ParallelizationFactor": 1,
    "DestinationConfig": {"OnFailure": {}},
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
    "MaximumRetryAttempts": -1,
    "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [],
}
_STREAM = (*_ALL, *_START, *_ERRORS, "ParallelizationFactor", "TumblingWindowInSeconds")

_SELF_MANAGED = EventSource(
    "a self-managed Kafka cluster",
    (
        *_ALL,
        *_START,
        *_ERRORS,
        *_KAFKA,
        "SelfManagedEventSource",
        "SelfManagedKafkaEventSourceConfig",
    ),
    _OF_OTHERS,
)

_BY_SERVICE = {
    "sqs": QUEUE,
    "kinesis": EventSource("a Kinesis stream", _STREAM, _OF_STREAMS, "StartingPosition"),
    "dynamodb": EventSource("a DynamoDB stream", _STREAM, _OF_STREAMS, "StartingPosition"),
    "kafka": EventSource(
        "a Kafka cluster of MSK",
        (*_ALL, *_START, *_ERRORS, *_KAFKA, "AmazonManagedKafkaEventSourceConfig"),
        _OF_OTHERS,
    ),
    "mq": EventSource(
        "a broker of Amazon MQ", (*_ALL, "Queues", "SourceAccessConfigurations"), _OF_OTHERS
    ),
    "rds": EventSource(
        "a DocumentDB change stream",
        (*_ALL, *_START, "SourceAccessConfigurations", "DocumentDBEventSourceConfig"),
        _OF_OTHERS,
    ),
}
"""By the service that ARNs name; a DocumentDB cluster has an ARN of RDS."""


def kind_of(source: str, given: Mapping[str, Any]) -> EventSource:
    """The kind of the event source with the ARN *source*.

    Args:
        source: Its ARN; empty for one that has none.
        given: What its mapping is told.

    Raises:
        InvalidParameterValue: There is none of this kind.
    """
    if not source and given.get("SelfManagedEventSource"):
        return _SELF_MANAGED
    arn = Arn.parse(source)
    kind = _BY_SERVICE.get(arn.service) if arn is not None else None
    if kind is None:
        raise InvalidParameterValue(f"Unrecognized event source{source and f': {source}'}.")
    return kind
