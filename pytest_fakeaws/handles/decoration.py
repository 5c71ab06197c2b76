"""A fake as a decorator: of functions, coroutines and `TestCase` classes."""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, WrongState

__tracebackhide__ = HIDE_FROM_TRACEBACK


def inside(fake: AbstractContextManager[Any], decorated: Any) -> Any:
    """*decorated*, to be run inside *fake* each time; it is passed no further argument.

    Raises:
        WrongState: It is a class, and no `TestCase`.
    """
    if isinstance(decorated, type):
        return _tests_inside(fake, decorated)
    if inspect.iscoroutinefunction(decorated):
        return _coroutine_inside(fake, decorated)
    return _function_inside(fake, decorated)


def _function_inside(
    fake: AbstractContextManager[Any], function: Callable[..., Any]
) -> Callable[..., Any]:
    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with fake:
            return function(*args, **kwargs)

    return run


def _coroutine_inside(
    fake: AbstractContextManager[Any], coroutine: Callable[..., Any]
) -> Callable[..., Any]:
    @functools.wraps(coroutine)
    async def run(*args: Any, **kwargs: Any) -> Any:
        with fake:
            return await coroutine(*args, **kwargs)

    return run


def _tests_inside(fake: AbstractContextManager[Any], case: type[Any]) -> type[Any]:
    if not issubclass(case, unittest.TestCase):
        raise WrongState(
            f"FakeAWS cannot decorate the class {case.__name__}.",
            "It decorates functions, coroutines and unittest.TestCase classes.",
            "In a plain test class let each test, or an autouse fixture, ask for `fakeaws`.",
        )
    set_up = case.setUp

    @functools.wraps(set_up)
    def started(test: unittest.TestCase) -> None:
        fake.__enter__()
        test.addCleanup(fake.__exit__, None, None, None)
        set_up(test)

    setattr(case, "setUp", started)  # noqa: B010 - plainly assigned, it is not the same type
    return case
