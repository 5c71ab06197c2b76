"""What FIFO queues and topics remember for five minutes: what was sent, and receives attempted."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

from pytest_fakeaws.sim.instants import Duration, Instant

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by key, each forgotten a fixed time after it was first noted.

    Args:
        length: How long a value is remembered.
    """

    __slots__ = ("_length", "_order", "_values")

    def __init__(self, length: Duration) -> None:
        self._length = length
        self._values: dict[Hashable, tuple[Instant, Value]] = {}
        self._order: deque[tuple[Instant, Hashable]] = deque()

    def get(self, key: Hashable, now: Instant) -> Value | None:
        """What is remembered under *key*, or `None`."""
        self._forget(now)
        found = self._values.get(key)
        return found[1] if found is not None else None

    def note(self, key: Hashable, value: Value, now: Instant) -> None:
        """Remember *value* under *key* from now on."""
        self._values[key] = (now, value)
        self._order.append((now, key))

    def drop(self, key: Hashable) -> None:
        """Forget what is remembered under *key*."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._order.clear()

    def _forget(self, now: Instant) -> None:
        while self._order and self._order[0][0] + self._length <= now:
            noted, key = self._order.popleft()
            if key in self._values and self._values[key][0] == noted:
                del self._values[key]
