"""A change of a function's code and settings: all of it is checked before any is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.options import UNCHANGED, RecursiveLoop, Unchanged
from pytest_fakeaws.handles.targets import Targets
from pytest_fakeaws.services.lambda_ import settings
from pytest_fakeaws.services.lambda_.code import Handler, name_of, resolve
from pytest_fakeaws.services.lambda_.deployment import Deployment
from pytest_fakeaws.services.lambda_.function import Function

__tracebackhide__ = HIDE_FROM_TRACEBACK


class FunctionChange:
    """What is to be otherwise. Each part refuses what cannot be, and nothing is until it is made.

    Args:
        cloud: Where the function lives.
        function: The function.
    """

    def __init__(self, cloud: Cloud, function: Function) -> None:
        self._functions = cloud.functions
        self._function = function
        self._target = cloud.functions.target(function.place, function.arn)
        self._targets = Targets(cloud, function.place)
        self._code: Deployment | None = None
        self._given: dict[str, Any] = {}
        self._config = cloud.functions.events.configs.holding(self._target.qualified_arn)
        self._config_before = self._config
        self._reserved: int | Unchanged | None = UNCHANGED
        self._recursive_loop: RecursiveLoop | None = None

    def code(self, handler: Handler | str | None) -> None:
        """Other code.

        Raises:
            HandlerNotFound: The dotted name does not import.
        """
        if handler is not None:
            self._given["Handler"] = name = name_of(handler)
            self._code = Deployment(handler=resolve(handler), name=name)

    def configuration(
        self,
        *,
        timeout: float | timedelta | str | None,
        memory: int | None,
        environment: Mapping[str, str] | None,
        dead_letter: object,
    ) -> None:
        """Other settings of the function itself.

        Raises:
            InvalidTime: The timeout is no duration.
            ServiceError: AWS would refuse one.
            UnknownOption: AWS delivers no dead letters to such a target.
            UnknownResource: There is no target of that name.
        """
        if timeout is not None:
            self._given["Timeout"] = options.whole_seconds("timeout", timeout)
        if memory is not None:
            self._given["MemorySize"] = memory
        if environment is not None:
            options.check_environment(environment)
            self._given["Environment"] = {"Variables": dict(environment)}
        if dead_letter is not UNCHANGED:
            arn = self._targets.dead_letter(dead_letter)
            self._given["DeadLetterConfig"] = {"TargetArn": arn}
        settings.check({name: said for name, said in self._given.items() if name != "Handler"})

    def events(
        self,
        *,
        retry_attempts: int | None,
        max_event_age: float | timedelta | str | None,
        **destinations: object,
    ) -> None:
        """Another way with asynchronous events.

        Raises:
            ServiceError: AWS would refuse it.
            UnknownOption: AWS delivers no records to such a target.
            UnknownResource: There is no target of that name.
        """
        given: dict[str, Any] = {
            option: self._targets.destination(option, destination)
            for option, destination in destinations.items()
            if destination is not UNCHANGED
        }
        if retry_attempts is not None:
            options.check_number("retry_attempts", retry_attempts)
            given["retry_attempts"] = retry_attempts
        if max_event_age is not None:
            given["maximum_age"] = options.whole_seconds("max_event_age", max_event_age)
        self._config = replace(self._config, **given)
        self._config.check()
        self._config.check_destinations(self._function.arn)

    def concurrency(self, reserved: int | Unchanged | None) -> None:
        """Another share of the account's concurrency, or none.

        Raises:
            ServiceError: AWS would refuse it.
            UnknownOption: It is no number.
        """
        if reserved is not None and not isinstance(reserved, Unchanged):
            options.check_number("reserved_concurrency", reserved)
            place, arn = self._function.place, self._function.arn
            self._functions.invoker.concurrency.check_reservation(place, arn, reserved)
        self._reserved = reserved

    def recursion(self, recursive_loop: RecursiveLoop | None) -> None:
        """Another way with circles.

        Raises:
            UnknownOption: There is no such way.
        """
        if recursive_loop is not None:
            options.check_choice("recursive_loop", recursive_loop, ("Allow", "Terminate"))
        self._recursive_loop = recursive_loop

    def make(self) -> None:
        """Let it be so."""
        functions, function = self._functions, self._function
        if self._given:
            functions.change(function, given=self._given, code=self._code)
        if self._config != self._config_before:
            functions.events.configure(self._target, self._config)
        if self._reserved is None:
            functions.invoker.concurrency.unreserve(function)
        elif not isinstance(self._reserved, Unchanged):
            functions.invoker.concurrency.reserve(function, self._reserved)
        if self._recursive_loop is not None:
            allowed = self._recursive_loop == "Allow"
            functions.invoker.traces.allow(function, allowed=allowed)
