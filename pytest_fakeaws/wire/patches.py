"""Patches: attributes of other libraries that are replaced for a while."""

from __future__ import annotations

from typing import Any


class Patches:
    """Replaces attributes, all or none, and puts them back."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Let *owner* have *value* as its attribute *name*."""
        self._before.append((owner, name, vars(owner)[name]))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put back what was there, the latest first."""
        while self._before:
            setattr(*self._before.pop())
