"""The code of a function: a callable, or the dotted name of one."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeAlias

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, HandlerNotFound, closest

__tracebackhide__ = HIDE_FROM_TRACEBACK

Handler: TypeAlias = Callable[[Any, Any], Any]
"""Takes the event and the context, returns what JSON can say."""


def resolve(handler: Handler | str) -> Handler:
    """The callable behind *handler*.

    Args:
        handler: The callable itself, or its name such as `"shop.invoice.handler"`.

    Raises:
        HandlerNotFound: The name leads nowhere, or to something that cannot be called.
    """
    found = _imported(handler) if isinstance(handler, str) else handler
    if not callable(found):
        raise HandlerNotFound(
            f"The handler {handler!r} cannot be called.",
            f"It is {_article(type(found).__name__)}.",
            "Give a function that takes an event and a context, or its dotted name.",
        )
    return found


def name_of(handler: Handler | str) -> str:
    """What AWS's `Handler` setting would say."""
    if isinstance(handler, str):
        return handler
    module = getattr(handler, "__module__", None) or type(handler).__module__
    return f"{module}.{getattr(handler, '__name__', type(handler).__name__)}"


def _imported(path: str) -> Any:
    module_name, _, attribute = path.rpartition(".")
    if not module_name or not all(part.isidentifier() for part in path.split(".")):
        raise HandlerNotFound(
            f'The handler "{path}" is no dotted name.',
            "Expected a module, a dot and the name of a function in it.",
            'Write, for example, "shop.invoice.handler".',
        )
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise HandlerNotFound(
            f'The handler "{path}" does not import.',
            f"import {module_name}\n{type(error).__name__}: {error}",
            "Check the spelling, and that the module's folder is on sys.path (pytest's pythonpath "
            "setting). The error above is its own.",
        ) from error
    if not hasattr(module, attribute):
        candidates = [name for name, value in vars(module).items() if callable(value)]
        raise HandlerNotFound(
            f'The handler "{path}" does not import.',
            f'The module "{module_name}" imports, but has no "{attribute}".',
            closest(attribute, candidates),
        )
    return getattr(module, attribute)


def _article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"
