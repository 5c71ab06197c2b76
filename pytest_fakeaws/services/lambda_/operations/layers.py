"""Operations on layers."""

from __future__ import annotations

import re
from typing import Any

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, MappingNotFound
from pytest_fakeaws.services.lambda_.layers import LayerVersion, check_access
from pytest_fakeaws.services.lambda_.operations.configurations import timestamp
from pytest_fakeaws.services.lambda_.operations.deployments import read_package
from pytest_fakeaws.services.lambda_.operations.pages import page
from pytest_fakeaws.services.lambda_.policy import Policy
from pytest_fakeaws.services.lambda_.runtimes import LISTED, RUNTIMES, SUPPORTED
from pytest_fakeaws.services.ports import Parameters, Result

_ARCHITECTURES = ("x86_64", "arm64")
_NAME = re.compile(
    r"(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+"
)
_VERSION_ARN = re.compile(
    r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:"
    r"layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)"
)


def publish_layer_version(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html."""
    runtimes = parameters.get("CompatibleRuntimes") or []
    architectures = parameters.get("CompatibleArchitectures") or []
    _check_kinds(runtimes, architectures)
    layer = layer_arn(caller, parameters["LayerName"])
    package = read_package(directory, caller, parameters["Content"], "PublishLayerVersion")
    version = LayerVersion(
        layer,
        directory.layers.next_number(layer),
        package,
        parameters.get("Description") or "",
        list(runtimes),
        list(architectures),
        parameters.get("LicenseInfo"),
        directory.now,
        Policy("GetLayerVersionPolicy"),
    )
    directory.layers.add(version)
    return _description(version)


def get_layer_version(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html."""
    number = checked_number(parameters)
    return _found(directory, caller, layer_arn(caller, parameters["LayerName"]), number)


def get_layer_version_by_arn(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html."""
    checks = Checks()
    checks.pattern("arn", parameters["Arn"], _VERSION_ARN)
    checks.done()
    layer, _, number = parameters["Arn"].rpartition(":")
    return _found(directory, caller, layer, int(number) if number.isdigit() else 0)


def list_layer_versions(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html."""
    _check_filters(parameters)
    versions = directory.layers.versions(layer_arn(caller, parameters["LayerName"]))
    found = [version for version in versions if _fits(version, parameters)]
    shown, marker = page(found, parameters, limits.LIST_PAGE, lambda version: str(version.number))
    return {"LayerVersions": [_summary(version) for version in shown], **marker}


def list_layers(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html."""
    _check_filters(parameters)
    fitting = (
        [version for version in versions if _fits(version, parameters)]
        for versions in directory.layers.of(caller)
    )
    newest = [versions[0] for versions in fitting if versions]
    shown, marker = page(newest, parameters, limits.LIST_PAGE, lambda version: version.layer_arn)
    layers = [
        {
            "LayerName": version.layer_arn.rpartition(":")[2],
            "LayerArn": version.layer_arn,
            "LatestMatchingVersion": _summary(version),
        }
        for version in shown
    ]
    return {"Layers": layers, **marker}


def delete_layer_version(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html."""
    number = checked_number(parameters)
    directory.layers.remove(layer_arn(caller, parameters["LayerName"]), number)
    return {}


def layer_arn(caller: Place, name: str) -> str:
    """The ARN of the layer that *caller* means by a name or an ARN.

    Raises:
        Violations: It is neither.
    """
    checks = Checks()
    checks.pattern("layerName", name, _NAME)
    checks.done()
    return name if Arn.parse(name) is not None else caller.arn("lambda", f"layer:{name}")


def checked_number(parameters: Parameters) -> int:
    """The number of the version that *parameters* name.

    Raises:
        InvalidParameterValue: There can be none.
    """
    number: int = parameters["VersionNumber"]
    if number < 1:
        raise InvalidParameterValue("Layer Version Cannot be less than 1")
    return number


def _found(directory: FunctionDirectory, caller: Place, layer: str, number: int) -> Result:
    version = directory.layers.version(layer, number)
    if version is None:
        raise MappingNotFound
    check_access(caller, version)
    return _description(version)


def _check_kinds(runtimes: list[str], architectures: list[str]) -> None:
    checks = Checks()
    if not set(runtimes) <= set(RUNTIMES):
        checks.broken(
            "compatibleRuntimes",
            runtimes,
            f"Member must satisfy enum value set: [{', '.join(SUPPORTED)}]",
        )
    if not set(architectures) <= set(_ARCHITECTURES):
        checks.broken(
            "compatibleArchitectures",
            architectures,
            f"Member must satisfy constraint: [Member must satisfy enum value set: "
            f"[{', '.join(_ARCHITECTURES)}], Member must not be null]",
        )
    checks.done()


def _check_filters(parameters: Parameters) -> None:
    checks = Checks()
    if parameters.get("CompatibleRuntime"):
        checks.choice("compatibleRuntime", parameters["CompatibleRuntime"], LISTED)
    if parameters.get("CompatibleArchitecture"):
        checks.choice(
            "compatibleArchitecture", parameters["CompatibleArchitecture"], _ARCHITECTURES
        )
    checks.done()


def _fits(version: LayerVersion, parameters: Parameters) -> bool:
    runtime, architecture = (
        parameters.get("CompatibleRuntime"),
        parameters.get("CompatibleArchitecture"),
    )
    return (runtime is None or runtime in version.runtimes) and (
        architecture is None or architecture in version.architectures
    )


def _description(version: LayerVersion) -> dict[str, Any]:
    summary = _summary(version)
    region = version.arn.split(":")[3]
    return {
        **summary,
        "LayerArn": version.layer_arn,
        "Content": {
            "Location": f"https://awslambda-{region}-layers.s3.{region}.amazonaws.com/snapshots/"
            f"{version.arn.rpartition(':layer:')[2].replace(':', '-')}",
            "CodeSha256": version.package.sha256,
            "CodeSize": version.package.size,
        },
    }


def _summary(version: LayerVersion) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "LayerVersionArn": version.arn,
        "Version": version.number,
        "Description": version.description,
        "CreatedDate": timestamp(version.created_at),
        "CompatibleRuntimes": list(version.runtimes),
        "CompatibleArchitectures": list(version.architectures),
    }
    if version.license is not None:
        summary["LicenseInfo"] = version.license
    return summary
