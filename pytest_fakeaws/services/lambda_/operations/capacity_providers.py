"""Operations on capacity providers: kept and shown; no function runs on them."""

from __future__ import annotations

import re
from typing import Any

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory, Tags
from pytest_fakeaws.services.lambda_.errors import Conflict, MappingNotFound
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.configurations import timestamp
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.ports import Parameters, Result

_MEMBERS = (
    "VpcConfig",
    "PermissionsConfig",
    "InstanceRequirements",
    "CapacityProviderScalingConfig",
    "KmsKeyArn",
    "PropagateTags",
    "TelemetryConfig",
)
_NAME = re.compile(
    r"(arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:capacity-provider:)?[a-zA-Z0-9-_]+"
)


def create_capacity_provider(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateCapacityProvider.html."""
    arn = _arn(caller, parameters)
    if arn in directory.capacity_providers:
        raise Conflict(f"Capacity provider already exists: {arn}")
    provider = {
        "CapacityProviderArn": arn,
        "State": "Active",
        "LastModified": timestamp(directory.now),
        **_given(parameters),
    }
    directory.capacity_providers[arn] = provider
    directory.stored_tags[arn] = Tags(parameters.get("Tags"))
    return {"CapacityProvider": {**provider, "State": "Pending"}}


def get_capacity_provider(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetCapacityProvider.html."""
    return {"CapacityProvider": dict(_provider(directory, caller, parameters))}


def update_capacity_provider(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateCapacityProvider.html."""
    provider = _provider(directory, caller, parameters)
    provider.update(_given(parameters), LastModified=timestamp(directory.now))
    return {"CapacityProvider": dict(provider)}


def delete_capacity_provider(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteCapacityProvider.html."""
    provider = _provider(directory, caller, parameters)
    del directory.capacity_providers[provider["CapacityProviderArn"]]
    del directory.stored_tags[provider["CapacityProviderArn"]]
    return {"CapacityProvider": {**provider, "State": "Deleting"}}


def list_capacity_providers(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListCapacityProviders.html."""
    prefix, state = caller.arn("lambda", "capacity-provider:"), parameters.get("State")
    found = [
        provider
        for arn, provider in sorted(directory.capacity_providers.items())
        if arn.startswith(prefix) and state in (None, provider["State"])
    ]
    shown, marker = page(
        found, parameters, limits.LIST_PAGE, lambda provider: str(provider["CapacityProviderArn"])
    )
    return {"CapacityProviders": [dict(provider) for provider in shown], **marker}


def list_function_versions_by_capacity_provider(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionVersionsByCapacityProvider.html."""
    arn = _provider(directory, caller, parameters)["CapacityProviderArn"]
    found = [
        {"FunctionArn": version.qualified_arn, "State": "Active"}
        for function in directory.functions(caller)
        for version in (function, *function.versions.values())
        if _provider_of(version) == arn
    ]
    shown, marker = page(found, parameters, limits.LIST_PAGE, lambda item: item["FunctionArn"])
    return {"CapacityProviderArn": arn, "FunctionVersions": list(shown), **marker}


def _provider_of(function: Function) -> str | None:
    """The ARN of the capacity provider that *function* asks for."""
    config = function.settings.get("CapacityProviderConfig") or {}
    arn: str | None = config.get("LambdaManagedInstancesCapacityProviderConfig", {}).get(
        "CapacityProviderArn"
    )
    return arn


def _arn(caller: Place, parameters: Parameters) -> str:
    name = parameters["CapacityProviderName"]
    checks = Checks()
    checks.pattern("capacityProviderName", name, _NAME)
    checks.done()
    return name if Arn.parse(name) else caller.arn("lambda", f"capacity-provider:{name}")


def _provider(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> dict[str, Any]:
    arn = _arn(caller, parameters)
    if arn not in directory.capacity_providers or not arn.startswith(caller.arn("lambda", "")):
        raise MappingNotFound
    return directory.capacity_providers[arn]


def _given(parameters: Parameters) -> dict[str, Any]:
    return {name: parameters[name] for name in _MEMBERS if parameters.get(name) is not None}
