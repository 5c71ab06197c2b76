"""Operations on functions as such."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.sim.instants import to_datetime


def get_function(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html."""
    return {"Configuration": get_function_configuration(directory, caller, parameters)}


def get_function_configuration(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html."""
    return _configuration(
        directory.find(
            caller,
            parameters["FunctionName"],
            parameters.get("Qualifier"),
            operation="GetFunction",
        )
    )


def list_functions(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html."""
    functions, marker = page(
        directory.functions(caller), parameters, limits.FUNCTIONS_PAGE, lambda item: item.name
    )
    return {"Functions": [_configuration(function) for function in functions], **marker}


def delete_function(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html."""
    directory.delete(
        directory.find(
            caller,
            parameters["FunctionName"],
            parameters.get("Qualifier"),
            operation="DeleteFunction",
        )
    )
    return {}


def _configuration(function: Function) -> dict[str, Any]:
    modified = to_datetime(function.modified_at)
    configuration: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": function.runtime,
        "Role": f"arn:aws:iam::{function.place.account}:role/{function.name}",
        "Handler": function.handler_name,
        "CodeSize": 0,
        "Description": "",
        "Timeout": function.timeout,
        "MemorySize": function.memory,
        "LastModified": modified.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": function.revision,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": function.log_group},
    }
    if function.environment:
        configuration["Environment"] = {"Variables": dict(function.environment)}
    return configuration
