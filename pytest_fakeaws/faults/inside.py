"""Points inside the cloud: where messages, notifications and invocations can be made to go wrong."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from pytest_fakeaws.sim.instants import Duration


class QueuePoint(NamedTuple):
    """A standard queue is about to do something with a message, or with all that wait.

    Attributes:
        target: The queue's ARN.
        subjects: The message's id; nothing where it is about all of them.
    """

    target: str
    subjects: tuple[str, ...] = ()


class DeliveryPoint(NamedTuple):
    """A topic is about to hand a notification to a subscriber.

    Attributes:
        target: The topic's ARN.
        subjects: The notification's id.
        subscription: The subscription's ARN.
        endpoint: Whom it is handed to.
    """

    target: str
    subjects: tuple[str, ...]
    subscription: str
    endpoint: str


class RunPoint(NamedTuple):
    """A handler, or a consumer that a test has spawned, is about to run.

    Attributes:
        target: The function's ARN, or the name of the consumer.
        subjects: The messages of its batch, or the request id of its event.
        redelivered: Whether what it is about comes again if this run fails: not so for one that somebody
            waits for, who sees the failure instead.
    """

    target: str
    subjects: tuple[str, ...] = ()
    redelivered: bool = True


class Moment(Enum):
    """A moment in a run at which something may happen to it."""

    STARTED = auto()
    """Before the first line of the handler."""
    CALLING = auto()
    """Before a call of AWS takes effect."""
    CALLED = auto()
    """After a call of AWS has taken effect."""
    RETURNED = auto()
    """After the handler has returned, before anybody has heard of it."""


class Mishap(Enum):
    """What can happen to a run."""

    CRASH = "crashed"
    """It ends at once."""
    HANG = "hung"
    """It goes on when its time is out, or never."""
    STALL = "stalled"
    """It goes on after a while."""


def never(moment: Moment) -> bool:
    """The moment of what has no moment yet."""
    return False


class Stumble(NamedTuple):
    """What happens to a run, if its moment comes.

    Attributes:
        mishap: What.
        comes: Told of each moment; says whether it happens now.
        by: How long a stall lasts.
        restart: After how long a consumer that has crashed is started again; never if `None`.
    """

    mishap: Mishap
    comes: Callable[[Moment], bool]
    by: Duration = 0
    restart: Duration | None = None
