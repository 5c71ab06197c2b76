"""Operations on published versions."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.operations.configurations import configuration, summary
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.operations.updates import check_revision
from pytest_fakeaws.services.ports import Parameters, Result


def publish_version(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html."""
    if parameters.get("PublishTo"):
        raise NotSimulated("PublishTo of PublishVersion")
    function = directory.find(caller, parameters["FunctionName"], operation="PublishVersion")
    check_revision(parameters, function)
    wanted = parameters.get("CodeSha256")
    if wanted not in (None, function.code.sha256):
        raise InvalidParameterValue(
            f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST "
            f"({function.code.sha256}). Please try again with the CodeSHA256 in $LATEST."
        )
    version = directory.publish(function, parameters.get("Description"))
    return configuration(version, version.qualified_arn)


def list_versions_by_function(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="ListVersionsByFunction"
    )
    versions, marker = page(
        [function, *function.versions.values()],
        parameters,
        limits.LIST_PAGE,
        lambda version: version.version,
    )
    return {"Versions": [summary(each, each.qualified_arn) for each in versions], **marker}
