"""Operations that change the code or the settings of a function."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import settings
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import StaleRevision
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.configurations import (
    UPDATING,
    configuration,
    created,
)
from pytest_fakeaws.services.lambda_.operations.deployments import deployment
from pytest_fakeaws.services.ports import Parameters, Result


def update_function_code(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html."""
    given = settings.given(parameters, "UpdateFunctionCode")
    function = _function(directory, caller, parameters, "UpdateFunctionCode")
    settings.check(given)
    check_revision(parameters, function)
    kind = function.settings["PackageType"]
    code = deployment(directory, caller, parameters, "UpdateFunctionCode", kind)
    if parameters.get("DryRun"):
        shown = {"CodeSha256": code.sha256, "CodeSize": code.size}
        return {**configuration(function, function.arn), **shown}
    directory.change(function, code=code, given=given)
    if parameters.get("Publish"):
        version = directory.publish(function)
        return created(version, version.qualified_arn)
    return _updating(directory, function)


def update_function_configuration(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html."""
    given = settings.given(parameters, "UpdateFunctionConfiguration")
    function = _function(directory, caller, parameters, "UpdateFunctionConfiguration")
    settings.check(given)
    check_revision(parameters, function)
    layers = directory.layers.packages(caller, given["Layers"]) if "Layers" in given else None
    directory.change(function, given=given, layers=layers)
    return _updating(directory, function)


def check_revision(parameters: Parameters, function: Function) -> None:
    """Refuse a call whose `RevisionId` is not the newest.

    Raises:
        StaleRevision: It is not.
    """
    if parameters.get("RevisionId") not in (None, function.revision):
        raise StaleRevision("GetFunction/GetAlias")


def _function(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Function:
    return directory.find(caller, parameters["FunctionName"], operation=operation)


def _updating(directory: FunctionDirectory, function: Function) -> Result:
    answer = {**configuration(function, function.arn), **UPDATING}
    function.revision = directory.revision()  # it is up to date now
    return answer
