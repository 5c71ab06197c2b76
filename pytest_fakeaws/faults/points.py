"""Points: the places where something can be made to go wrong, and what can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.sim.instants import Duration


class CallPoint(NamedTuple):
    """An attempt at a call, before it takes effect.

    Attributes:
        service: The service, as ARNs name it.
        operation: The operation, in AWS's spelling.
        caller: The account and region of the client.
        parameters: What it is called with.
        attempt: 1, or more for those that the client makes anew by itself.
    """

    service: str
    operation: str
    caller: Place
    parameters: Mapping[str, Any]
    attempt: int

    @property
    def target(self) -> str:
        """What it happens to, as the story calls it."""
        return f"{self.service}:{self.operation}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids of what it is about, as far as they are known: of a call nothing is."""
        return ()


class Breakage(Enum):
    """How a connection breaks."""

    REFUSED = "could not connect"
    """Nobody is there: nothing was sent."""
    CLOSED = "the connection was closed"
    """It closed before there was an answer."""
    TIMED_OUT = "no answer came in time"
    """The client gave up waiting for an answer."""


class AwsError(NamedTuple):
    """An error that AWS would answer.

    Attributes:
        code: Its code.
        text: Its message.
        status: The HTTP status; one of 5xx says that it is AWS's fault.
    """

    code: str
    text: str
    status: int = 400


class Disturbance(NamedTuple):
    """What becomes of an attempt; nothing but a delay by default.

    Attributes:
        latency: How much virtual time passes before anything else.
        error: What is answered instead of an answer; the call takes no effect.
        breakage: How the connection breaks.
        takes_effect: Whether the call takes effect before the connection breaks.
    """

    latency: Duration = 0
    error: AwsError | None = None
    breakage: Breakage | None = None
    takes_effect: bool = False


Disturber: TypeAlias = Callable[[CallPoint], "Disturbance | None"]
"""Asked at each attempt what is to become of it; `None` leaves it alone."""
