"""Operations on provisioned concurrency: kept and shown as ready, for no start is slow here."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import (
    Conflict,
    FunctionNotFound,
    InvalidParameterValue,
    NoProvisionedConcurrency,
    ResourceNotFound,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.configurations import timestamp
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.references import LATEST
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.lambda_.tenants import refuse_for_tenants
from pytest_fakeaws.services.ports import Parameters, Result

_KIND = "ProvisionedConcurrency"


def put_provisioned_concurrency_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html."""
    target = _target(directory, caller, parameters, "PutProvisionedConcurrencyConfig")
    if target.function.version == LATEST:
        raise InvalidParameterValue(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    refuse_for_tenants(target.latest, "Provisioned concurrency is")
    _check_alone(target.latest, parameters["Qualifier"])
    kept = {
        "RequestedProvisionedConcurrentExecutions": parameters["ProvisionedConcurrentExecutions"],
        "LastModified": timestamp(directory.now),
    }
    target.latest.stored[_KIND, target.qualifier] = kept
    return {**_description(kept), "Status": "IN_PROGRESS", **_executions(0)}


def get_provisioned_concurrency_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html."""
    target = _target(directory, caller, parameters, "GetProvisionedConcurrencyConfig")
    kept = target.latest.stored.get((_KIND, target.qualifier))
    if kept is None:
        raise NoProvisionedConcurrency
    return _description(kept)


def delete_provisioned_concurrency_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html."""
    target = _target(directory, caller, parameters, "DeleteProvisionedConcurrencyConfig")
    target.latest.stored.pop((_KIND, target.qualifier), None)
    return {}


def list_provisioned_concurrency_configs(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="ListProvisionedConcurrencyConfigs"
    )
    configs = [
        {"FunctionArn": f"{function.arn}:{qualifier}", **_description(kept)}
        for (kind, qualifier), kept in function.stored.items()
        if kind == _KIND and (qualifier in function.aliases or qualifier in function.versions)
    ]
    shown, marker = page(
        configs, parameters, limits.LIST_PAGE, lambda config: str(config["FunctionArn"])
    )
    return {"ProvisionedConcurrencyConfigs": list(shown), **marker}


def _target(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Target:
    name, qualifier = parameters["FunctionName"], parameters["Qualifier"]
    try:
        return directory.target(caller, name, qualifier, operation=operation)
    except FunctionNotFound as error:
        if qualifier.isdigit() or directory.target(caller, name, operation=operation) is None:
            raise
        raise ResourceNotFound(f"Cannot find alias arn: {error.arn}") from None


def _check_alone(function: Function, qualifier: str) -> None:
    """A version is provisioned by its number or by one alias, not by both."""
    others = {each for kind, each in function.stored if kind == _KIND} - {qualifier}
    if qualifier in function.aliases:
        if function.aliases[qualifier].version in others:
            raise Conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already "
                "Provisioned version"
            )
    elif any(
        name in others and alias.version == qualifier for name, alias in function.aliases.items()
    ):
        raise Conflict("Version is pointed by a Provisioned Concurrency alias")


def _description(kept: dict[str, Any]) -> dict[str, Any]:
    requested = kept["RequestedProvisionedConcurrentExecutions"]
    return {**kept, "Status": "READY", **_executions(requested)}


def _executions(count: int) -> dict[str, int]:
    return {
        "AllocatedProvisionedConcurrentExecutions": count,
        "AvailableProvisionedConcurrentExecutions": count,
    }
