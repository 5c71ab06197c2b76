"""Who waits for a queue, and when it is next worth waking them."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import FOREVER, Instant
from pytest_fakeaws.sim.simulation import Simulation


class Waiting:
    """Watchers, each called once: long polls, and mappings that found nothing.

    Only while somebody waits is the return of a message an event of the simulation.

    Args:
        simulation: The clock.
        name: What the queue is called.
        next_chance: When a message that is delayed or in flight may next be of use; `FOREVER` if none is.
        has_some: Whether a message is available now.

    Attributes:
        watchers: Whom to call.
    """

    def __init__(
        self,
        simulation: Simulation,
        name: str,
        next_chance: Callable[[], Instant],
        has_some: Callable[[], bool],
    ) -> None:
        self._simulation = simulation
        self._who = f"{name}: message returns"
        self._next_chance = next_chance
        self._has_some = has_some
        self.watchers: dict[Callable[[], None], None] = {}
        self._wakeup: Event | None = None

    def add(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* once, the next time a message becomes available."""
        self.watchers[watcher] = None
        self.plan()

    def remove(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""
        if self.watchers.pop(watcher, self) is None:
            self.plan()

    def call(self) -> None:
        """A message has become available."""
        if self.watchers:
            watchers, self.watchers = self.watchers, {}
            for watcher in watchers:
                watcher()

    def plan(self) -> None:
        """Look again when to wake: a message was hidden, or somebody came or left."""
        if self._wakeup is not None:
            self._simulation.cancel(self._wakeup)
            self._wakeup = None
        if self.watchers and (chance := self._next_chance()) < FOREVER:
            self._wakeup = self._simulation.at(chance, self._wake, who=self._who)

    def _wake(self) -> None:
        self._wakeup = None
        if self._has_some():
            self.call()
        self.plan()
