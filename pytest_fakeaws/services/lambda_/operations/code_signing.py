"""Operations on code signing: kept and shown; no package's signature is looked at."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory, Tags
from pytest_fakeaws.services.lambda_.errors import (
    CodeSigningConfigGone,
    CodeSigningConfigUnknown,
    Conflict,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.configurations import timestamp
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.ports import Parameters, Result

_ATTACHED = ("CodeSigningConfig", None)
_MEMBERS = ("Description", "AllowedPublishers", "CodeSigningPolicies")


def create_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html."""
    label = f"csc-{directory.revision().replace('-', '')[:17]}"
    arn = caller.arn("lambda", f"code-signing-config:{label}")
    config = {
        "CodeSigningConfigId": label,
        "CodeSigningConfigArn": arn,
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"},
        "LastModified": timestamp(directory.now),
        **_given(parameters),
    }
    directory.code_signing_configs[arn] = config
    directory.stored_tags[arn] = Tags(parameters.get("Tags"))
    return {"CodeSigningConfig": dict(config)}


def get_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetCodeSigningConfig.html."""
    return {"CodeSigningConfig": dict(_config(directory, parameters))}


def update_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateCodeSigningConfig.html."""
    config = _config(directory, parameters)
    config.update(_given(parameters), LastModified=timestamp(directory.now))
    return {"CodeSigningConfig": dict(config)}


def delete_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteCodeSigningConfig.html."""
    arn = _config(directory, parameters)["CodeSigningConfigArn"]
    if _functions_with(directory, caller, arn):
        raise Conflict("CodeSigningConfig cannot be deleted because it is in use by functions.")
    del directory.code_signing_configs[arn]
    del directory.stored_tags[arn]
    return {}


def list_code_signing_configs(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListCodeSigningConfigs.html."""
    prefix = caller.arn("lambda", "code-signing-config:")
    own = [
        config for arn, config in directory.code_signing_configs.items() if arn.startswith(prefix)
    ]
    shown, marker = page(
        own, parameters, limits.LIST_PAGE, lambda config: str(config["CodeSigningConfigArn"])
    )
    return {"CodeSigningConfigs": [dict(config) for config in shown], **marker}


def put_function_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionCodeSigningConfig.html."""
    arn = parameters["CodeSigningConfigArn"]
    check_code_signing(directory, arn)
    function = directory.find(
        caller, parameters["FunctionName"], operation="PutFunctionCodeSigningConfig"
    )
    attach_code_signing(function, arn)
    return {"CodeSigningConfigArn": arn, "FunctionName": function.name}


def get_function_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="GetFunctionCodeSigningConfig"
    )
    kept = function.stored.get(_ATTACHED)
    return {} if kept is None else {**kept, "FunctionName": function.name}


def delete_function_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionCodeSigningConfig.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="DeleteFunctionCodeSigningConfig"
    )
    function.stored.pop(_ATTACHED, None)
    return {}


def list_functions_by_code_signing_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionsByCodeSigningConfig.html."""
    arn = _config(directory, parameters)["CodeSigningConfigArn"]
    found = _functions_with(directory, caller, arn)
    shown, marker = page(found, parameters, limits.LIST_PAGE, str)
    return {"FunctionArns": list(shown), **marker}


def check_code_signing(directory: FunctionDirectory, arn: str) -> None:
    """Refuse a configuration that does not exist.

    Raises:
        CodeSigningConfigGone: It does not.
    """
    if arn not in directory.code_signing_configs:
        raise CodeSigningConfigGone(arn)


def attach_code_signing(function: Function, arn: str) -> None:
    """Let *function* have the configuration *arn*."""
    function.stored[_ATTACHED] = {"CodeSigningConfigArn": arn}


def _config(directory: FunctionDirectory, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["CodeSigningConfigArn"]
    try:
        return directory.code_signing_configs[arn]
    except KeyError:
        raise CodeSigningConfigUnknown(arn) from None


def _functions_with(directory: FunctionDirectory, caller: Place, arn: str) -> list[str]:
    return [
        function.arn
        for function in directory.functions(caller)
        if function.stored.get(_ATTACHED, {}).get("CodeSigningConfigArn") == arn
    ]


def _given(parameters: Parameters) -> dict[str, Any]:
    return {name: parameters[name] for name in _MEMBERS if parameters.get(name) is not None}
