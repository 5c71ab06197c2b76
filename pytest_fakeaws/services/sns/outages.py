"""Outages: endpoints that are there, but cannot be reached for a while."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation


class Outage:
    """A time for which an endpoint cannot be reached.

    Attributes:
        endpoint: Which one.
        reason: Why.
    """

    def __init__(self, endpoint: str, reason: str) -> None:
        self.endpoint = endpoint
        self.reason = reason
        self._watchers: dict[Callable[[Instant], None], None] = {}

    def watch(self, watcher: Callable[[Instant], None]) -> None:
        """Call *watcher* once, when it is over, with the last instant at which it was not."""
        self._watchers[watcher] = None

    def unwatch(self, watcher: Callable[[Instant], None]) -> None:
        """Do not call *watcher* after all."""
        self._watchers.pop(watcher, None)

    def over(self, last: Instant) -> None:
        """It is over; *last* is the last instant at which it was not."""
        watchers, self._watchers = self._watchers, {}
        for watcher in watchers:
            watcher(last)


class Outages:
    """Which endpoints cannot be reached.

    Args:
        simulation: The clock.

    Attributes:
        present: Those of this instant, by endpoint, each with the event that ends it.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.present: dict[str, tuple[Outage, Event | None]] = {}

    def of(self, endpoint: str) -> Outage | None:
        """The outage of an endpoint, if there is one."""
        found = self.present.get(endpoint)
        return None if found is None else found[0]

    def begin(self, endpoint: str, reason: str, until: Instant | None = None) -> None:
        """Let *endpoint* be out of reach from now on, in place of an outage that it has.

        Args:
            endpoint: Which one.
            reason: Why.
            until: When it can be reached again, if not only by `end`.
        """
        self.end(endpoint)
        event = None
        if until is not None:
            event = self._simulation.at(
                until,
                lambda: self._end(endpoint, self._simulation.now - 1),
                who=f"the outage of {endpoint}",
                work=False,
            )
        self.present[endpoint] = Outage(endpoint, reason), event

    def end(self, endpoint: str) -> None:
        """Let *endpoint* be within reach again. What was due at this instant has failed."""
        self._end(endpoint, self._simulation.now)

    def _end(self, endpoint: str, last: Instant) -> None:
        outage, event = self.present.pop(endpoint, (None, None))
        if event is not None:
            self._simulation.cancel(event)
        if outage is not None:
            outage.over(last)
