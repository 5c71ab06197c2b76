"""The runtimes of Lambda, by AWS's names."""

from __future__ import annotations

import hashlib
import re
import sys

SUPPORTED = (
    "nodejs20.x",
    "python3.14",
    "provided.al2023",
    "python3.12",
    "python3.13",
    "nodejs24.x",
    "nodejs22.x",
    "java25",
    "python3.10",
    "python3.11",
    "java21",
    "ruby3.3",
    "ruby3.4",
    "ruby3.2",
    "python3.8",
    "python3.9",
    "java17",
    "nodejs16.x",
    "dotnet10",
    "dotnet8",
    "java11",
    "dotnet6",
    "nodejs18.x",
    "provided.al2",
    "java8.al2",
)
"""Those that AWS's errors offer, in their order."""

_OTHERS = (
    "dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 go1.x java8 nodejs nodejs10.x "
    "nodejs12.x nodejs14.x nodejs26.x nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 provided "
    "python2.7 python3.15 python3.6 python3.7 ruby2.5 ruby2.7 ruby3.5"
)

RUNTIMES = frozenset((*SUPPORTED, *_OTHERS.split()))
"""Those that the service's model knows."""


def runtime_of_host() -> str:
    """The runtime that the test runs in."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def is_python(runtime: str | None) -> bool:
    """Whether functions of *runtime* run here."""
    return runtime is not None and re.fullmatch(r"python3\.\d+", runtime) is not None


def runtime_version_arn(runtime: str, region: str, partition: str) -> str:
    """The ARN of the runtime's version: a fictional one, the same every time."""
    return (
        f"arn:{partition}:lambda:{region}::runtime:{hashlib.sha256(runtime.encode()).hexdigest()}"
    )
