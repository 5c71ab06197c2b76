"""Our modules as Python compiled them when they were installed.

pytest rewrites the assertions in every module of an installed plugin's package. There are none here that users
see, and where it cannot write what it has made it compiles each module anew in every run: a fifth of a second.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_OURS = f"{__package__}."


class CompiledModules(MetaPathFinder):
    """Finds modules of this package where Python would, before anybody else is asked."""

    def start(self) -> None:
        """Find those that are imported from now on."""
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Find no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where the module is, if it is ours."""
        return PathFinder.find_spec(name, path, target) if name.startswith(_OURS) else None
