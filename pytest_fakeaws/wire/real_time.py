"""Real time, for what must be measured in it whatever the process's clocks show."""

from __future__ import annotations

import time
from collections.abc import Callable

_CLOCKS: dict[str, Callable[[], float]] = {"monotonic": time.monotonic}  # noqa: TID251
"""In a container, for freezegun replaces every attribute of a module that is one of these functions."""


def real_time() -> float:
    """Seconds of real time, from an arbitrary start."""
    return _CLOCKS["monotonic"]()
