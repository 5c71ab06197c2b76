"""The backlog of a standard queue whose messages name tenants: a noisy one does not hold up the others.

A tenant is a `MessageGroupId`; each message without one is its own tenant. A tenant counts as noisy while it
has both many messages in flight and a large share of all that are. Messages of quiet tenants are then
returned first, and among noisy tenants those of the one with the fewest in flight.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Generator, Iterable, Iterator

from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.message import Message, State
from pytest_fakeaws.sim.instants import SECOND, Instant

_WAITING = State.WAITING
_QUIET_AFTER = limits.NOISY_FOR * SECOND
_NOBODY = ""


class _Tenant:
    """The messages of one tenant that are available, and what it has in flight."""

    __slots__ = ("in_flight", "last_sent", "name", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: deque[tuple[int, Message]] = deque()  # with the order of arrival
        self.in_flight = 0
        self.last_sent: Instant = 0

    def front(self) -> int | None:
        """When its first message arrived, in order; `None` if it has none."""
        while self.waiting and self.waiting[0][1].state is not _WAITING:
            self.waiting.popleft()
        return self.waiting[0][0] if self.waiting else None


class FairBacklog:
    """Available messages, the longest available first, those of noisy tenants last."""

    __slots__ = ("_arrivals", "_fronts", "_in_flight", "_noisy", "_tenants")

    def __init__(self) -> None:
        self._tenants: dict[str, _Tenant] = {}
        self._fronts: list[tuple[int, str]] = []  # of quiet tenants, some of them outdated
        self._noisy: dict[str, _Tenant] = {}
        self._in_flight: dict[int, _Tenant] = {}
        self._arrivals = 0

    @classmethod
    def of(cls, available: Iterable[Message], in_flight: Iterable[Message]) -> FairBacklog:
        """The fair backlog of a queue that had no tenants so far."""
        backlog = cls()
        backlog._tenants[_NOBODY] = _Tenant(_NOBODY)
        for message in available:
            backlog.add(message)
        for message in in_flight:
            backlog.hidden(message)
        return backlog

    def add(self, message: Message) -> None:
        """A message has become available, for the first time or again."""
        self._landed(message)
        name = message.content.group or _NOBODY
        tenant = self._tenants.get(name)
        if tenant is None:
            tenant = self._tenants[name] = _Tenant(name)
        tenant.last_sent = max(tenant.last_sent, message.sent_at)
        self._arrivals = arrival = self._arrivals + 1
        alone = tenant.front() is None
        tenant.waiting.append((arrival, message))
        if alone:
            heapq.heappush(self._fronts, (arrival, name))

    def available(self, now: Instant) -> Generator[Message, None, None]:
        """Take messages, one by one, in the order in which a receive at *now* gets them."""
        while (tenant := self._next_quiet(now) or self._next_noisy()) is not None:
            message = tenant.waiting.popleft()[1]
            front = tenant.front()
            if front is not None and tenant.name not in self._noisy:
                heapq.heappush(self._fronts, (front, tenant.name))
            yield message

    def hidden(self, message: Message) -> None:
        """A message that was taken is in flight now."""
        if message.number not in self._in_flight:
            tenant = self._tenants[message.content.group or _NOBODY]
            self._in_flight[message.number] = tenant
            tenant.in_flight += 1

    def left(self, message: Message) -> None:
        """A message is gone from the queue, wherever it stood."""
        self._landed(message)

    def _landed(self, message: Message) -> None:
        tenant = self._in_flight.pop(message.number, None)
        if tenant is not None:
            tenant.in_flight -= 1

    def _next_quiet(self, now: Instant) -> _Tenant | None:
        """The quiet tenant whose message has been available for the longest."""
        self._calm_down(now)
        while self._fronts:
            arrival, name = heapq.heappop(self._fronts)
            tenant = self._tenants[name]
            if name in self._noisy or tenant.front() != arrival:
                continue
            if not self._is_noisy(tenant):
                return tenant
            self._noisy[name] = tenant
        return None

    def _next_noisy(self) -> _Tenant | None:
        """The noisy tenant with the fewest messages in flight."""
        waiting = [tenant for tenant in self._noisy.values() if tenant.front() is not None]
        return min(waiting, key=lambda tenant: (tenant.in_flight, tenant.front()), default=None)

    def _is_noisy(self, tenant: _Tenant) -> bool:
        many = tenant.in_flight >= limits.NOISY_IN_FLIGHT
        share = tenant.in_flight * 100 > limits.NOISY_PERCENT * len(self._in_flight)
        return many and share and tenant.name != _NOBODY

    def _calm_down(self, now: Instant) -> None:
        for tenant in list(self._noisy.values()):
            front = tenant.front()
            if front is None or now >= tenant.last_sent + _QUIET_AFTER:
                del self._noisy[tenant.name]
                if front is not None:
                    heapq.heappush(self._fronts, (front, tenant.name))

    def __iter__(self) -> Iterator[Message]:
        entries = (entry for tenant in self._tenants.values() for entry in tenant.waiting)
        return (message for _, message in sorted(entries) if message.state is _WAITING)
