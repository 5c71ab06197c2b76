"""A poller: it takes messages from a queue, invokes a function with them, and deletes what was handled.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import BatchItemsReturned, MessageFiltered, excerpt
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.batch import Batch
from pytest_fakeaws.services.lambda_.batch_response import left_in_queue
from pytest_fakeaws.services.lambda_.errors import LambdaError, RecursiveInvocation, TooManyRequests
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invocation import Invocation
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.mapping_settings import PARTIAL, filters_of, hidden_for
from pytest_fakeaws.services.lambda_.retries import throttle_wait
from pytest_fakeaws.services.lambda_.scaling import Scaling
from pytest_fakeaws.services.lambda_.target import TargetFinder
from pytest_fakeaws.services.ports import PollableQueue, PolledMessage, QueueFinder, ServiceError
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.simulation import Simulation

_STOPPED = "the mapping was stopped"


class Poller:
    """Does the work of a mapping of a queue.

    It never spins: it polls when the queue says that a message is available, when an invocation has ended,
    and when it is told to. It never changes visibility: what failed comes back when its visibility runs
    out. A batch for which the function has no concurrency left is tried again until then.

    Args:
        mapping: Whose work it is.
        simulation: The clock.
        journal: Where facts go.
        invoker: Runs the function.
        find: Finds the function.
        find_queue: Finds the queue.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        simulation: Simulation,
        journal: Journal,
        invoker: Invoker,
        *,
        find: TargetFinder,
        find_queue: QueueFinder,
    ) -> None:
        self._mapping = mapping
        self._simulation = simulation
        self._journal = journal
        self._invoker = invoker
        self._find = find
        self._find_queue = find_queue
        self._who = f"{mapping.function_name}: poll of {mapping.source_name}"
        self._watched: PollableQueue | None = None
        self._poll_is_due = False
        self._open: Batch | None = None
        self._window: Event | None = None
        self._ready: list[Batch] = []
        self._in_progress = 0
        self._groups: Counter[str] = Counter()
        self._growth: Event | None = None
        self.configure()

    def configure(self) -> None:
        """Go by the settings that the mapping has now; an open batch keeps those it was opened with."""
        settings = self._mapping.settings
        fifo = self._mapping.source.endswith(".fifo")
        self._scaling = Scaling.of(settings, fifo=fifo)
        self._batch_size: int = settings["BatchSize"]
        self._window_length = settings["MaximumBatchingWindowInSeconds"] * SECOND
        self._filters = filters_of(settings)
        self._partial = PARTIAL in settings["FunctionResponseTypes"]

    def wake(self) -> None:
        """Poll, the next time the simulation is driven."""
        # An event of its own, so that everything sent at one instant can share a batch.
        if not self._poll_is_due and self._mapping.enabled:
            self._poll_is_due = True
            self._simulation.at(self._simulation.now, self._poll, who=self._who)

    def stop(self) -> None:
        """Poll no more; a batch that has begun is still seen to its end."""
        self._rest()
        if self._watched is not None:
            self._watched.unwatch(self.wake)
        batch = self._close_window()
        given_up, self._ready = self._ready, []
        for one in (*given_up, *([] if batch is None else [batch])):
            self._let_go(one, _STOPPED)

    # Polling

    def _poll(self) -> None:
        self._poll_is_due = False
        queue = self._find_queue(self._mapping.source)
        function = self._function()
        if queue is None or function is None or not self._mapping.enabled:
            return  # whoever makes or enables it wakes this poller
        self._begin_ready()
        while self._in_progress + len(self._ready) < self._scaling.limit:
            batch = self._gathered(queue, function)
            if batch is None:
                self._rest()
                self._watch(queue)
                return
            self._make_ready(batch)
        self._watch_backlog(queue)

    def _function(self, operation: str = "GetFunction") -> Function | None:
        mapping = self._mapping
        try:
            return self._find(
                mapping.place, mapping.function_name, mapping.qualifier, operation=operation
            ).function
        except LambdaError:
            return None

    def _gathered(self, queue: PollableQueue, function: Function) -> Batch | None:
        """A batch that is complete; `None` if there are no messages, or too few as yet."""
        now = self._simulation.now
        hidden = hidden_for(self._mapping.settings, queue, function)
        batch = self._open or Batch(queue, self._batch_size, now + hidden)
        while batch.room:
            asked = min(batch.room, limits.RECEIVED_AT_ONCE)
            try:
                received = queue.poll(asked, hidden)
            except ServiceError:
                break  # too many in flight: there will be more to poll when some come back
            batch.extend(
                received
                if self._filters is None
                else [message for message in received if self._passes(message, queue)]
            )
            if len(received) < asked:
                break
        if not batch.messages:
            return None
        if self._window_length and batch.room:
            self._keep_open(batch)
            return None
        self._close_window()
        return batch

    def _passes(self, message: PolledMessage, queue: PollableQueue) -> bool:
        """Whether a filter lets *message* through; if none does, it is deleted."""
        assert self._filters is not None
        body = message.record["body"]
        reason = self._filters.against(body)
        if reason:
            self._journal.record(
                MessageFiltered(
                    queue.arn, message.message_id, self._mapping.arn, excerpt(body), reason
                )
            )
            queue.delete_polled([message])
        return not reason

    def _keep_open(self, batch: Batch) -> None:
        if self._open is None:
            self._open = batch
            end = self._simulation.now + self._window_length
            self._window = self._simulation.at(end, self._window_ends, who=self._who)

    def _window_ends(self) -> None:
        batch = self._close_window()
        if batch is not None:
            self._make_ready(batch)
            self.wake()

    def _close_window(self) -> Batch | None:
        batch, self._open = self._open, None
        if self._window is not None:
            self._simulation.cancel(self._window)
            self._window = None
        return batch

    # Waiting

    def _watch(self, queue: PollableQueue) -> None:
        self._watched = queue
        queue.watch(self.wake)

    def _watch_backlog(self, queue: PollableQueue) -> None:
        """Every place is taken: if messages wait, there will be more places in a minute."""
        if self._growth is not None or not self._scaling.can_grow:
            return
        if queue.has_messages:
            self._growth = self._simulation.at(
                self._simulation.now + limits.BATCHES_STEP_AFTER * SECOND,
                partial(self._grow, queue),
                who=self._who,
                work=False,
            )
        else:
            self._watch(queue)

    def _grow(self, queue: PollableQueue) -> None:
        self._growth = None
        if queue.has_messages and self._scaling.can_grow:
            self._scaling.grow()
        self.wake()

    def _rest(self) -> None:
        """The backlog has come to its end."""
        if self._growth is not None:
            self._simulation.cancel(self._growth)
            self._growth = None
        if not self._in_progress and not self._ready:
            self._scaling.rest()

    # Invoking

    def _make_ready(self, batch: Batch) -> None:
        while True:
            rest = batch.split()
            self._ready.append(batch)
            if rest is None:
                break
            batch = rest
        self._begin_ready()

    def _begin_ready(self) -> None:
        """Begin what is ready, as far as there are places, and no two batches of one group."""
        ready, self._ready = self._ready, []
        taken = set(self._groups)
        for batch in ready:
            lost = self._lost(batch)
            if lost:
                self._let_go(batch, lost)
                continue
            if self._in_progress < self._scaling.limit and taken.isdisjoint(batch.groups):
                self._begin(batch)
            else:
                self._ready.append(batch)
            taken |= batch.groups

    def _begin(self, batch: Batch) -> None:
        self._in_progress += 1
        self._groups.update(batch.groups)
        self._try(batch)

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
        function = self._function("InvokeFunction")
        if function is None:
            self._end(batch)
            self._let_go(batch, "the function does not exist")
            return
        try:
            invocation = self._invoker.start(
                function,
                {"Records": [message.record for message in batch.messages]},
                attempt=max([message.receive_count for message in batch.messages]),
                message_ids=batch.ids,
                causes=batch.trace_headers,
                mapping=self._mapping.arn,
                arn=self._mapping.function_arn,
            )
        except RecursiveInvocation:
            self._end(batch)
            self._let_go(batch, "the invocation was refused")
            self.wake()
        except NotSimulated:
            self._end(batch)
            raise
        except TooManyRequests:
            self._scaling.failed()
            self._simulation.at(
                self._simulation.now + throttle_wait(batch.throttles),
                partial(self._try_again, batch),
                who=f"{self._mapping.function_name}: throttled batch of {batch.queue.name}",
            )
        else:
            invocation.watch(partial(self._finish, invocation, batch))

    def _try_again(self, batch: Batch) -> None:
        batch.throttles += 1
        if not self._lost(batch):
            self._try(batch)
            return
        self._end(batch)
        self._let_go(batch, "the function was throttled")
        self.wake()

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
            self._scaling.succeeded()
        elif not self._partial:
            self._scaling.failed()
        self.wake()

    def _give_up_behind(self, failed: Batch) -> None:
        """What is ready of the groups of a batch that failed must not overtake it."""
        behind = [batch for batch in self._ready if not failed.groups.isdisjoint(batch.groups)]
        for batch in behind:
            self._ready.remove(batch)
            self._let_go(batch, "a batch of their group failed")

    def _let_go(self, batch: Batch, reason: str) -> None:
        self._leave(batch.ids, reason)

    def _leave(self, ids: tuple[str, ...], reason: str, request_id: str = "") -> None:
        self._journal.record(BatchItemsReturned(self._mapping.arn, request_id, ids, reason))
