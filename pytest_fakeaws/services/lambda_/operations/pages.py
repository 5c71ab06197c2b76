"""Answers that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.ports import Parameters

Item = TypeVar("Item")


def page(
    items: Sequence[Item],
    parameters: Parameters,
    longest: int,
    key: Callable[[Item], str],
) -> tuple[Sequence[Item], dict[str, str]]:
    """The page of *items* that *parameters* ask for, and the marker of the next one, if any.

    Args:
        items: All items, in order.
        parameters: The call's, with `Marker` and `MaxItems`.
        longest: The longest page there is.
        key: What tells one item from another; the marker is that of the page's last.
    """
    start = 0
    marker = parameters.get("Marker")
    if marker:
        keys = [key(item) for item in items]
        if marker not in keys:
            raise InvalidParameterValue("Invalid Marker.")
        start = keys.index(marker) + 1
    end = start + min(parameters.get("MaxItems") or longest, longest)
    shown = items[start:end]
    return shown, {"NextMarker": key(shown[-1])} if end < len(items) else {}
