"""Environment variables that are there for a while.

`os.environ` is slow to say that it has no variable of a name, and encodes each name at each use. So this goes to the
dictionary behind it, `os.environ._data`, and tells the process with `os.putenv` as `os.environ` itself does; a
test pins that. An `os.environ` that a test has replaced by a dictionary is used as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from functools import cache, lru_cache
from typing import Any


class Variables:
    """Variables that can be put in place, and taken away again.

    Args:
        values: By name.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._hidden: dict[Any, Any] = {}

    def put(self) -> None:
        """Let them be there, and remember what they hide."""
        kept, real = _kept()
        for name, value in self._values.items():
            key, encoded = _encoded(name, value) if real else (name, value)
            before = self._hidden[key] = kept.get(key)
            if before != encoded:
                kept[key] = encoded
                if real:
                    os.putenv(key, encoded)

    def take_away(self) -> None:
        """Let what they hid be there again."""
        kept, real = _kept()
        for key, before in self._hidden.items():
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
    return (_encoded_name(name) if real else name) in kept


def _kept() -> tuple[MutableMapping[Any, Any], bool]:
    """Where the variables are, and whether that is the process's own environment."""
    environ: Any = os.environ
    real = isinstance(environ, os._Environ)
    return environ._data if real else environ, real


@lru_cache(maxsize=1_024)
def _encoded(name: str, value: str) -> tuple[Any, Any]:
    environ: Any = os.environ
    return _encoded_name(name), environ.encodevalue(value)


@cache
def _encoded_name(name: str) -> Any:
    environ: Any = os.environ
    return environ.encodekey(name)
