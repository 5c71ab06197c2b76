"""Operations on event source mappings."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.event_sources import NO_SETTINGS
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.sim.instants import to_datetime


def create_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html."""
    target = _target(directory, caller, parameters["FunctionName"], "CreateEventSourceMapping")
    mapping = directory.mappings.create(
        target,
        parameters.get("EventSourceArn") or "",
        _settings(parameters),
        enabled=parameters.get("Enabled") is not False,
        tags=parameters.get("Tags") or {},
    )
    return {**_description(mapping), "State": "Creating"}


def get_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html."""
    return _description(directory.mappings.find(caller, parameters["UUID"]))


def list_event_source_mappings(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html."""
    found = directory.mappings.of(caller)
    if parameters.get("EventSourceArn"):
        found = [item for item in found if item.source == parameters["EventSourceArn"]]
    if parameters.get("FunctionName"):
        arn = directory.target(caller, parameters["FunctionName"], operation="GetFunction").arn
        found = [item for item in found if item.function_arn == arn]
    mappings, marker = page(found, parameters, limits.MAPPINGS_PAGE, lambda item: item.uuid)
    return {"EventSourceMappings": [_description(item) for item in mappings], **marker}


def update_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html."""
    mapping = directory.mappings.find(caller, parameters["UUID"])
    before, enabled = mapping.enabled, parameters.get("Enabled")
    name = parameters.get("FunctionName")
    directory.mappings.change(
        mapping,
        _settings(parameters),
        target=_target(directory, caller, name, "UpdateEventSourceMapping") if name else None,
        enabled=enabled,
    )
    state = "Updating"
    if enabled is not None and enabled != before:
        state = "Enabling" if enabled else "Disabling"
    return {**_description(mapping), "State": state}


def delete_event_source_mapping(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html."""
    mapping = directory.mappings.find(caller, parameters["UUID"])
    directory.mappings.delete(mapping)
    return {**_description(mapping), "State": "Deleting"}


def _target(directory: FunctionDirectory, caller: Place, name: str, operation: str) -> Target:
    return directory.target(caller, name, operation=operation)


def _settings(parameters: Parameters) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name not in NO_SETTINGS}


def _description(mapping: EventSourceMapping) -> dict[str, Any]:
    source = {"EventSourceArn": mapping.source} if mapping.source else {}
    return {
        "UUID": mapping.uuid,
        **source,
        "FunctionArn": mapping.function_arn,
        **mapping.settings,
        "LastModified": to_datetime(mapping.modified_at),
        "State": mapping.state,
        "StateTransitionReason": mapping.kind.reason,
        "EventSourceMappingArn": mapping.arn,
    }
