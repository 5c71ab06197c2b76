"""When what was throttled is tried again."""

from __future__ import annotations

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.sim.instants import SECOND, Duration


def throttle_wait(before: int) -> Duration:
    """How long to wait for the next try, after as many throttles in a row *before* this one.

    See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
    """
    first, longest = limits.THROTTLE_WAITS
    doublings = min(before, longest.bit_length())
    return min(first << doublings, longest) * SECOND
