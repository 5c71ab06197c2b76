"""Faults: what a test lets go wrong on purpose."""

from __future__ import annotations

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.handles.call_faults import CallFaults
from pytest_fakeaws.handles.delivery_faults import DeliveryFaults
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
        >>> with FakeAWS() as aws:
        ...     throttles = aws.faults.throttle("sqs:ListQueues", times=2)
        ...     _ = boto3.client("sqs").list_queues()
        ...     throttles.hits, aws.calls.errors
        (2, ['RequestThrottled', 'RequestThrottled', None])
    """
