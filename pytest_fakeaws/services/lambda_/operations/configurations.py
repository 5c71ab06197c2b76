"""How answers show the configuration of a function."""

from __future__ import annotations

import hashlib
from typing import Any

from pytest_fakeaws.addresses import partition
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.runtimes import runtime_version_arn
from pytest_fakeaws.sim.instants import Instant, to_datetime

PENDING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
"""What the answer to a creation says; from then on the function is active."""

UPDATING = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}
"""What the answer to an update says, in AWS's words; from then on it is done."""

_AS_GIVEN = (
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "DeadLetterConfig",
    "Environment",
    "KMSKeyArn",
    "TracingConfig",
    "FileSystemConfigs",
    "PackageType",
    "Architectures",
    "EphemeralStorage",
    "TenancyConfig",
    "CapacityProviderConfig",
    "AcceleratorConfig",
    "RuntimeConfig",
)


def configuration(function: Function, arn: str) -> dict[str, Any]:
    """The configuration of *function*, which the call named as *arn*."""
    shown = {**summary(function, arn), "State": "Active", "LastUpdateStatus": "Successful"}
    runtime, region = function.settings.get("Runtime"), function.place.region
    if runtime is not None:
        version = runtime_version_arn(runtime, region, partition(region))
        shown["RuntimeVersionConfig"] = {"RuntimeVersionArn": version}
    return shown


def created(function: Function, arn: str) -> dict[str, Any]:
    """The same in the answer to its creation."""
    shown = {**configuration(function, arn), **PENDING}
    del shown["LastUpdateStatus"]
    return shown


def summary(function: Function, arn: str) -> dict[str, Any]:
    """The same in lists, which do not tell the state."""
    settings = function.settings
    shown: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": arn,
        "CodeSize": function.code.size,
        "CodeSha256": function.code.sha256,
        "LastModified": timestamp(function.modified_at),
        "Version": function.version,
        "RevisionId": function.revision,
        **{name: settings[name] for name in _AS_GIVEN if name in settings},
        "SnapStart": {**settings["SnapStart"], "OptimizationStatus": "Off"},
        "LoggingConfig": {**function.logging.shown, "LogGroup": function.log_group},
    }
    if settings.get("Layers"):
        shown["Layers"] = [
            {"Arn": layer, "CodeSize": package.size}
            for layer, package in zip(settings["Layers"], function.layers, strict=True)
        ]
    if "VpcConfig" in settings:
        shown["VpcConfig"] = _network(settings["VpcConfig"])
    if "ImageConfig" in settings:
        shown["ImageConfigResponse"] = {"ImageConfig": settings["ImageConfig"]}
    return shown


def timestamp(instant: Instant) -> str:
    """An instant as Lambda writes it."""
    text = to_datetime(instant).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "+0000")


def _network(given: dict[str, Any]) -> dict[str, Any]:
    subnets = given.get("SubnetIds") or []
    digest = hashlib.sha256("/".join(subnets).encode()).hexdigest()
    return {
        "SubnetIds": subnets,
        "SecurityGroupIds": given.get("SecurityGroupIds") or [],
        "VpcId": f"vpc-{digest[:17]}" if subnets else "",
        "Ipv6AllowedForDualStack": given.get("Ipv6AllowedForDualStack") or False,
    }
