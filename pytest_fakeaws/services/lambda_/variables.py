"""Environment variables that are there for a while.

`os.environ` is slow to say that it has no variable of a name, and encodes each name at each use. So this goes to the
dictionary behind it, `os.environ._data`, and tells the process with `os.putenv` as `os.environ` itself does; a
test pins that. An `os.environ` that a test has replaced by a dictionary is used as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from functools import cache, cached_property
from typing import Any

TRACE = "_X_AMZN_TRACE_ID"
"""The variable in which botocore looks for a trace header."""


class Variables:
    """The variables of an execution environment; each invocation has a trace header besides.

    Args:
        values: By name.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    @cached_property
    def _encoded(self) -> Mapping[Any, Any]:
        """What `os.environ` keeps for them."""
        environ: Any = os.environ
        return {_encoded(name): environ.encodevalue(text) for name, text in self.values.items()}

    def put(self, trace: str) -> Hidden:
        """Let them be there, and return what they hide."""
        environ: Any = os.environ
        kept, real = _kept()
        before: dict[Any, Any] = {}
        for key, value in (self._encoded if real else self.values).items():
            was = before[key] = kept.get(key)
            if was != value:
                kept[key] = value
                if real:
                    os.putenv(key, value)
        # Told to Python alone: the process would never free a value that it was told once.
        key = _encoded(TRACE) if real else TRACE
        before[key] = kept.get(key)
        kept[key] = environ.encodevalue(trace) if real else trace
        return Hidden(kept, before, real=real)


class Hidden:
    """What was there before, or was not.

    Args:
        kept: Where variables are.
        before: What was there, or `None`.
        real: Whether that is the process's own environment.
    """

    __slots__ = ("_before", "_kept", "_real")

    def __init__(
        self, kept: MutableMapping[Any, Any], before: dict[Any, Any], *, real: bool
    ) -> None:
        self._kept = kept
        self._before = before
        self._real = real

    def restore(self) -> None:
        """Let it be there again."""
        kept, real = self._kept, self._real
        for key, before in self._before.items():
            if before is None:
                if kept.pop(key, None) is not None and real:
                    os.unsetenv(key)
            elif kept.get(key) != before:
                kept[key] = before
                if real:
                    os.putenv(key, before)


def is_there(name: str) -> bool:
    """Whether the environment has a variable of this name."""
    kept, real = _kept()
    return (_encoded(name) if real else name) in kept


def _kept() -> tuple[MutableMapping[Any, Any], bool]:
    """Where the variables are, and whether that is the process's own environment."""
    environ: Any = os.environ
    real = isinstance(environ, os._Environ)
    return environ._data if real else environ, real


@cache
def _encoded(name: str) -> Any:
    environ: Any = os.environ
    return environ.encodekey(name)
