"""Layers: packages that functions share, in numbered versions.

See https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import AccessDenied, InvalidParameterValue
from pytest_fakeaws.services.lambda_.package import Package
from pytest_fakeaws.services.lambda_.policy import Policy
from pytest_fakeaws.services.policies import Request, context_of, permits
from pytest_fakeaws.sim.instants import Instant

_VERSION_ARN = re.compile(r"(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+):(\d+)")


@dataclass(eq=False)
class LayerVersion:
    """One version of a layer.

    Attributes:
        layer_arn: The ARN of the layer.
        number: Its number.
        package: What is in it.
        description: For people.
        runtimes: The runtimes that it is for.
        architectures: The architectures that it is for.
        license: Under what terms.
        created_at: When it was published.
        policy: Who may use it.
    """

    layer_arn: str
    number: int
    package: Package
    description: str
    runtimes: Sequence[str]
    architectures: Sequence[str]
    license: str | None
    created_at: Instant
    policy: Policy

    @property
    def arn(self) -> str:
        """The ARN of the version."""
        return f"{self.layer_arn}:{self.number}"


class Layers:
    """All layers there are."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[int, LayerVersion]] = {}
        self._published: dict[str, int] = {}

    def next_number(self, layer_arn: str) -> int:
        """The number of the next version of a layer; none is ever used twice."""
        self._published[layer_arn] = self._published.get(layer_arn, 0) + 1
        return self._published[layer_arn]

    def add(self, version: LayerVersion) -> None:
        """Publish *version*."""
        self._versions.setdefault(version.layer_arn, {})[version.number] = version

    def remove(self, layer_arn: str, number: int) -> None:
        """Delete a version, if it exists; functions that have it keep it."""
        self._versions.get(layer_arn, {}).pop(number, None)

    def version(self, layer_arn: str, number: int) -> LayerVersion | None:
        """A version, if it exists."""
        return self._versions.get(layer_arn, {}).get(number)

    def versions(self, layer_arn: str) -> list[LayerVersion]:
        """The versions of a layer, newest first."""
        return list(self._versions.get(layer_arn, {}).values())[::-1]

    def of(self, place: Place) -> list[list[LayerVersion]]:
        """The versions of each layer of *place*, newest first, by the layer's name."""
        arns = sorted(arn for arn, versions in self._versions.items() if versions)
        return [self.versions(arn) for arn in arns if arn.startswith(place.arn("lambda", "layer:"))]

    def size(self, place: Place) -> int:
        """Bytes of all versions of *place*."""
        return sum(version.package.size for versions in self.of(place) for version in versions)

    def packages(self, caller: Place, arns: Sequence[str]) -> list[Package]:
        """The packages that a function of *caller* with these layers gets.

        Raises:
            InvalidParameterValue: One does not exist, or they do not go together.
            AccessDenied: One is another account's, whose policy does not allow it.
        """
        if len(arns) > limits.LAYERS:
            raise InvalidParameterValue(f"Cannot reference more than {limits.LAYERS} layers.")
        versions = [self._usable(caller, arn) for arn in arns]
        _check_different(versions)
        return [version.package for version in versions]

    def _usable(self, caller: Place, arn: str) -> LayerVersion:
        match = _VERSION_ARN.fullmatch(arn)
        parsed = Arn.parse(arn)
        if match is None or parsed is None:
            raise InvalidParameterValue(f"Invalid layer version ARN: {arn}")
        version = self.version(match[1], int(match[2]))
        if version is None and parsed.account != caller.account:
            raise NotSimulated(
                f"The layer {arn} of another account",
                "Publish it as that account: "
                f'boto3.client("lambda", **fakeaws.credentials("{parsed.account}")).',
            )
        if version is None:
            raise InvalidParameterValue(f"Layer version {arn} does not exist.")
        check_access(caller, version)
        return version


def check_access(caller: Place, version: LayerVersion) -> None:
    """Refuse a caller that may not use *version*.

    Raises:
        AccessDenied: It is another account's, whose policy does not allow it.
    """
    action = "lambda:GetLayerVersion"
    arn = Arn.parse(version.arn)
    assert arn is not None
    request = Request(caller.account, action, version.arn, context_of(caller.account))
    if not permits(version.policy.text, arn.account, request):
        raise AccessDenied(request.principal, action, version.arn)


def _check_different(versions: Iterable[LayerVersion]) -> None:
    seen: dict[str, LayerVersion] = {}
    for version in versions:
        other = seen.setdefault(version.layer_arn, version)
        if other is not version:
            raise InvalidParameterValue(
                "Two different versions of the same layer are not allowed to be referenced in the "
                f"same function. {other.arn} and {version.arn} are versions of the same layer"
            )
