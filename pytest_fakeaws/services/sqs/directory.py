"""All queues there are, by account, region and name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pytest_fakeaws.addresses import Arn, Place, queue_of_url
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import QueueCreated, QueueDeleted
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.attributes import QueueAttributes
from pytest_fakeaws.services.sqs.errors import (
    InvalidQueueName,
    QueueDeletedRecently,
    QueueDoesNotExist,
    QueueNameExists,
)
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.services.sqs.receipts import Receipts
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import SECOND, Instant
from pytest_fakeaws.sim.simulation import Simulation

_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{limits.NAME_LENGTH}}}")


class QueueDirectory:
    """Makes, finds and deletes queues.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
    """

    def __init__(self, simulation: Simulation, journal: Journal, chance: Chance) -> None:
        self.simulation = simulation
        self._journal = journal
        self._ids = chance.ids("sqs/message-ids")
        self._tokens = chance.stream("sqs/receipt-handles")
        self._queues: dict[tuple[Place, str], Queue] = {}
        self._by_url: dict[tuple[Place, str], Queue] = {}
        self._deleted_at: dict[tuple[Place, str], Instant] = {}

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._queues.values())

    def create(self, place: Place, name: str, attributes: Mapping[str, str]) -> Queue:
        """Make a queue, or find the one of the same name and attributes.

        Raises:
            InvalidQueueName: The name breaks AWS's rules.
            QueueNameExists: The queue exists with another value of an attribute.
            QueueDeletedRecently: A queue of this name was deleted less than a minute ago.
        """
        if name.endswith(".fifo"):
            raise NotSimulated("A FIFO queue")
        if not _NAME.fullmatch(name):
            raise InvalidQueueName
        checked = QueueAttributes(place, attributes)
        existing = self._queues.get((place, name))
        if existing is not None:
            differing = existing.attributes.difference(attributes)
            if differing is not None:
                raise QueueNameExists(differing)
            return existing
        deleted_at = self._deleted_at.get((place, name))
        now = self.simulation.now
        if deleted_at is not None and now < deleted_at + limits.DELETED_RECENTLY * SECOND:
            raise QueueDeletedRecently
        return self._add(place, name, checked)

    def _add(self, place: Place, name: str, attributes: QueueAttributes) -> Queue:
        queue = Queue(
            place,
            name,
            attributes,
            simulation=self.simulation,
            journal=self._journal,
            ids=self._ids,
            receipts=Receipts(self._tokens),
            find=self.by_arn,
        )
        self._queues[place, name] = queue
        self._journal.record(QueueCreated(queue.arn))
        return queue

    def delete(self, queue: Queue) -> None:
        """Delete *queue* with all its messages."""
        key = queue.place, queue.name
        del self._queues[key]
        self._by_url = {known: other for known, other in self._by_url.items() if other is not queue}
        self._deleted_at[key] = self.simulation.now
        queue.close()
        self._journal.record(QueueDeleted(queue.arn))

    def by_name(self, place: Place, name: str) -> Queue:
        """The queue called *name*.

        Raises:
            QueueDoesNotExist: There is none in this account and region.
        """
        try:
            return self._queues[place, name]
        except KeyError:
            raise QueueDoesNotExist from None

    def by_url(self, caller: Place, url: str) -> Queue:
        """The queue that *caller* means by *url*: of any host, or just the name.

        Raises:
            QueueDoesNotExist: There is none, or not in the caller's region.
        """
        queue = self._by_url.get((caller, url))
        if queue is None:
            account, name = queue_of_url(url) or (caller.account, url)
            queue = self.by_name(Place(account, caller.region), name)
            self._by_url[caller, url] = queue
        return queue

    def by_arn(self, text: str) -> Queue | None:
        """The queue with the ARN *text*, or `None`."""
        arn = Arn.parse(text)
        return self._queues.get((arn.place, arn.resource)) if arn else None

    def names(self, place: Place, prefix: str) -> list[Queue]:
        """The queues of *place* whose names begin with *prefix*, by name."""
        found = (
            queue
            for (where, name), queue in self._queues.items()
            if where == place and name.startswith(prefix)
        )
        return sorted(found, key=lambda queue: queue.name)
