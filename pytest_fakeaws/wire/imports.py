"""Acting when a module is imported, without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


class ImportWatch(MetaPathFinder):
    """Calls back once, as soon as a module has been imported, or at once if it has been.

    Args:
        name: The module.
        callback: Called with no arguments.
    """

    def __init__(self, name: str, callback: Callable[[], None]) -> None:
        self._name = name
        self._callback = callback

    def start(self) -> None:
        """Begin to watch."""
        if self._name in sys.modules:
            self._callback()
        else:
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Watch no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the module be found as ever, but loaded by a loader that tells us."""
        if name != self._name:
            return None
        self.stop()
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _TellingLoader(spec.loader, self._callback)
        return spec


class _TellingLoader(Loader):
    def __init__(self, loader: Loader, callback: Callable[[], None]) -> None:
        self._loader = loader
        self._callback = callback

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._callback()
