"""Modules of a deployment package: imported for one execution environment, and seen by nobody else.

While the environment runs they are in `sys.modules` as any others; when it waits or ends they are taken
out, and what they hid is put back. So two functions may both have a `handler.py`, and a warm environment
keeps what its modules hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_SHARED = frozenset(
    {
        *sys.stdlib_module_names,
        "aioboto3",
        "aiobotocore",
        "boto3",
        "botocore",
        "greenlet",
        "pytest_fakeaws",
    }
)
"""What a package never brings itself: its own boto3 would know nothing of the fake."""


class Modules(MetaPathFinder):
    """The modules that lie in some folders.

    Args:
        folders: Searched in this order.

    Attributes:
        folders: The same.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = [str(folder) for folder in folders]
        self._names = dict.fromkeys(sorted({*_importable(folders)} - _SHARED))
        self._own: dict[str, ModuleType] = {}
        self._hidden: dict[str, ModuleType] = {}

    def enter(self) -> None:
        """Let them be imported, and hide others of the same names."""
        self._hidden = self._taken_out()
        for name in self._own.keys() & sys.modules.keys():
            self._hidden[name] = sys.modules[name]
        sys.modules.update(self._own)
        sys.meta_path.insert(0, self)

    def leave(self, added: Sequence[str] = ()) -> None:
        """Take them away.

        Args:
            added: Other folders that the code had modules searched for in.
        """
        self._own = {**self._taken_out(), **_found_in(added)}
        sys.modules.update(self._hidden)
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def forget(self) -> None:
        """Let them be imported anew, the next time."""
        self._own = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of the folders; a package finds its own parts itself."""
        if path is not None or name not in self._names:
            return None
        return PathFinder.find_spec(name, self.folders)

    def _taken_out(self) -> dict[str, ModuleType]:
        names = [name for name in self._names if name in sys.modules]
        # Hundreds of others are there: they are looked through for what is inside of these, if anything can be.
        if not self._own or any(hasattr(sys.modules[name], "__path__") for name in names):
            names = [name for name in sys.modules if name.partition(".")[0] in self._names]
        return {name: sys.modules.pop(name) for name in names}


def _found_in(folders: Sequence[str]) -> dict[str, ModuleType]:
    """What was imported from *folders*, taken out as well."""
    if not folders:
        return {}
    roots = tuple(f"{folder}{os.sep}" for folder in folders)
    names = [
        name
        for name, module in sys.modules.items()
        if (getattr(module, "__file__", None) or "").startswith(roots)
    ]
    return {name: sys.modules.pop(name) for name in names}


def _importable(folders: Iterable[Path]) -> Iterable[str]:
    for folder in folders:
        for entry in folder.iterdir() if folder.is_dir() else ():
            yield entry.name.partition(".")[0]
