"""All queues there are, by account, region and name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from pytest_fakeaws.addresses import Place, queue_of_url
from pytest_fakeaws.faults.hooks import UNDISTURBED, Hooks
from pytest_fakeaws.journal.entries import QueueCreated, QueueDeleted
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services import policies
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.attributes import QueueAttributes
from pytest_fakeaws.services.sqs.errors import (
    AccessDenied,
    InvalidFifoQueueName,
    InvalidQueueName,
    InvalidRedrivePolicy,
    QueueDeletedRecently,
    QueueDoesNotExist,
    QueueNameExists,
)
from pytest_fakeaws.services.sqs.fifo_queue import FifoQueue
from pytest_fakeaws.services.sqs.move_tasks import MoveTasks
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.services.sqs.receipts import Receipts
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import SECOND, Instant
from pytest_fakeaws.sim.simulation import Simulation

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_FIFO = ".fifo"

OWNERS_ONLY = frozenset(
    {
        "AddPermission",
        "CancelMessageMoveTask",
        "DeleteQueue",
        "ListMessageMoveTasks",
        "ListQueueTags",
        "RemovePermission",
        "SetQueueAttributes",
        "StartMessageMoveTask",
        "TagQueue",
        "UntagQueue",
    }
)
"""Operations that no policy grants to another account.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html.
"""


class QueueDirectory:
    """Makes, finds and deletes queues.

    Args:
        simulation: The clock that they live on.
        journal: Where their facts go.
        chance: Where their randomness comes from.
        guard: How policies are read.
        hooks: What is asked whether something goes wrong.

    Attributes:
        by_arn: Finds the queue with an ARN; `None` if there is none.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        guard: policies.Guard = policies.LENIENT,
        hooks: Hooks | None = None,
    ) -> None:
        self.simulation = simulation
        self.guard = guard
        by_arn: dict[str, Queue] = {}
        self.by_arn: Callable[[str], Queue | None] = by_arn.get
        self.move_tasks = MoveTasks(simulation, journal, chance, self.by_arn)
        self._journal = journal
        self._hooks = hooks or UNDISTURBED
        self._ids = chance.ids("sqs/message-ids")
        self._tokens = chance.stream("sqs/receipt-handles")
        self._queues: dict[tuple[Place, str], Queue] = {}
        self._by_url: dict[tuple[Place, str], Queue] = {}
        self._by_arn = by_arn
        self._deleted_at: dict[tuple[Place, str], Instant] = {}
        self._watchers: list[Callable[[Queue], None]] = []

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._queues.values())

    def watch(self, watcher: Callable[[Queue], None]) -> None:
        """Call *watcher* with each queue that is made."""
        self._watchers.append(watcher)

    def create(self, place: Place, name: str, attributes: Mapping[str, str]) -> Queue:
        """Make a queue, or find the one of the same name and attributes.

        Raises:
            InvalidQueueName: The name breaks AWS's rules.
            QueueNameExists: The queue exists with another value of an attribute.
            QueueDeletedRecently: A queue of this name was deleted less than a minute ago.
        """
        fifo = _is_fifo(name, attributes)
        checked = QueueAttributes(place, attributes, fifo=fifo)
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
        self._check_redrive(place.arn("sqs", name), checked, attributes)
        return self._add(place, name, checked)

    def _add(self, place: Place, name: str, attributes: QueueAttributes) -> Queue:
        kind = FifoQueue if attributes.fifo else Queue
        queue = kind(
            place,
            name,
            attributes,
            simulation=self.simulation,
            journal=self._journal,
            ids=self._ids,
            receipts=Receipts(self._tokens),
            find=self.by_arn,
            hooks=UNDISTURBED if attributes.fifo else self._hooks,
        )
        self._queues[place, name] = queue
        self._by_arn[queue.arn] = queue
        self._journal.record(QueueCreated(queue.arn))
        for watcher in self._watchers:
            watcher(queue)
        return queue

    def change(self, queue: Queue, attributes: Mapping[str, str]) -> None:
        """Set attributes of *queue*, all or none."""
        changed = QueueAttributes(
            queue.place, {**queue.attributes.given(), **attributes}, fifo=queue.attributes.fifo
        )
        self._check_redrive(queue.arn, changed, attributes)
        queue.change(attributes)

    def _check_redrive(
        self, source: str, attributes: QueueAttributes, given: Mapping[str, str]
    ) -> None:
        """Refuse a redrive policy whose dead-letter queue is not there, or not fit for it."""
        policy = attributes.redrive_policy
        if policy is None or "RedrivePolicy" not in given:
            return

        def refuse(reason: str) -> InvalidRedrivePolicy:
            return InvalidRedrivePolicy(given["RedrivePolicy"], reason)

        target = self.by_arn(policy.dead_letter_arn)
        if target is None:
            raise refuse("Dead letter target does not exist.")
        if target.attributes.fifo != attributes.fifo:
            raise refuse("Dead-letter queue must be same type of queue as the source.")
        if not target.attributes.admits_redrive_from(source):
            raise refuse("Dead-letter queue does not allow this source queue to use it.")

    def delete(self, queue: Queue) -> None:
        """Delete *queue* with all its messages."""
        key = queue.place, queue.name
        del self._queues[key]
        del self._by_arn[queue.arn]
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

    def reach(self, caller: Place, url: str, operation: str) -> Queue:
        """The queue that *caller* means by *url*, if it may carry out *operation* on it.

        Raises:
            QueueDoesNotExist: There is none.
            AccessDenied: A policy denies it, or none allows it to another account.
        """
        queue = self.by_url(caller, url)
        if queue.attributes.policy or queue.place.account != caller.account:
            self.check(caller, queue, operation)
        return queue

    def check(self, caller: Place, queue: Queue, operation: str, source: str = "") -> None:
        """Refuse *caller* an *operation* on *queue* that it may not carry out.

        Args:
            caller: Who wants it.
            queue: Of which queue.
            operation: What.
            source: The ARN of the resource for which a service wants it, if one does.

        Raises:
            AccessDenied: It may not.
        """
        request = self.guard.request(caller.account, f"sqs:{operation}", queue.arn, source)
        foreign = queue.place.account != caller.account
        permitted = policies.permits(queue.attributes.policy, queue.place.account, request)
        if not permitted or (foreign and operation in OWNERS_ONLY):
            raise AccessDenied(request.principal, request.action.lower(), queue.arn)

    def permits(self, caller: Place, arn: str, operation: str) -> bool:
        """Whether *caller* may carry out *operation* on the queue with this ARN."""
        queue = self.by_arn(arn)
        try:
            if queue is not None:
                self.check(caller, queue, operation)
        except AccessDenied:
            return False
        return True

    def names(self, place: Place, prefix: str) -> list[Queue]:
        """The queues of *place* whose names begin with *prefix*, by name."""
        return _by_name(
            queue for queue in self if queue.place == place and queue.name.startswith(prefix)
        )

    def sources_of(self, dead_letter_queue: Queue) -> list[Queue]:
        """The queues whose dead letters go to *dead_letter_queue*, by name."""
        return _by_name(
            queue
            for queue in self
            if queue.attributes.redrive_policy is not None
            and queue.attributes.redrive_policy.dead_letter_arn == dead_letter_queue.arn
        )


def _by_name(queues: Iterator[Queue]) -> list[Queue]:
    return sorted(queues, key=lambda queue: queue.name)


def _is_fifo(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a queue of this name and these attributes is to be a FIFO queue."""
    stem = name.removesuffix(_FIFO)
    valid = _NAME.fullmatch(stem) is not None and len(name) <= limits.NAME_LENGTH
    fifo = attributes.get("FifoQueue", "").lower() == "true"
    if fifo and (not valid or stem == name):
        raise InvalidFifoQueueName
    if not fifo and (not valid or stem != name):
        raise InvalidQueueName
    return fifo
