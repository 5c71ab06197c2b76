"""What the answers of CloudWatch Logs have in common: their sizes."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_fakeaws.services.logs import limits
from pytest_fakeaws.services.logs.errors import InvalidParameter
from pytest_fakeaws.services.logs.stream import StoredEvent
from pytest_fakeaws.services.ports import Parameters


def limit(parameters: Parameters, bounds: tuple[int, int]) -> int:
    """How many items an answer may have.

    Raises:
        InvalidParameter: The call says a number that is out of bounds.
    """
    low, high = bounds
    number: int = high if parameters.get("limit") is None else parameters["limit"]
    if low <= number <= high:
        return number
    bound = f"greater than or equal to {low}" if number < low else f"less than or equal to {high}"
    raise InvalidParameter(
        f"1 validation error detected: Value '{number}' at 'limit' failed to satisfy constraint: "
        f"Member must have value {bound}"
    )


def fitting(events: Sequence[StoredEvent], most: int, *, from_end: bool = False) -> int:
    """How many of *events* an answer has, from their beginning or their end: one at least."""
    size = 0
    for count, event in enumerate(reversed(events) if from_end else events):
        size += len(event.message.encode())
        if count == most or (size > limits.BYTES_PAGE and count):
            return count
    return len(events)


def bad_token() -> InvalidParameter:
    """The error for a token that no answer has given."""
    return InvalidParameter("The specified nextToken is invalid.")
