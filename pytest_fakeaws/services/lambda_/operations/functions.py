"""Operations on functions as such."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits, settings
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import Conflict, FunctionExists, InvalidParameterValue
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.code_signing import (
    attach_code_signing,
    check_code_signing,
)
from pytest_fakeaws.services.lambda_.operations.configurations import (
    configuration,
    created,
    summary,
)
from pytest_fakeaws.services.lambda_.operations.deployments import deployment
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.references import LATEST, new_name
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.ports import Parameters, Result


def create_function(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html."""
    given = settings.given(parameters, "CreateFunction")
    name = new_name(caller, parameters["FunctionName"])
    settings.check(given)
    kind = given.get("PackageType", "Zip")
    if kind == "Zip" and not (given.get("Runtime") and given.get("Handler")):
        raise InvalidParameterValue(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages."
        )
    if directory.exists(caller, name):
        raise FunctionExists(name)
    code = deployment(directory, caller, parameters["Code"], "CreateFunction", kind)
    layers = directory.layers.packages(caller, given.get("Layers", ()))
    if code.package is not None:
        code.package.check_size(layers)
    signing = parameters.get("CodeSigningConfigArn")
    if signing:
        check_code_signing(directory, signing)
    function = directory.add(caller, name, code, given, layers)
    if signing:
        attach_code_signing(function, signing)
    function.tags = dict(parameters.get("Tags") or {})
    answer = created(function, function.arn)
    function.revision = directory.revision()  # it is active now
    if parameters.get("Publish"):
        answer["Version"] = directory.publish(function).version
    return answer


def get_function(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html."""
    target = _target(directory, caller, parameters, "GetFunction")
    answer: Result = {
        "Configuration": configuration(target.function, target.arn),
        "Code": _location(target.function),
    }
    reserved = directory.invoker.concurrency.reserved(target.latest)
    if reserved is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
    if target.latest.tags:
        answer["Tags"] = dict(target.latest.tags)
    return answer


def get_function_configuration(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html."""
    target = _target(directory, caller, parameters, "GetFunctionConfiguration")
    return configuration(target.function, target.arn)


def list_functions(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html."""
    found = [(function, function.arn) for function in directory.functions(caller)]
    if parameters.get("FunctionVersion") == "ALL":
        found = [
            (version, version.qualified_arn)
            for function, _ in found
            for version in (function, *function.versions.values())
        ]
    shown, marker = page(
        found, parameters, limits.FUNCTIONS_PAGE, lambda item: item[1].partition(":function:")[2]
    )
    return {"Functions": [summary(function, arn) for function, arn in shown], **marker}


def delete_function(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html."""
    target = _target(directory, caller, parameters, "DeleteFunction")
    if target.arn == target.latest.arn:
        directory.delete(target.latest)
    elif target.function.version == LATEST:
        raise InvalidParameterValue(
            "$LATEST version cannot be deleted without deleting the function."
        )
    else:
        _delete_version(target)
    return {"StatusCode": 204}


def _delete_version(target: Target) -> None:
    version = target.function.version
    aliases = [name for name, alias in target.latest.aliases.items() if version in alias.versions]
    if aliases:
        raise Conflict(
            f"Function version remains referenced by the following aliases: {sorted(aliases)}"
        )
    del target.latest.versions[version]
    target.latest.forget(version)


def _target(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Target:
    return directory.target(
        caller, parameters["FunctionName"], parameters.get("Qualifier"), operation=operation
    )


def _location(function: Function) -> dict[str, Any]:
    """Where the code could be downloaded, if there were such a place."""
    image = function.code.image
    if image is not None:
        resolved = f"{image.partition('@')[0].rpartition(':')[0] or image}@sha256:{'0' * 64}"
        return {"RepositoryType": "ECR", "ImageUri": image, "ResolvedImageUri": resolved}
    region, account = function.place.region, function.place.account
    host = f"https://awslambda-{region}-tasks.s3.{region}.amazonaws.com"
    path = f"snapshots/{account}/{function.name}-{function.revision}"
    return {"RepositoryType": "S3", "Location": f"{host}/{path}"}
