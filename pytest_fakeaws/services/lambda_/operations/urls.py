"""Operations on the configurations of function URLs."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import Conflict, MappingNotFound
from pytest_fakeaws.services.lambda_.function_urls import KIND
from pytest_fakeaws.services.lambda_.operations.configurations import timestamp
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.lambda_.tenants import refuse_for_tenants
from pytest_fakeaws.services.ports import Parameters, Result

_QUALIFIER = re.compile(r"((?!^\d+$)^[0-9a-zA-Z-_]+$)")
"""An alias: neither a version nor `$LATEST` has a URL."""

_MEMBERS = ("AuthType", "Cors", "InvokeMode")


def create_function_url_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html."""
    _check(parameters)
    target = _target(directory, caller, parameters, "CreateFunctionUrlConfig")
    refuse_for_tenants(target.latest, "Function URLs are")
    if (KIND, target.qualifier) in target.latest.stored:
        raise Conflict(
            f"Failed to create function url config for [functionArn = {target.arn}]. Error message: "
            " FunctionUrlConfig exists for this Lambda function"
        )
    now = timestamp(directory.now)
    label = hashlib.sha256(target.arn.encode()).hexdigest()[:32]
    config = {
        "FunctionUrl": f"https://{label}.lambda-url.{target.latest.place.region}.on.aws/",
        "FunctionArn": target.arn,
        "CreationTime": now,
        "LastModifiedTime": now,
        **_given(parameters),
    }
    target.latest.stored[KIND, target.qualifier] = config
    return {name: value for name, value in config.items() if name != "LastModifiedTime"}


def get_function_url_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html."""
    return _shown(_config(_target(directory, caller, parameters, "GetFunctionUrlConfig")))


def update_function_url_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html."""
    _check(parameters)
    config = _config(_target(directory, caller, parameters, "UpdateFunctionUrlConfig"))
    config.update(_given(parameters), LastModifiedTime=timestamp(directory.now))
    return dict(config)


def delete_function_url_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html."""
    target = _target(directory, caller, parameters, "DeleteFunctionUrlConfig")
    _config(target)
    del target.latest.stored[KIND, target.qualifier]
    return {}


def list_function_url_configs(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="ListFunctionUrlConfigs"
    )
    configs = [_shown(kept) for (kind, _), kept in function.stored.items() if kind == KIND]
    shown, marker = page(
        configs, parameters, limits.LIST_PAGE, lambda config: str(config["FunctionArn"])
    )
    return {"FunctionUrlConfigs": list(shown), **marker}


def _check(parameters: Parameters) -> None:
    checks = Checks()
    if parameters.get("InvokeMode"):
        checks.choice("invokeMode", parameters["InvokeMode"], ("RESPONSE_STREAM", "BUFFERED"))
    if parameters.get("Qualifier"):
        checks.pattern("qualifier", parameters["Qualifier"], _QUALIFIER)
    if parameters.get("AuthType"):
        checks.choice("authType", parameters["AuthType"], ("NONE", "AWS_IAM"))
    sharing = parameters.get("Cors") or {}
    if sharing.get("MaxAge") is not None:
        checks.range("cors.maxAge", sharing["MaxAge"], limits.CORS_AGE)
    for member, longest in limits.CORS_LENGTHS.items():
        checks.length(f"cors.{member[0].lower()}{member[1:]}", sharing.get(member) or (), longest)
    checks.done()


def _given(parameters: Parameters) -> dict[str, Any]:
    return {name: parameters[name] for name in _MEMBERS if parameters.get(name) is not None}


def _target(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Target:
    return directory.target(
        caller, parameters["FunctionName"], parameters.get("Qualifier"), operation=operation
    )


def _config(target: Target) -> dict[str, Any]:
    try:
        return target.latest.stored[KIND, target.qualifier]
    except KeyError:
        raise MappingNotFound from None


def _shown(config: dict[str, Any]) -> Result:
    return {"InvokeMode": "BUFFERED", **config}
