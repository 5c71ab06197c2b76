"""The emitter of botocore's events, and the way out to the network.

Each client has an emitter of its own, so a patch sits in the class that all of them share; it so reaches
clients that were made long before.

Taken from botocore beyond its documented API: `botocore.hooks.EventAliaser`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from botocore.hooks import EventAliaser

from pytest_fakeaws.errors import UnansweredCall
from pytest_fakeaws.wire.emitting import Emit, Method, shortest


class EmitterPatch:
    """Replaces the methods through which every event of every client goes.

    Args:
        emit: Makes the new `emit` from the original.
        emit_until_response: Makes the new `emit_until_response`, likewise.
    """

    def __init__(
        self,
        emit: Callable[[Emit], Method],
        emit_until_response: Callable[[Emit], Method] | None = None,
    ) -> None:
        self._makers = {"emit": emit}
        if emit_until_response is not None:
            self._makers["emit_until_response"] = emit_until_response
        self._originals: dict[str, Method] = {}

    def install(self) -> None:
        """Hear every event from now on."""
        for name, make in self._makers.items():
            original = self._originals[name] = getattr(EventAliaser, name)
            setattr(EventAliaser, name, make(shortest(name, original)))

    def uninstall(self) -> None:
        """Put back what was there."""
        for name, original in self._originals.items():
            setattr(EventAliaser, name, original)


def unanswered(responses: list[tuple[Any, Any]]) -> bool:
    """Whether no handler of an event returned anything."""
    return all(response is None for _, response in responses)


def refuse(event_name: str, url: str, advice: str) -> NoReturn:
    """Stop a call that was about to leave.

    Raises:
        UnansweredCall: Always.
    """
    __tracebackhide__ = True
    _, service, operation = event_name.split(".")
    raise UnansweredCall(
        f"{service}:{operation} was about to leave for the network: nobody fakes it.",
        f"It was on its way to {urlsplit(url).netloc}.",
        advice,
    )


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
