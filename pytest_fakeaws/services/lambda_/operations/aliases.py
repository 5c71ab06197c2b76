"""Operations on aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.alias import Alias
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import (
    Conflict,
    FunctionNotFound,
    InvalidParameterValue,
    ResourceNotFound,
    StaleRevision,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.references import LATEST
from pytest_fakeaws.services.ports import Parameters, Result

_NAME = re.compile(r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)")
_VERSION = re.compile(r"(\$LATEST|[0-9]+)")


def create_alias(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html."""
    function = directory.find(caller, parameters["FunctionName"], operation="CreateAlias")
    name = parameters["Name"]
    _check(parameters)
    if name in function.aliases:
        raise Conflict(f"Alias already exists: {function.arn}:{name}")
    weights = _weights(parameters)
    _check_route(function, parameters["FunctionVersion"], weights)
    alias = Alias(
        name,
        parameters["FunctionVersion"],
        description=parameters.get("Description") or "",
        weights=weights,
        revision=directory.revision(),
    )
    function.aliases[name] = alias
    directory.mappings.function_appeared(function.place, function.name)
    return _description(function, alias)


def get_alias(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html."""
    function = directory.find(caller, parameters["FunctionName"], operation="GetAlias")
    return _description(function, existing_alias(function, parameters["Name"]))


def update_alias(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html."""
    function = directory.find(caller, parameters["FunctionName"], operation="UpdateAlias")
    _check(parameters)
    alias = existing_alias(function, parameters["Name"])
    if parameters.get("RevisionId") not in (None, alias.revision):
        raise StaleRevision("GetFunction/GetAlias")
    version = parameters.get("FunctionVersion") or alias.version
    weights = _weights(parameters) if "RoutingConfig" in parameters else alias.weights
    _check_route(function, version, weights)
    alias.version, alias.weights = version, weights
    alias.description = parameters.get("Description", alias.description)
    alias.revision = directory.revision()
    return _description(function, alias)


def delete_alias(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html."""
    function = directory.find(caller, parameters["FunctionName"], operation="DeleteAlias")
    if function.aliases.pop(parameters["Name"], None) is not None:
        function.forget(parameters["Name"])
    return {}


def list_aliases(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html."""
    function = directory.find(caller, parameters["FunctionName"], operation="ListAliases")
    wanted = parameters.get("FunctionVersion")
    found = [
        alias
        for _, alias in sorted(function.aliases.items())
        if wanted is None or wanted in alias.versions
    ]
    aliases, marker = page(found, parameters, limits.LIST_PAGE, lambda alias: alias.name)
    return {"Aliases": [_description(function, alias) for alias in aliases], **marker}


def existing_alias(function: Function, name: str) -> Alias:
    """The alias of *function* with this name.

    Raises:
        ResourceNotFound: There is none.
    """
    try:
        return function.aliases[name]
    except KeyError:
        raise ResourceNotFound(f"Cannot find alias arn: {function.arn}:{name}") from None


def _check(parameters: Parameters) -> None:
    checks = Checks()
    checks.length("name", parameters["Name"], limits.QUALIFIER_LENGTH)
    checks.pattern("name", parameters["Name"], _NAME)
    if parameters.get("FunctionVersion"):
        checks.pattern("functionVersion", parameters["FunctionVersion"], _VERSION)
    checks.length("description", parameters.get("Description") or "", limits.DESCRIPTION_LENGTH)
    for weight in _weights(parameters).values():
        if not 0 <= weight <= 1:
            checks.broken(
                "routingConfig.additionalVersionWeights",
                weight,
                "Map value must satisfy constraint: [Member must have value less than or equal to "
                "1.0, Member must have value greater than or equal to 0.0]",
            )
    checks.done()


def _weights(parameters: Parameters) -> dict[str, float]:
    routing = parameters.get("RoutingConfig") or {}
    return dict(routing.get("AdditionalVersionWeights") or {})


def _check_route(function: Function, version: str, weights: Mapping[str, float]) -> None:
    if len(weights) > 1:
        raise InvalidParameterValue(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    if weights and LATEST in (version, *weights):
        raise InvalidParameterValue(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    if version in weights:
        raise InvalidParameterValue(
            f"Invalid function version {version}. Function version {version} is already included "
            "in routing configuration."
        )
    for each in (version, *weights):
        if each != LATEST and each not in function.versions:
            raise FunctionNotFound(f"{function.arn}:{each}")


def _description(function: Function, alias: Alias) -> dict[str, Any]:
    description: dict[str, Any] = {
        "AliasArn": f"{function.arn}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision,
    }
    if alias.weights:
        description["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return description
