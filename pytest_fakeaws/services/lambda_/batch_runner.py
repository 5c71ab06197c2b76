"""Batches on their way: begun when there is a place for them, tried again, and seen to their end.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import BatchItemsReturned
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_.batch import Batch
from pytest_fakeaws.services.lambda_.batch_response import left_in_queue
from pytest_fakeaws.services.lambda_.errors import LambdaError, RecursiveInvocation, TooManyRequests
from pytest_fakeaws.services.lambda_.invocation import Invocation
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.mapping_settings import PARTIAL
from pytest_fakeaws.services.lambda_.retries import throttle_wait
from pytest_fakeaws.services.lambda_.scaling import Scaling
from pytest_fakeaws.services.lambda_.target import TargetFinder
from pytest_fakeaws.sim.simulation import Simulation

_STOPPED = "the mapping was stopped"


class BatchRunner:
    """Invokes a function with batches, and deletes what was handled.

    It never changes visibility: what failed comes back when its visibility runs out. A batch for which the
    function has no concurrency left is tried again until then.

    Args:
        mapping: Whose batches they are.
        simulation: The clock.
        journal: Where facts go.
        invoker: Runs the function.
        find: Finds the function.
        on_end: Called when a place has become free.

    Attributes:
        scaling: How many batches may be in progress.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        simulation: Simulation,
        journal: Journal,
        invoker: Invoker,
        *,
        find: TargetFinder,
        on_end: Callable[[], None],
    ) -> None:
        self._mapping = mapping
        self._simulation = simulation
        self._journal = journal
        self._invoker = invoker
        self._find = find
        self._on_end = on_end
        self._ready: list[Batch] = []
        self._in_progress = 0
        self._groups: Counter[str] = Counter()
        self.configure()

    def configure(self) -> None:
        """Go by the settings that the mapping has now."""
        settings = self._mapping.settings
        self.scaling = Scaling.of(settings, fifo=self._mapping.source.endswith(".fifo"))
        self._partial = PARTIAL in settings["FunctionResponseTypes"]

    @property
    def has_place(self) -> bool:
        """Whether another batch may begin."""
        return self._in_progress + len(self._ready) < self.scaling.limit

    @property
    def idle(self) -> bool:
        """Whether there is no batch at all."""
        return not self._in_progress and not self._ready

    def add(self, batch: Batch) -> None:
        """Begin *batch* as soon as there is a place; what is too long for one payload follows it."""
        rest: Batch | None = batch
        while rest is not None:
            self._ready.append(rest)
            rest = rest.split()
        self.begin()

    def stop(self) -> None:
        """Begin nothing more; what has begun is seen to its end."""
        given_up, self._ready = self._ready, []
        for batch in given_up:
            self.let_go(batch, _STOPPED)

    def begin(self) -> None:
        """Begin what is ready, as far as there are places, and no two batches of one group."""
        ready, self._ready = self._ready, []
        taken = set(self._groups)
        for batch in ready:
            lost = self._lost(batch)
            if lost:
                self.let_go(batch, lost)
                continue
            if self._in_progress < self.scaling.limit and taken.isdisjoint(batch.groups):
                self._in_progress += 1
                self._groups.update(batch.groups)
                self._try(batch)
            else:
                self._ready.append(batch)
            taken |= batch.groups

    def _end(self, batch: Batch) -> None:
        self._in_progress -= 1
        if batch.groups:
            self._groups -= Counter(batch.groups)

    def _lost(self, batch: Batch) -> str:
        """Why a batch that was received can be invoked no more, if it cannot."""
        if not batch.queue.exists:
            return "the queue was deleted"
        if not self._mapping.enabled:
            return _STOPPED
        return "their visibility timeout ended" if self._simulation.now >= batch.until else ""

    def _try(self, batch: Batch) -> None:
        try:
            invocation = self._invoker.start(self._request(batch))
        except NotSimulated:
            self._end(batch)
            raise
        except TooManyRequests:
            self._throttled(batch)
        except RecursiveInvocation:
            self._give_up(batch, "the invocation was refused")
        except LambdaError as error:
            self._give_up(batch, error.text)
        else:
            invocation.watch(partial(self._finish, invocation, batch))

    def _request(self, batch: Batch) -> InvocationRequest:
        mapping = self._mapping
        target = self._find(mapping.place, mapping.function_name, mapping.qualifier)
        request = InvocationRequest(target.function, batch.event(), batch.event)
        request.arn, request.mapping = mapping.function_arn, mapping.arn
        request.attempt = max([message.receive_count for message in batch.messages])
        request.message_ids, request.causes = batch.ids, batch.trace_headers
        return request

    def _throttled(self, batch: Batch) -> None:
        self.scaling.failed()
        self._simulation.at(
            self._simulation.now + throttle_wait(batch.throttles),
            partial(self._try_again, batch),
            who=f"{self._mapping.function_name}: throttled batch of {batch.queue.name}",
        )
        batch.throttles += 1

    def _try_again(self, batch: Batch) -> None:
        if self._lost(batch):
            self._give_up(batch, "the function was throttled")
        else:
            self._try(batch)

    def _give_up(self, batch: Batch, reason: str) -> None:
        self._end(batch)
        self.let_go(batch, reason)
        self._on_end()

    def _finish(self, invocation: Invocation, batch: Batch) -> None:
        assert invocation.outcome is not None
        self._end(batch)
        left = left_in_queue(invocation.outcome, batch.ids, partial=self._partial)
        with self._journal.caused_by(invocation.number):
            batch.queue.delete_polled(batch.without(left.ids))
            if left.ids:
                self._leave(left.ids, left.reason, invocation.request_id)
                self._give_up_behind(batch)
        if invocation.outcome.error is None:
            self.scaling.succeeded()
        elif not self._partial:
            self.scaling.failed()
        self._on_end()

    def _give_up_behind(self, failed: Batch) -> None:
        """What is ready of the groups of a batch that failed must not overtake it."""
        behind = [batch for batch in self._ready if not failed.groups.isdisjoint(batch.groups)]
        for batch in behind:
            self._ready.remove(batch)
            self.let_go(batch, "a batch of their group failed")

    def let_go(self, batch: Batch, reason: str = _STOPPED) -> None:
        """Leave the messages of a batch that was not invoked in their queue."""
        self._leave(batch.ids, reason)

    def _leave(self, ids: tuple[str, ...], reason: str, request_id: str = "") -> None:
        self._journal.record(BatchItemsReturned(self._mapping.arn, request_id, ids, reason))
