"""Parameters that are numbers of seconds or of messages, within AWS's bounds."""

from __future__ import annotations

from pytest_fakeaws.services.ports import Parameters
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue
from pytest_fakeaws.sim.instants import SECOND, Duration


def maximum_of_messages(parameters: Parameters) -> int:
    """`MaxNumberOfMessages`, 1 unless given."""
    low, high = limits.RECEIVE
    number: int = parameters.get("MaxNumberOfMessages", low)
    if not low <= number <= high:
        raise InvalidParameterValue(
            number, "MaxNumberOfMessages", f"Must be between {low} and {high}, if provided."
        )
    return number


def seconds(parameters: Parameters, name: str, bounds: tuple[int, int]) -> Duration | None:
    """So many seconds as *name* says, within *bounds*; `None` unless given."""
    number: int | None = parameters.get(name)
    if number is None:
        return None
    low, high = bounds
    if not low <= number <= high:
        raise InvalidParameterValue(number, name, f"Must be >= {low} and <= {high}, if provided.")
    return number * SECOND


def delay(parameters: Parameters) -> Duration | None:
    """`DelaySeconds`, `None` unless given."""
    low, high = limits.DELAY
    number: int | None = parameters.get("DelaySeconds")
    if number is None:
        return None
    if not low <= number <= high:
        raise InvalidParameterValue(
            number, "DelaySeconds", f"DelaySeconds must be >= {low} and <= {high}."
        )
    return number * SECOND
