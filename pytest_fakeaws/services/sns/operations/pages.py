"""Answers that list things in pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.errors import InvalidParameter

Thing = TypeVar("Thing")


def page(
    things: Sequence[Thing],
    key: Callable[[Thing], str],
    token: str | None,
    size: int = limits.LIST_PAGE,
) -> tuple[list[Thing], str | None]:
    """One page of *things*, and the token of the next, if there is one.

    Args:
        things: All of them.
        key: What tells one from the others; pages are in its order.
        token: Which page is asked for; the first unless given.
        size: How many make a page.

    Raises:
        InvalidParameter: The token is none.
    """
    after = _read(token)
    left = sorted((thing for thing in things if key(thing) > after), key=key)
    shown = left[:size]
    following = base64.b64encode(key(shown[-1]).encode()).decode() if len(left) > size else None
    return shown, following


def _read(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except ValueError:  # not base64, or not of text
        raise InvalidParameter("NextToken") from None
