"""Environment variables that are there while a handler runs: a layer on top of those of the test.

To put a dozen variables into `os.environ` and to take them out again takes longer than most handlers. So the dictionary
behind it, `os.environ._data`, is exchanged for a mapping that has them first; a test pins it. An `os.environ` that a
test has replaced by a dictionary is exchanged itself.

The process is told only of what a function sets, by `os.putenv`, for C libraries that look there. Child processes get
what Python has: see `wire/inheritance.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cache
from typing import Any

TRACE = "_X_AMZN_TRACE_ID"
"""The variable in which botocore looks for a trace header."""


class Variables:
    """The variables of an execution environment; each invocation has a trace header besides.

    What the handler makes of its own variables lasts as long as the environment. What it does to others, it does to
    those of the test, or to its own view of them.

    Args:
        values: By name.
        told: The names of those that the process is told of, too.
        isolated: Whether the code has its own view of the test's variables.
    """

    def __init__(
        self, values: Mapping[str, str], told: tuple[str, ...] = (), *, isolated: bool = False
    ) -> None:
        self._values = values
        self._told = told
        self._isolated = isolated
        self._layers: dict[bool, _Layer] = {}
        self._laid: _Layer
        self._environ: Any = None

    def put(self, trace: str) -> None:
        """Let them be there, until `restore`."""
        environ: Any = os.environ
        base = getattr(environ, "_data", None)
        real = base is not None
        layer = self._layers[real] if real in self._layers else self._new(real=real)
        self._laid, self._environ = layer, environ
        if base is None:
            layer.own[TRACE], layer.base = trace, environ
            os.environ = layer  # type: ignore[assignment]  # noqa: B003 - it is a test's dictionary
        else:
            layer.own[_encoded(TRACE)], layer.base = environ.encodevalue(trace), base
            _exchange(environ, layer)
            if layer.told:
                layer.tell()

    def restore(self) -> None:
        """Let what they hide be there again, or nothing."""
        layer, environ = self._laid, self._environ
        if layer.base is environ:
            os.environ = self._environ  # noqa: B003 - see above
        else:
            _exchange(environ, layer.base)
            if layer.told:
                layer.take_back()

    def forget(self) -> None:
        """Be as if no code had changed anything."""
        self._layers.clear()

    def _new(self, *, real: bool) -> _Layer:
        layer = self._layers[real] = _Layer(
            self._values, self._told, isolated=self._isolated, real=real
        )
        return layer


class _Layer(MutableMapping[Any, Any]):
    """A mapping on top of another.

    Args:
        values: What it has of its own.
        told: The names of those that the process is told of.
        isolated: Whether nothing done to it is done to what is below.
        real: Whether names and values are as the process has them, as those behind `os.environ` are.

    Attributes:
        own: What it has of its own; `None` for what was deleted.
        base: What is below.
        told: What the process was told of, by us or by the handler.
    """

    def __init__(
        self, values: Mapping[str, str], told: tuple[str, ...], *, isolated: bool, real: bool
    ) -> None:
        environ: Any = os.environ
        self.own: dict[Any, Any] = (
            {_encoded(name): environ.encodevalue(value) for name, value in values.items()}
            if real
            else dict(values)
        )
        self.base: MutableMapping[Any, Any] = {}
        self.told: dict[Any, None] = dict.fromkeys(map(_encoded, told) if real else ())
        self._isolated = isolated
        self._real = real

    def __getitem__(self, name: Any) -> Any:
        if name not in self.own:
            return self.base[name]
        value = self.own[name]
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: Any, value: Any) -> None:
        self._change(name, value)

    def __delitem__(self, name: Any) -> None:
        self[name]  # or it is not there
        self._change(name, None)

    def _change(self, name: Any, value: Any) -> None:
        if self._isolated or name in self.own:
            self.own[name] = value
            if self._real:
                self.told[name] = None  # by `os.environ`
        elif value is None:
            del self.base[name]
        else:
            self.base[name] = value

    def __iter__(self) -> Iterator[Any]:
        yield from (name for name in self.base if name not in self.own)
        yield from (name for name, value in self.own.items() if value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def tell(self) -> None:
        """Let the process have what it has of its own, as far as it is to."""
        for name in self.told:
            _tell(name, self.own[name])

    def take_back(self) -> None:
        """Let the process have what is below."""
        for name in self.told:
            _tell(name, self.base.get(name))


def _tell(name: Any, value: Any) -> None:
    if value is None:
        os.unsetenv(name)
    else:
        os.putenv(name, value)


def is_there(name: str) -> bool:
    """Whether the environment has a variable of this name."""
    kept = getattr(os.environ, "_data", None)
    return name in os.environ if kept is None else _encoded(name) in kept


def _exchange(environ: Any, behind: MutableMapping[Any, Any]) -> None:
    """Let *behind* be what is behind `os.environ`, and behind `os.environb` where there is one."""
    environ._data = behind
    if os.supports_bytes_environ:
        os.environb._data = behind  # type: ignore[attr-defined]


@cache
def _encoded(name: str) -> Any:
    environ: Any = os.environ
    return environ.encodekey(name)
