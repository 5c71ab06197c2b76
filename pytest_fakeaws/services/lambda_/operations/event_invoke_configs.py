"""Operations on what becomes of asynchronous events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.event_invoke_config import EventInvokeConfig
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.sim.instants import to_datetime


def put_function_event_invoke_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html."""
    config = _given(parameters)
    target = _target(directory, caller, parameters, "PutFunctionEventInvokeConfig")
    return _set(directory, target, config)


def update_function_event_invoke_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html."""
    given = _given(parameters)
    target = _target(directory, caller, parameters, "UpdateFunctionEventInvokeConfig")
    config = directory.events.configs.existing(target.qualified_arn)
    if given.retry_attempts is not None:
        config = replace(config, retry_attempts=given.retry_attempts)
    if given.maximum_age is not None:
        config = replace(config, maximum_age=given.maximum_age)
    if parameters.get("DestinationConfig"):
        config = replace(config, on_success=given.on_success, on_failure=given.on_failure)
    return _set(directory, target, config)


def get_function_event_invoke_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html."""
    arn = _target(directory, caller, parameters, "GetFunctionEventInvokeConfig").qualified_arn
    return _description(arn, directory.events.configs.existing(arn))


def delete_function_event_invoke_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html."""
    target = _target(directory, caller, parameters, "DeleteFunctionEventInvokeConfig")
    directory.events.configs.remove(target.qualified_arn)
    return {}


def list_function_event_invoke_configs(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html."""
    target = _target(directory, caller, parameters, "ListFunctionEventInvokeConfigs")
    found = sorted(directory.events.configs.of_function(target.latest.arn))
    configs, marker = page(
        found, parameters, limits.LIST_PAGE, lambda item: item[0].rpartition(":")[2]
    )
    return {"FunctionEventInvokeConfigs": [_description(*item) for item in configs], **marker}


def _target(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Target:
    return directory.target(
        caller, parameters["FunctionName"], parameters.get("Qualifier"), operation=operation
    )


def _given(parameters: Parameters) -> EventInvokeConfig:
    destinations = parameters.get("DestinationConfig") or {}
    config = EventInvokeConfig(
        parameters.get("MaximumRetryAttempts"),
        parameters.get("MaximumEventAgeInSeconds"),
        (destinations.get("OnSuccess") or {}).get("Destination") or "",
        (destinations.get("OnFailure") or {}).get("Destination") or "",
    )
    config.check()
    if config == EventInvokeConfig() and not destinations:
        raise InvalidParameterValue(
            "You must specify at least one of error handling or destination setting."
        )
    return config


def _set(directory: FunctionDirectory, target: Target, config: EventInvokeConfig) -> Result:
    return _description(target.qualified_arn, directory.events.configure(target, config))


def _description(arn: str, config: EventInvokeConfig) -> dict[str, Any]:
    description: dict[str, Any] = {
        "LastModified": to_datetime(config.modified_at),
        "FunctionArn": arn,
        "DestinationConfig": {
            "OnSuccess": _destination(config.on_success),
            "OnFailure": _destination(config.on_failure),
        },
    }
    if config.retry_attempts is not None:
        description["MaximumRetryAttempts"] = config.retry_attempts
    if config.maximum_age is not None:
        description["MaximumEventAgeInSeconds"] = config.maximum_age
    return description


def _destination(arn: str) -> dict[str, str]:
    return {"Destination": arn} if arn else {}
