"""Deployments: what a function runs, however it was given."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.services.lambda_.environment import (
    CallableEnvironment,
    Environment,
    PackageEnvironment,
)
from pytest_fakeaws.services.lambda_.package import Package
from pytest_fakeaws.services.lambda_.runtimes import is_python

Unpack = Callable[[Package], Path]
"""Finds the folder with a package's files."""


class Deployment:
    """The code of a function: a callable of the test's, a package, or the name of an image.

    Args:
        handler: The callable.
        package: The package.
        image: The URI of the image.
        name: How the callable is called.

    Attributes:
        handler: The callable that runs; one that is set later stands in for the package.
        size: Bytes of the package.
        sha256: The SHA-256 of the package, in Base64; of a callable that of its name.
    """

    def __init__(
        self,
        *,
        handler: Handler | None = None,
        package: Package | None = None,
        image: str | None = None,
        name: str = "",
    ) -> None:
        self.handler = handler
        self.package = package
        self.image = image
        self.size = package.size if package is not None else 0
        digest = hashlib.sha256((image or name).encode()).digest()
        self.sha256 = package.sha256 if package is not None else base64.b64encode(digest).decode()

    def environment(
        self, runtime: str | None, handler: str | None, layers: Sequence[Package], unpack: Unpack
    ) -> Environment:
        """A new execution environment.

        Args:
            runtime: The function's runtime.
            handler: Its `Handler` setting.
            layers: Its layers, the one that wins last.
            unpack: Finds the folder with a package's files.

        Raises:
            NotSimulated: The code is no Python.
        """
        if self.handler is not None:
            return CallableEnvironment(self.handler)
        if self.package is None or not is_python(runtime):
            what = f"the image {self.image}" if self.package is None else f"the runtime {runtime}"
            raise NotSimulated(
                f"Code of {what}",
                'Let a Python callable stand in for it: fakeaws.function("name").handler = callable.',
            )
        folders = [unpack(layer) for layer in layers]
        return PackageEnvironment(unpack(self.package), folders, handler or "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deployment) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.sha256, self.image, None if self.package else self.handler
