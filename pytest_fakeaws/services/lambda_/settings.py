"""The settings of a function, by AWS's names: what may be said, and what holds if nothing is.

See https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.lambda_.runtimes import RUNTIMES, SUPPORTED

Settings: TypeAlias = Mapping[str, Any]
"""The settings of one version of a function, by AWS's names."""

NAMES = (
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "VpcConfig",
    "PackageType",
    "DeadLetterConfig",
    "Environment",
    "KMSKeyArn",
    "TracingConfig",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "Architectures",
    "EphemeralStorage",
    "SnapStart",
    "LoggingConfig",
    "TenancyConfig",
    "CapacityProviderConfig",
    "AcceleratorConfig",
    "RuntimeConfig",
)
"""The parameters that are settings."""

DEFAULTS: Settings = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "PackageType": "Zip",
    "TracingConfig": {"Mode": "PassThrough"},
    "Architectures": ["x86_64"],
    "EphemeralStorage": {"Size": 512},
    "SnapStart": {"ApplyOn": "None"},
    "LoggingConfig": {},
}

_REFUSED = ("DurableConfig", "PublishTo")

_ROLE = re.compile(r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")
_HANDLER = re.compile(r"[^\s]+")
_RESOURCE = re.compile(r"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()")
_VARIABLE = re.compile(r"[a-zA-Z]([a-zA-Z0-9_])+")
_LOG_GROUP = re.compile(r"[\.\-_/#A-Za-z0-9]+")
_MOUNT_PATH = re.compile(r"/mnt/[a-zA-Z0-9-_.]+")

_ENUMS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("TracingConfig", "Mode"): ("Active", "PassThrough"),
    ("SnapStart", "ApplyOn"): ("PublishedVersions", "None"),
    ("LoggingConfig", "LogFormat"): ("JSON", "Text"),
    ("LoggingConfig", "ApplicationLogLevel"): ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"),
    ("LoggingConfig", "SystemLogLevel"): ("DEBUG", "INFO", "WARN"),
    ("TenancyConfig", "TenantIsolationMode"): ("PER_TENANT",),
}

_RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""See https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html."""


def given(parameters: Mapping[str, Any], operation: str) -> dict[str, Any]:
    """The settings among the *parameters* of an operation.

    Raises:
        NotSimulated: One that is not simulated is among them.
    """
    for name in _REFUSED:
        if parameters.get(name):
            raise NotSimulated(f"{name} of {operation}")
    return {
        name: parameters[name]
        for name in NAMES
        if name in parameters and parameters[name] is not None
    }


def check(settings: Settings) -> None:
    """Refuse *settings* as AWS would.

    Raises:
        Violations: The model's constraints are broken.
        InvalidParameterValue: What they allow is refused all the same.
    """
    checks = Checks()
    if "Role" in settings:
        checks.pattern("role", settings["Role"], _ROLE)
    if "Handler" in settings:
        checks.length("handler", settings["Handler"], limits.HANDLER_LENGTH)
        checks.pattern("handler", settings["Handler"], _HANDLER)
    checks.length("description", settings.get("Description", ""), limits.DESCRIPTION_LENGTH)
    check_numbers(checks, settings)
    _check_choices(checks, settings)
    _check_forms(checks, settings)
    variables = (settings.get("Environment") or {}).get("Variables", {})
    checks.keys("environment.variables", variables, _VARIABLE)
    checks.done()
    _check_together(settings)
    check_environment(variables)


def _check_forms(checks: Checks, settings: Settings) -> None:
    """Collect what has not the form that it must have."""
    target = (settings.get("DeadLetterConfig") or {}).get("TargetArn")
    if target is not None:
        checks.pattern("deadLetterConfig.targetArn", target, _RESOURCE)
    if "KMSKeyArn" in settings:
        checks.pattern("kMSKeyArn", settings["KMSKeyArn"], _RESOURCE)
    group = (settings.get("LoggingConfig") or {}).get("LogGroup")
    if group is not None:
        checks.pattern("loggingConfig.logGroup", group, _LOG_GROUP)
    for number, mount in enumerate(settings.get("FileSystemConfigs", ()), 1):
        path = f"fileSystemConfigs.{number}.member.localMountPath"
        checks.pattern(path, mount["LocalMountPath"], _MOUNT_PATH)


def _check_together(settings: Settings) -> None:
    """Refuse settings that exclude each other."""
    if settings.get("TenancyConfig") and settings.get("SnapStart", {}).get("ApplyOn") not in (
        None,
        "None",
    ):
        raise InvalidParameterValue(
            "SnapStart is not supported for functions with tenant isolation."
        )
    logging = settings.get("LoggingConfig") or {}
    if logging.get("LogFormat") != "JSON" and (
        logging.get("ApplicationLogLevel") or logging.get("SystemLogLevel")
    ):
        raise InvalidParameterValue(
            "To use ApplicationLogLevel or SystemLogLevel, you must set LogFormat to JSON."
        )


def check_numbers(checks: Checks, settings: Settings) -> None:
    """Collect the numbers that are out of range."""
    for name, parameter, bounds in (
        ("Timeout", "timeout", limits.TIMEOUT),
        ("MemorySize", "memorySize", limits.MEMORY),
    ):
        if name in settings:
            checks.range(parameter, settings[name], bounds)
    size = settings.get("EphemeralStorage", {}).get("Size")
    if size is not None:
        checks.range("ephemeralStorage.size", size, limits.EPHEMERAL_STORAGE)


def _check_choices(checks: Checks, settings: Settings) -> None:
    if settings.get("Runtime", SUPPORTED[0]) not in RUNTIMES:
        checks.broken(
            "runtime",
            settings["Runtime"],
            f"Member must satisfy enum value set: [{', '.join(SUPPORTED)}] or be a valid ARN",
        )
    if "PackageType" in settings:
        checks.choice("packageType", settings["PackageType"], ("Image", "Zip"))
    for architecture in settings.get("Architectures", ()):
        checks.choice("architectures", architecture, ("x86_64", "arm64"))
    for (name, member), values in _ENUMS.items():
        chosen = settings.get(name, {}).get(member)
        if chosen is not None:
            checks.choice(
                f"{name[0].lower()}{name[1:]}.{member[0].lower()}{member[1:]}", chosen, values
            )
    for subnet in settings.get("VpcConfig", {}).get("SubnetIds", ()):
        if not re.fullmatch(r"subnet-[0-9a-z]*", subnet):
            checks.broken(
                "vpcConfig.subnetIds",
                settings["VpcConfig"]["SubnetIds"],
                "Member must satisfy constraint: [Member must have length less than or equal to "
                "1024, Member must have length greater than or equal to 0, Member must satisfy "
                "regular expression pattern: subnet-[0-9a-z]*]",
            )
            break


def check_environment(variables: Mapping[str, str]) -> None:
    """Refuse environment variables as AWS would.

    Raises:
        InvalidParameterValue: They are too long together, or the runtime's own.
    """
    reserved = [name for name in variables if name in _RESERVED]
    if reserved:
        raise InvalidParameterValue(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    text = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) > limits.ENVIRONMENT:
        raise InvalidParameterValue(
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {text}"
        )
