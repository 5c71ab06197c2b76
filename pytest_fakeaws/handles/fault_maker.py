"""How faults are made: rules, where they are asked, and what they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption
from pytest_fakeaws.faults.injector import Asked, Hook
from pytest_fakeaws.faults.rules import Point, Rule
from pytest_fakeaws.handles.fault import Fault
from pytest_fakeaws.handles.fault_options import when
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.topic import Topic

if TYPE_CHECKING:
    from pytest_fakeaws.cloud import Cloud
    from pytest_fakeaws.handles.resources import Resources

__tracebackhide__ = HIDE_FROM_TRACEBACK

Length: TypeAlias = "float | timedelta | str"
"""Seconds, a `timedelta`, or text such as `"5 min"`."""


class FaultMaker:
    """Makes faults of one fake.

    Args:
        resources: The fake.
        cloud: Returns its cloud.
    """

    def __init__(self, resources: Resources, cloud: Callable[[], Cloud]) -> None:
        self._resources = resources
        self._cloud = cloud

    def _rule(
        self, method: str, told: str, matches: Callable[[Any], bool], options: Mapping[str, Any]
    ) -> Rule:
        injector = self._cloud().injector
        return injector.rule(told, when(method, options, injector.now()), matches)

    def _add(self, hook: Hook, asked: Asked) -> Fault:
        injector = self._cloud().injector
        injector.add(hook, asked)
        return Fault((asked.rule,), partial(injector.remove, hook, asked))

    def _queue(self, queue: Queue | str) -> Queue:
        return queue if isinstance(queue, Queue) else self._resources.queue(queue)

    def _topic(self, topic: Topic | str) -> Topic:
        return topic if isinstance(topic, Topic) else self._resources.topic(topic)

    def _function(self, function: Function | str) -> Function:
        if isinstance(function, Function):
            return function
        return self._resources.function(function)

    def _standard(self, method: str, queue: Queue | str) -> str:
        found = self._queue(queue)
        if found.name.endswith(".fifo"):
            raise UnknownOption(
                f"faults.{method}() is not for the FIFO queue {found.name}.",
                "FIFO queues deliver in order, and exactly once.",
                "Use a standard queue; or let calls go wrong, such as "
                f'faults.lose_reply("sqs:SendMessage", queue="{found.name}").',
            )
        return found.arn


def of(arn: str) -> Callable[[Point], bool]:
    """Whether a point is about the queue or the function with this ARN."""
    return lambda point: point.target == arn
