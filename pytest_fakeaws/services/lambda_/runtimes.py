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

_KNOWN = (
    "ruby3.5 ruby2.6 dotnetcore1.0 python3.7 nodejs8.10 nasa ruby2.7 "
    "python2.7-greengrass dotnetcore2.0 python3.8 java21 dotnet6 dotnetcore2.1 "
    "python3.9 java11 nodejs6.10 provided dotnetcore3.1 dotnet8 java25 java17 "
    "nodejs nodejs4.3 java8.al2 go1.x dotnet10 nodejs20.x go1.9 byol nodejs10.x "
    "provided.al2023 nodejs22.x python3.10 java8 nodejs12.x python3.11 nodejs24.x "
    "nodejs8.x python3.12 nodejs14.x nodejs8.9 nodejs26.x python3.13 python3.14 "
    "nodejs16.x python3.15 provided.al2 nodejs4.3-edge nodejs18.x ruby3.2 "
    "python3.4 ruby3.3 ruby3.4 ruby2.5 python3.6 python2.7"
)
_NEWER = "custom java8.al2023 java11.al2023 java17.al2023 ruby4.0"

LISTED = tuple(_KNOWN.split())
"""Those that filters of layers know, in the order of AWS's errors."""

RUNTIMES = frozenset((*LISTED, *SUPPORTED, *_NEWER.split()))
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
