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
from collections.abc import Iterable, Iterator
from random import Random
from typing import TypeAlias

from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.backlog import Fitness
from pytest_fakeaws.services.sqs.message import WAITING, Message
from pytest_fakeaws.sim.instants import SECOND, Instant

_QUIET_AFTER = limits.NOISY_FOR * SECOND
_NOBODY = ""
_PRUNE_FROM = 64

_Rank: TypeAlias = tuple[int, ...]


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
        while self.waiting and self.waiting[0][1].state is not WAITING:
            self.waiting.popleft()
        return self.waiting[0][0] if self.waiting else None


class _Line:
    """Names of tenants in the order of a rank that changes.

    An earlier rank stays behind until it comes up or until such ranks are the majority.
    """

    __slots__ = ("_heap", "_ranks")

    def __init__(self) -> None:
        self._heap: list[tuple[_Rank, str]] = []
        self._ranks: dict[str, _Rank] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._ranks

    def put(self, name: str, *rank: int) -> None:
        """Give a tenant its place, whether it has one or not."""
        if self._ranks.get(name) == rank:
            return
        self._ranks[name] = rank
        heapq.heappush(self._heap, (rank, name))
        if len(self._heap) > _PRUNE_FROM + 2 * len(self._ranks):
            self._heap = [(rank, name) for name, rank in self._ranks.items()]
            heapq.heapify(self._heap)

    def discard(self, name: str) -> None:
        """Let a tenant have no place."""
        self._ranks.pop(name, None)

    def first(self) -> tuple[_Rank, str] | None:
        """The lowest rank and whose it is, or `None`."""
        heap = self._heap
        while heap and self._ranks.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0] if heap else None


class FairBacklog:
    """Available messages, the longest available first, those of noisy tenants last."""

    __slots__ = ("_active", "_arrivals", "_in_flight", "_noisy", "_quiet", "_tenants")

    def __init__(self) -> None:
        self._tenants: dict[str, _Tenant] = {}
        self._quiet = _Line()  # by the arrival of the first message
        self._noisy = _Line()  # by the number in flight, then the same
        self._active = _Line()  # the noisy ones, by their last send
        self._in_flight: dict[int, _Tenant] = {}
        self._arrivals = 0

    @classmethod
    def of(cls, available: Iterable[Message], in_flight: Iterable[Message]) -> FairBacklog:
        """The fair backlog of a queue that had no tenants so far."""
        backlog = cls()
        for message in available:
            backlog.add(message)
        for message in in_flight:
            backlog._took(message)
        return backlog

    def add(self, message: Message) -> None:
        """A message has become available, for the first time or again."""
        self._landed(message)
        tenant = self._tenant_of(message)
        tenant.last_sent = max(tenant.last_sent, message.sent_at)
        self._arrivals += 1
        tenant.waiting.append((self._arrivals, message))
        self._line_up(tenant)

    def take(self, maximum: int, now: Instant, fit: Fitness | None = None) -> list[Message]:
        """Take messages, in the order in which a receive at *now* gets them."""
        taken: list[Message] = []
        while len(taken) < maximum and (tenant := self._next_quiet(now) or self._next_noisy()):
            message = tenant.waiting.popleft()[1]
            self._line_up(tenant)
            self._took(message)
            if fit is None or fit(message):
                taken.append(message)
        return taken

    def _took(self, message: Message) -> None:
        """A message counts as in flight from now on."""
        if message.number not in self._in_flight:
            tenant = self._tenant_of(message)
            self._in_flight[message.number] = tenant
            tenant.in_flight += 1
            self._line_up(tenant)

    def left(self, message: Message) -> None:
        """A message is gone from the queue, wherever it stood."""
        self._landed(message)
        tenant = self._tenant_of(message)
        self._line_up(tenant)
        if tenant.front() is None and not tenant.in_flight:
            del self._tenants[tenant.name]

    def _tenant_of(self, message: Message) -> _Tenant:
        name = message.content.group or _NOBODY
        tenant = self._tenants.get(name)
        if tenant is None:
            tenant = self._tenants[name] = _Tenant(name)
        return tenant

    def _landed(self, message: Message) -> None:
        tenant = self._in_flight.pop(message.number, None)
        if tenant is not None:
            tenant.in_flight -= 1
            self._line_up(tenant)

    def _line_up(self, tenant: _Tenant) -> None:
        """Give a tenant its place in line; one of whom nothing waits has none, and is noisy no more."""
        front = tenant.front()
        if front is None:
            for line in (self._quiet, self._noisy, self._active):
                line.discard(tenant.name)
        elif tenant.name in self._noisy:
            self._noisy.put(tenant.name, tenant.in_flight, front)
            self._active.put(tenant.name, tenant.last_sent)
        else:
            self._quiet.put(tenant.name, front)

    def _next_quiet(self, now: Instant) -> _Tenant | None:
        """The quiet tenant whose message has been available for the longest."""
        self._calm_down(now)
        while (first := self._quiet.first()) is not None:
            tenant = self._tenants[first[1]]
            if not self._is_noisy(tenant, now):
                return tenant
            self._quiet.discard(tenant.name)
            self._noisy.put(tenant.name, tenant.in_flight, *first[0])
            self._active.put(tenant.name, tenant.last_sent)
        return None

    def _next_noisy(self) -> _Tenant | None:
        """The noisy tenant with the fewest messages in flight."""
        first = self._noisy.first()
        return None if first is None else self._tenants[first[1]]

    def _is_noisy(self, tenant: _Tenant, now: Instant) -> bool:
        active = now < tenant.last_sent + _QUIET_AFTER
        many = tenant.in_flight >= limits.NOISY_IN_FLIGHT
        share = tenant.in_flight * 100 > limits.NOISY_PERCENT * len(self._in_flight)
        return active and many and share and tenant.name != _NOBODY

    def _calm_down(self, now: Instant) -> None:
        """Let those be quiet that have not sent for a while."""
        while (first := self._active.first()) and now >= first[0][0] + _QUIET_AFTER:
            tenant = self._tenants[first[1]]
            self._noisy.discard(tenant.name)
            self._active.discard(tenant.name)
            self._line_up(tenant)

    def shuffle(self, random: Random) -> None:
        """Let what waits of each tenant be received in another order."""
        for tenant in self._tenants.values():
            entries = [entry for entry in tenant.waiting if entry[1].state is WAITING]
            messages = [message for _, message in entries]
            random.shuffle(messages)
            places = [place for place, _ in entries]
            tenant.waiting = deque(zip(places, messages, strict=True))
            self._line_up(tenant)

    def __iter__(self) -> Iterator[Message]:
        entries = (entry for tenant in self._tenants.values() for entry in tenant.waiting)
        return (message for _, message in sorted(entries) if message.state is WAITING)
