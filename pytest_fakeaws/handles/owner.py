"""Who owns resources: an account in a region of a fake."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource, closest

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Owner(ABC):
    """An owner of resources.

    Args:
        place: The account and region that they live in.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    @abstractmethod
    def _require_cloud(self) -> Cloud:
        """The cloud that holds them, of a fake that is active."""


def unknown(kind: str, name: str, known: list[str]) -> UnknownResource:
    """What to raise where an owner has no such resource.

    Args:
        kind: Queue, topic or function.
        name: What it was called.
        known: The names of those that there are.
    """
    return UnknownResource(
        f'There is no {kind} "{name}".',
        f"Existing: {', '.join(sorted(known)) or 'none'}.",
        closest(name, known) if known else f"Create it first, with fakeaws.create_{kind}().",
    )
