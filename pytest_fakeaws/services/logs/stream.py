"""A log stream: the events of one execution environment, oldest first."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from pytest_fakeaws.services.logs import limits
from pytest_fakeaws.services.ports import Log
from pytest_fakeaws.sim.instants import Instant

_MILLISECOND = 1_000
"""Microseconds."""


class StoredEvent(NamedTuple):
    """An event as it can be read.

    Attributes:
        id: Its id, 56 digits: events in the order of their ids are in the order of time.
        timestamp: When it was written, in milliseconds since the epoch.
        message: Its text.
        stream: The name of its stream.
    """

    id: str
    timestamp: int
    message: str
    stream: str


class LogStream:
    """One stream of a group.

    Args:
        name: Its name.
        number: Its place among the streams of the group.
        created_at: When it was opened.
    """

    def __init__(self, name: str, number: int, created_at: Instant) -> None:
        self.name = name
        self.created = created_at // _MILLISECOND
        self._number = number
        self._logs: deque[Log] = deque(maxlen=limits.KEPT)
        self._complete: list[StoredEvent] = []

    def append(self, log: Log) -> None:
        """Let *log* follow what is there."""
        self._logs.append(log)

    def events(self) -> list[StoredEvent]:
        """Its events, oldest first."""
        logs, found = self._logs, self._complete
        while logs and logs[0].complete:
            found.extend(self._stored(logs.popleft(), len(found)))
        shown = list(found)
        for log in logs:
            shown += self._stored(log, len(shown))
        return shown

    def _stored(self, log: Log, start: int) -> list[StoredEvent]:
        stored = []
        for index, event in enumerate(log.events(), start):
            timestamp = event.at // _MILLISECOND
            key = f"{timestamp:014d}{self._number:020d}{index:022d}"
            stored.append(StoredEvent(key, timestamp, event.message, self.name))
        return stored
