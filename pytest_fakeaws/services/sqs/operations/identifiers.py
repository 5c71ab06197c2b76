"""Parameters that name something: groups, deduplication and receive attempts."""

from __future__ import annotations

import re
import string

from pytest_fakeaws.services.ports import Parameters
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue

_IDENTIFIER = re.compile(
    rf"[A-Za-z0-9{re.escape(string.punctuation)}]{{1,{limits.GROUP_ID_LENGTH}}}"
)


def checked(parameters: Parameters, name: str) -> str | None:
    """The identifier called *name*, `None` unless given."""
    text: str | None = parameters.get(name)
    if text is not None and not _IDENTIFIER.fullmatch(text):
        raise InvalidParameterValue(
            text,
            name,
            f"{name} can only include alphanumeric and punctuation characters. 1 to "
            f"{limits.GROUP_ID_LENGTH} in length.",
        )
    return text
