"""Whoever runs beside the simulation: threads of the user's, which it can neither stop nor see into."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, WrongState
from pytest_fakeaws.sim.instants import Instant

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Watchable(Protocol):
    """Something that can be waited for: it calls each watcher once, and then forgets it."""

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* the next time it happens."""

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""


class HostEvent(ABC):
    """Something of the host that can be waited for: a lock, the end of a thread, a loop's next turn.

    Attributes:
        watchers: Whom to call, once or more often, if it can be told that it has happened. Whoever drives
            looks for it as well.
    """

    def __init__(self) -> None:
        self.watchers: dict[Callable[[], None], None] = {}

    @property
    def from_afar(self) -> bool:
        """Whether it may happen although nobody in this process does anything."""
        return False

    @abstractmethod
    def over(self, seconds: float) -> bool:
        """Wait for it in real time, for so many seconds at most, and say whether it has happened."""

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* when it happens."""
        self.watchers[watcher] = None

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* any more."""
        self.watchers.pop(watcher, None)


class Companions(Protocol):
    """The threads beside the one that the simulation lives on.

    Time moves only when all of them wait.
    """

    @property
    def alone(self) -> bool:
        """Whether there is nobody else at all."""

    def at_rest(self) -> bool:
        """Whether everybody else waits.

        Raises:
            ClockStopped: Somebody has not come to rest for very long.
        """

    def pause(self, seconds: float, event: HostEvent | None) -> None:
        """Give the others real time.

        Args:
            seconds: How long at most; less if something happens that is worth looking at.
            event: What whoever pauses waits for.
        """

    def wait(self, watched: Watchable | None, deadline: Instant, *, work: bool) -> bool:
        """Wait as one of the others: see `Simulation.wait`."""

    def end_wait(self, thread: Any) -> None:
        """End the wait of *thread*, if it waits: what it waited for does not come about."""


class NoCompanions:
    """A simulation by itself."""

    alone = True

    def at_rest(self) -> bool:
        """Always."""
        return True

    def pause(self, seconds: float, event: HostEvent | None) -> None:
        """Wait for *event* only."""
        if event is not None:
            event.over(seconds)

    def wait(self, watched: Watchable | None, deadline: Instant, *, work: bool) -> bool:
        """Refuse a thread that nobody knows.

        Raises:
            WrongState: Always.
        """
        raise WrongState(
            "A thread that the test does not run in waited for virtual time.",
            "The simulation was made without companions.",
            "Wait in the thread that made it.",
        )

    def end_wait(self, thread: Any) -> None:
        """Nobody waits."""
