"""Faults: what a test lets go wrong on purpose."""

from __future__ import annotations

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, closest
from pytest_fakeaws.faults.chaos import LEVELS, chaos
from pytest_fakeaws.handles.call_faults import CallFaults
from pytest_fakeaws.handles.delivery_faults import DeliveryFaults
from pytest_fakeaws.handles.fault import Fault
from pytest_fakeaws.handles.run_faults import RunFaults

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Faults(CallFaults, DeliveryFaults, RunFaults):
    """Lets calls and the cloud itself go wrong. A fault strikes once, unless more is said.

    How often: `times=2`, `every=3` (each third occasion; 1 is every one), `skip=1`, `lasting="5 min"`,
    `probability=0.1` (drawn from the seed); all that is said holds at once.

    Which calls: `"sqs:SendMessage"`, `"sqs:*"`, `"*"`, and `queue=`, `topic=`, `function=` or `where=`, a
    predicate over a point with `service`, `operation`, `parameters` and `attempt`. Each attempt of a client
    counts as an occasion.

    Each returns a `Fault` with `hits` and `stop()`, which is a context manager too.

    Args:
        resources: The fake.
        cloud: Returns its cloud.

    Example:
        >>> from pytest_fakeaws import FakeAWS
        >>> import boto3
        >>> from botocore.config import Config
        >>> with FakeAWS() as aws:
        ...     throttles = aws.faults.throttle("sqs:ListQueues", times=2)
        ...     sqs = boto3.client("sqs", config=Config(retries={"mode": "standard"}))
        ...     _ = sqs.list_queues()
        ...     throttles.hits, aws.calls.errors
        (2, ['RequestThrottled', 'RequestThrottled', None])
    """

    def chaos(self, level: str | float = "rough") -> Fault:
        """Let everything happen that at-least-once allows, mixed from the seed.

        Nothing is lost, and nothing is hurt without end, so that a correct consumer still comes to its end.

        Args:
            level: `"tame"`, `"rough"` or `"wild"`; or how likely each fault is at each occasion, from 0 to 1.

        Raises:
            UnknownOption: There is no such level.
        """
        injector = self._cloud().injector
        measures = tuple(chaos(injector, _probability(level)))
        for hook, asked in measures:
            injector.add(hook, asked)

        def remove() -> None:
            for hook, asked in measures:
                injector.remove(hook, asked)

        return Fault(tuple(asked.rule for _, asked in measures), remove)


def _probability(level: str | float) -> float:
    if isinstance(level, str) and level in LEVELS:
        return LEVELS[level]
    if not isinstance(level, str) and 0 <= level <= 1:
        return level
    raise UnknownOption(
        f"There is no chaos of level {level!r}.",
        f"There are: {', '.join(LEVELS)}; or a number from 0 to 1.",
        closest(str(level), LEVELS),
    )
