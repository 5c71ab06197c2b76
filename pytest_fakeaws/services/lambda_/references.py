"""How calls name a function: by name, partial ARN or ARN, with or without a version or an alias."""

from __future__ import annotations

import re
from typing import NamedTuple

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue

LATEST = "$LATEST"
"""The version that can be changed."""

_PREFIX = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?"
)
_EXISTING = re.compile(_PREFIX + r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?")
"""What names a function, in AWS's own words: its errors quote them."""

_NEW = re.compile(_PREFIX + r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?")
"""What names one that is to be created."""

_QUALIFIER = re.compile(r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+")

_REGION_GROUP, _ACCOUNT_GROUP, _NAME_GROUP, _QUALIFIER_GROUP = 3, 9, 11, 13
"""The groups of the first two patterns."""


class Reference(NamedTuple):
    """What a call names.

    Attributes:
        place: The account and region of the function.
        name: Its name.
        qualifier: The version or alias, if the call names one.
    """

    place: Place
    name: str
    qualifier: str | None

    @property
    def function_arn(self) -> str:
        """The ARN of the function, without a qualifier."""
        return self.place.arn("lambda", f"function:{self.name}")

    @property
    def arn(self) -> str:
        """The ARN that the call names."""
        return self.function_arn if self.qualifier is None else self.qualified(self.qualifier)

    def qualified(self, qualifier: str) -> str:
        """The ARN of the function with *qualifier*."""
        return f"{self.function_arn}:{qualifier}"


def referred(caller: Place, text: str, qualifier: str | None = None) -> Reference:
    """What *caller* means by a `FunctionName` and a `Qualifier`.

    Raises:
        Violations: One of them has no such form.
        InvalidParameterValue: They contradict each other.
    """
    checks = Checks()
    if qualifier is not None:
        checks.length("qualifier", qualifier, limits.QUALIFIER_LENGTH)
        checks.pattern("qualifier", qualifier, _QUALIFIER)
    checks.pattern("functionName", text, _EXISTING)
    checks.done()
    reference = _parsed(caller, text, _EXISTING)
    if qualifier is None:
        return reference
    if reference.qualifier not in (None, qualifier):
        raise InvalidParameterValue(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return reference._replace(qualifier=qualifier)


def new_name(caller: Place, text: str) -> str:
    """The name of a function that is to be created, from its `FunctionName`.

    Raises:
        Violations: It has no such form, or is too long.
    """
    checks = Checks()
    checks.length("functionName", text, limits.NEW_REFERENCE_LENGTH)
    checks.pattern("functionName", text, _NEW)
    checks.done()
    name = _parsed(caller, text, _NEW).name
    checks = Checks(code="InvalidParameterValueException")
    checks.length("functionName", name, limits.NAME_LENGTH)
    checks.done()
    return name


def _parsed(caller: Place, text: str, pattern: re.Pattern[str]) -> Reference:
    match = pattern.fullmatch(text)
    assert match is not None
    region, account, name, qualifier = match.group(
        _REGION_GROUP, _ACCOUNT_GROUP, _NAME_GROUP, _QUALIFIER_GROUP
    )
    place = Place((account or caller.account).rstrip(":"), (region or caller.region).rstrip(":"))
    return Reference(place, name, qualifier)
