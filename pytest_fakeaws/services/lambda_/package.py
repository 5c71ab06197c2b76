"""Deployment packages: zip files with the code of a function or a layer, and where they are unpacked."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue


class Package:
    """A zip file.

    Args:
        content: Its bytes.

    Raises:
        InvalidParameterValue: It is none, or what is in it is too large.
    """

    def __init__(self, content: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self.unzipped = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError):
            raise InvalidParameterValue(
                "Could not unzip uploaded file. Please check your file, then try to upload again."
            ) from None
        self.content = content
        self.size = len(content)
        self.sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()

    def check_size(self, layers: Sequence[Package] = ()) -> None:
        """Refuse it if it is too large, unzipped, together with its *layers*.

        Raises:
            InvalidParameterValue: It is.
        """
        room = limits.UNZIPPED - sum(layer.unzipped for layer in layers)
        if self.unzipped > room:
            raise InvalidParameterValue(f"Unzipped size must be smaller than {room} bytes")


class Warehouse:
    """Where packages lie unpacked, until the fake ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._unpacked: dict[str, Path] = {}

    def folder(self, package: Package) -> Path:
        """The folder with the files of *package*."""
        found = self._unpacked.get(package.sha256)
        if found is None:
            found = self._unpacked[package.sha256] = self._root() / str(len(self._unpacked))
            with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
                archive.extractall(found)  # which takes the dots out of paths itself
        return found

    def clear(self) -> None:
        """Delete all files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None
        self._unpacked.clear()

    def _root(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="fakeaws-")).resolve()
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder
