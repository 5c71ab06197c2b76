"""The ARNs that calls name: what AWS says about those that are none."""

from __future__ import annotations

from typing import NamedTuple

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sns.errors import InvalidParameter

_ELEMENTS = 6


class SnsArn(NamedTuple):
    """Where a resource of SNS lives, and what it is called there."""

    place: Place
    resource: str


def parsed(text: str, parameter: str) -> SnsArn:
    """The parts of *text*.

    Raises:
        InvalidParameter: It has no such form.
    """
    parts = text.split(":", _ELEMENTS - 1)
    if len(parts) < _ELEMENTS:
        raise InvalidParameter(
            f"{parameter} Reason: An ARN must have at least {_ELEMENTS} elements, not {len(parts)}"
        )
    return SnsArn(Place(parts[4], parts[3]), parts[5])


def reached(caller: Place, text: str, parameter: str) -> SnsArn:
    """The same of a resource in the caller's region.

    Raises:
        InvalidParameter: It has no such form, or lives in another region.
    """
    arn = parsed(text, parameter)
    if arn.place.region != caller.region:
        raise InvalidParameter(parameter)
    return arn
