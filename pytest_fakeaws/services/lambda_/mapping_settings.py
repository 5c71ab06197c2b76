"""The settings of an event source mapping, by AWS's names: how they change, and what is refused.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.event_sources import QUEUE, EventSource
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.ports import PollableQueue
from pytest_fakeaws.sim.instants import SECOND, Duration

if TYPE_CHECKING:
    from pytest_fakeaws.services.lambda_.event_filters import EventFilters

PARTIAL = "ReportBatchItemFailures"
"""The one function response type there is."""

_CLEARED_IF_EMPTY = (
    "FilterCriteria",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "KMSKeyArn",
)
_EMPTY: tuple[Any, ...] = ("", {}, {"Filters": []}, {"Metrics": []})
_METRICS = ("EventCount", "ErrorCount", "KafkaMetrics")


def changed(
    kind: EventSource, settings: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """*settings* after *given* was said: an empty structure clears what was there."""
    merged = {**settings, **{name: value for name, value in given.items() if value is not None}}
    if kind is QUEUE and merged.get("ProvisionedPollerConfig"):
        fewest, most = limits.POLLERS_UNSAID
        merged["ProvisionedPollerConfig"] = {
            "MinimumPollers": fewest,
            "MaximumPollers": most,
            **merged["ProvisionedPollerConfig"],
        }
    return {
        name: value
        for name, value in merged.items()
        if name not in _CLEARED_IF_EMPTY or value not in _EMPTY
    }


def check_constraints(settings: Mapping[str, Any]) -> None:
    """Refuse settings that break the constraints of Lambda's service model.

    Raises:
        Violations: They do.
    """
    checks = Checks()
    checks.range("batchSize", settings["BatchSize"], limits.BATCH_SIZE)
    checks.range(
        "maximumBatchingWindowInSeconds",
        settings.get("MaximumBatchingWindowInSeconds", 0),
        limits.WINDOW,
    )
    checks.length("functionResponseTypes", settings.get("FunctionResponseTypes", ()), 1)
    for response in settings.get("FunctionResponseTypes", ()):
        checks.choice("functionResponseTypes", response, (PARTIAL,))
    for metric in settings.get("MetricsConfig", {}).get("Metrics", ()):
        checks.choice("metricsConfig.metrics", metric, _METRICS)
    if "ScalingConfig" in settings:
        concurrency = settings["ScalingConfig"]["MaximumConcurrency"]
        checks.range("scalingConfig.maximumConcurrency", concurrency, limits.MAXIMUM_CONCURRENCY)
    for number, one in enumerate(settings.get("FilterCriteria", {}).get("Filters", ()), 1):
        parameter = f"filterCriteria.filters.{number}.member.pattern"
        checks.length(parameter, one.get("Pattern") or "", limits.FILTER_PATTERN)
    checks.done()


def check_for_queue(settings: Mapping[str, Any], queue: PollableQueue, function: Function) -> None:
    """Refuse what does not fit a queue and a function.

    Raises:
        Violations: A number of pollers is out of range.
        InvalidParameterValue: Something else does not fit.
        NotSimulated: A filter is about something else than the body.
    """
    batch_size, window = settings["BatchSize"], settings["MaximumBatchingWindowInSeconds"]
    largest = limits.BATCH_SIZE_WITHOUT_WINDOW
    if queue.fifo and window:
        raise InvalidParameterValue("Batching window is not supported for FIFO queues")
    if queue.fifo and batch_size > largest:
        raise InvalidParameterValue(
            f"Maximum batch size for FIFO queues must be between 1 and {largest} inclusive"
        )
    if batch_size > largest and not window:
        raise InvalidParameterValue(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            f"greater than {largest}"
        )
    _check_pollers(settings)
    filters_of(settings)
    if queue.visibility_timeout < function.longest:
        raise InvalidParameterValue(
            f"Queue visibility timeout: {queue.visibility_timeout // SECOND} seconds is less "
            f"than Function timeout: {function.timeout} seconds"
        )


def _check_pollers(settings: Mapping[str, Any]) -> None:
    pollers = settings.get("ProvisionedPollerConfig")
    if not pollers:
        return
    if "ScalingConfig" in settings:
        raise InvalidParameterValue(
            "ProvisionedPollerConfig and ScalingConfig cannot be used together: provisioned mode and "
            "maximum concurrency exclude each other."
        )
    fewest, most = pollers["MinimumPollers"], pollers["MaximumPollers"]
    checks = Checks()
    checks.range("provisionedPollerConfig.minimumPollers", fewest, limits.POLLERS_LEAST)
    checks.range("provisionedPollerConfig.maximumPollers", most, limits.POLLERS_MOST)
    checks.done()
    if fewest > most:
        raise InvalidParameterValue("MinimumPollers must be less than or equal to MaximumPollers.")


def filters_of(settings: Mapping[str, Any]) -> EventFilters | None:
    """The filters that the settings ask for.

    Raises:
        InvalidParameterValue: There are too many, or one cannot be read.
    """
    criteria = settings.get("FilterCriteria")
    if criteria is None:
        return None
    from pytest_fakeaws.services.lambda_.event_filters import EventFilters

    return EventFilters(criteria)


def hidden_for(settings: Mapping[str, Any], queue: PollableQueue, function: Function) -> Duration:
    """How long what is received stays hidden from others.

    See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
    """
    window: Duration = settings["MaximumBatchingWindowInSeconds"] * SECOND
    if window and window + function.longest > queue.visibility_timeout:
        return window + function.longest + limits.WINDOW_VISIBILITY * SECOND
    return queue.visibility_timeout
