"""The backlog of a standard queue whose messages name tenants: a noisy one does not hold up the others.

A tenant is a `MessageGroupId`; each message without one is its own tenant. A tenant counts as noisy once it
has both many messages in flight and a large share of all that are, until none of its messages waits or it
has not sent any for a while. Messages of quiet tenants are then returned first, and among noisy tenants
those of the one with the fewest in flight.

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

    __slots__ = ("in_flight", "last_sent", "listed", "name", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: deque[tuple[int, Message]] = deque()  # with the order of arrival
        self.in_flight = 0
        self.last_sent: Instant = 0
        self.listed: int | None = None  # the arrival under which it stands in line

    def front(self) -> int | None:
        """When its first message arrived, in order; `None` if it has none."""
        while self.waiting and self.waiting[0][1].state is not _WAITING:
            self.waiting.popleft()
        return self.waiting[0][0] if self.waiting else None


class FairBacklog:
    """Available messages, the longest available first, those of noisy tenants last."""

    __slots__ = ("_arrivals", "_in_flight", "_line", "_noisy", "_tenants")

    def __init__(self) -> None:
        self._tenants: dict[str, _Tenant] = {}
        self._line: list[tuple[int, str]] = []  # quiet tenants by arrival, some entries outdated
        self._noisy: dict[str, _Tenant] = {}
        self._in_flight: dict[int, _Tenant] = {}
        self._arrivals = 0

    @classmethod
    def of(cls, available: Iterable[Message], in_flight: Iterable[Message]) -> FairBacklog:
        """The fair backlog of a queue that had no tenants so far."""
        backlog = cls()
        for message in available:
            backlog.add(message)
        for message in in_flight:
            backlog.hidden(message)
        return backlog

    def add(self, message: Message) -> None:
        """A message has become available, for the first time or again."""
        self._landed(message)
        tenant = self._tenant_of(message)
        tenant.last_sent = max(tenant.last_sent, message.sent_at)
        self._arrivals += 1
        tenant.waiting.append((self._arrivals, message))
        self._line_up(tenant)

    def available(self, now: Instant) -> Generator[Message, None, None]:
        """Take messages, one by one, in the order in which a receive at *now* gets them."""
        while (tenant := self._next_quiet(now) or self._next_noisy()) is not None:
            message = tenant.waiting.popleft()[1]
            if tenant.front() is None:
                self._noisy.pop(tenant.name, None)
            self._line_up(tenant)
            yield message

    def hidden(self, message: Message) -> None:
        """A message that was taken is in flight now."""
        if message.number not in self._in_flight:
            tenant = self._tenant_of(message)
            self._in_flight[message.number] = tenant
            tenant.in_flight += 1

    def left(self, message: Message) -> None:
        """A message is gone from the queue, wherever it stood."""
        self._landed(message)
        tenant = self._tenant_of(message)
        if tenant.front() is None and not tenant.in_flight:
            del self._tenants[tenant.name]
            self._noisy.pop(tenant.name, None)

    def _tenant_of(self, message: Message) -> _Tenant:
        name = message.content.group or _NOBODY
        tenant = self._tenants.get(name)
        if tenant is None:
            tenant = self._tenants[name] = _Tenant(name)
        return tenant

    def _line_up(self, tenant: _Tenant) -> None:
        """Give a quiet tenant its place in line, by its first message."""
        front = tenant.front()
        if front is not None and front != tenant.listed and tenant.name not in self._noisy:
            tenant.listed = front
            heapq.heappush(self._line, (front, tenant.name))

    def _landed(self, message: Message) -> None:
        tenant = self._in_flight.pop(message.number, None)
        if tenant is not None:
            tenant.in_flight -= 1

    def _next_quiet(self, now: Instant) -> _Tenant | None:
        """The quiet tenant whose message has been available for the longest."""
        self._calm_down(now)
        while self._line:
            arrival, name = heapq.heappop(self._line)
            tenant = self._tenants.get(name)
            if tenant is None or tenant.listed != arrival:
                continue
            tenant.listed = None
            if tenant.front() != arrival:  # its first message has left since
                self._line_up(tenant)
            elif self._is_noisy(tenant, now):
                self._noisy[name] = tenant
            else:
                return tenant
        return None

    def _next_noisy(self) -> _Tenant | None:
        """The noisy tenant with the fewest messages in flight."""
        waiting = [tenant for tenant in self._noisy.values() if tenant.front() is not None]
        return min(waiting, key=lambda tenant: (tenant.in_flight, tenant.front()), default=None)

    def _is_noisy(self, tenant: _Tenant, now: Instant) -> bool:
        active = now < tenant.last_sent + _QUIET_AFTER
        many = tenant.in_flight >= limits.NOISY_IN_FLIGHT
        share = tenant.in_flight * 100 > limits.NOISY_PERCENT * len(self._in_flight)
        return active and many and share and tenant.name != _NOBODY

    def _calm_down(self, now: Instant) -> None:
        for tenant in list(self._noisy.values()):
            if tenant.front() is None or now >= tenant.last_sent + _QUIET_AFTER:
                del self._noisy[tenant.name]
                self._line_up(tenant)

    def __iter__(self) -> Iterator[Message]:
        entries = (entry for tenant in self._tenants.values() for entry in tenant.waiting)
        return (message for _, message in sorted(entries) if message.state is _WAITING)
