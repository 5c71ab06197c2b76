"""Operations on event source mappings."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.references import LATEST
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.sim.instants import to_datetime

_PARTIAL = "ReportBatchItemFailures"
_SIMULATED = {
    "EventSourceArn",
    "FunctionName",
    "Enabled",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "ScalingConfig",
}


def create_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html."""
    for name, value in parameters.items():
        if name not in _SIMULATED and value:
            raise NotSimulated(f"{name} of CreateEventSourceMapping")
    if parameters.get("Enabled") is False:
        raise NotSimulated("Enabled=False of CreateEventSourceMapping")
    source = parameters.get("EventSourceArn")
    if not source:
        raise InvalidParameterValue("Unrecognized event source.")
    target = directory.target(
        caller, parameters["FunctionName"], operation="CreateEventSourceMapping"
    )
    if (
        target.function.version != LATEST
        or target.arn.removesuffix(f":{LATEST}") != target.latest.arn
    ):
        raise NotSimulated(f"An event source mapping of the function {parameters['FunctionName']}")
    mapping = directory.map(
        caller,
        source,
        target.function,
        batch_size=parameters.get("BatchSize", limits.BATCH_SIZE_WITHOUT_WINDOW),
        window=parameters.get("MaximumBatchingWindowInSeconds", 0),
        report_batch_item_failures=_PARTIAL in (parameters.get("FunctionResponseTypes") or ()),
        maximum_concurrency=(parameters.get("ScalingConfig") or {}).get("MaximumConcurrency"),
    )
    return {**_description(mapping), "State": "Creating"}


def get_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html."""
    return _description(directory.mapping(parameters["UUID"]))


def list_event_source_mappings(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html."""
    found = directory.mappings(caller)
    if parameters.get("EventSourceArn"):
        found = [item for item in found if item.queue.arn == parameters["EventSourceArn"]]
    if parameters.get("FunctionName"):
        function = directory.find(caller, parameters["FunctionName"])
        found = [item for item in found if item.function is function]
    mappings, marker = page(found, parameters, limits.MAPPINGS_PAGE, lambda item: item.uuid)
    return {"EventSourceMappings": [_description(item) for item in mappings], **marker}


def delete_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html."""
    mapping = directory.mapping(parameters["UUID"])
    directory.unmap(mapping)
    return {**_description(mapping), "State": "Deleting"}


def _description(mapping: EventSourceMapping) -> dict[str, Any]:
    description: dict[str, Any] = {
        "UUID": mapping.uuid,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": mapping.queue.arn,
        "FunctionArn": mapping.function.arn,
        "LastModified": to_datetime(mapping.modified_at),
        "State": "Enabled" if mapping.enabled else "Disabled",
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": [_PARTIAL] if mapping.report_batch_item_failures else [],
        "EventSourceMappingArn": mapping.arn,
    }
    if mapping.maximum_concurrency is not None:
        description["ScalingConfig"] = {"MaximumConcurrency": mapping.maximum_concurrency}
    return description
