"""Keywords of public methods: a slip of the pen gets an explanation."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, closest

__tracebackhide__ = HIDE_FROM_TRACEBACK

P = ParamSpec("P")
R = TypeVar("R")


def explained(function: Callable[P, R]) -> Callable[P, R]:
    """Let *function*, a method, answer an unknown keyword with an `UnknownOption` that names the likely one."""
    known = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind is not parameter.POSITIONAL_ONLY
    ]

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for keyword in kwargs:
            if keyword not in known:
                owner = type(args[0]).__name__
                where = owner if function.__name__ == "__init__" else f"{owner}.{function.__name__}"
                raise UnknownOption(
                    f"{where}() has no keyword {keyword!r}.",
                    f"It knows: {', '.join(known)}.",
                    closest(keyword, known),
                )
        return function(*args, **kwargs)

    return checked
