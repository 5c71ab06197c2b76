"""A poller: it takes messages from a queue, and makes batches of them.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

from __future__ import annotations

from functools import partial

from pytest_fakeaws.journal.entries import MessageFiltered, excerpt
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.batch import Batch
from pytest_fakeaws.services.lambda_.batch_runner import BatchRunner
from pytest_fakeaws.services.lambda_.errors import LambdaError
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping
from pytest_fakeaws.services.lambda_.mapping_settings import filters_of, hidden_for
from pytest_fakeaws.services.lambda_.target import TargetFinder
from pytest_fakeaws.services.ports import PollableQueue, PolledMessage, QueueFinder, ServiceError
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.simulation import Simulation


class Poller:
    """Does the work of a mapping of a queue.

    It never spins: it polls when the queue says that a message is available, when an invocation has ended,
    and when it is told to.

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
        self._find = find
        self._find_queue = find_queue
        self._who = f"{mapping.function_name}: poll of {mapping.source_name}"
        self._watched: PollableQueue | None = None
        self._poll_is_due = False
        self._open: Batch | None = None
        self._window: Event | None = None
        self._growth: Event | None = None
        self._runner = BatchRunner(
            mapping, simulation, journal, invoker, find=find, on_end=self.wake
        )
        self.configure()

    def configure(self) -> None:
        """Go by the settings that the mapping has now; an open batch keeps those it was opened with."""
        settings = self._mapping.settings
        self._batch_size: int = settings["BatchSize"]
        self._window_length = settings["MaximumBatchingWindowInSeconds"] * SECOND
        self._filters = filters_of(settings)
        self._runner.configure()

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
        if batch is not None:
            self._runner.let_go(batch)
        self._runner.stop()

    # Polling

    def _poll(self) -> None:
        self._poll_is_due = False
        queue = self._find_queue(self._mapping.source)
        function = self._function()
        if queue is None or function is None or not self._mapping.enabled:
            return  # whoever makes or enables it wakes this poller
        self._runner.begin()
        while self._runner.has_place:
            batch = self._gathered(queue, function)
            if batch is None:
                self._rest()
                self._watch(queue)
                return
            self._runner.add(batch)
        self._watch_backlog(queue)

    def _function(self) -> Function | None:
        mapping = self._mapping
        try:
            return self._find(
                mapping.place, mapping.function_name, mapping.qualifier, operation="GetFunction"
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
        body = message.write()["body"]
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
            self._runner.add(batch)
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
        if self._growth is not None or not self._runner.scaling.can_grow:
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
        if queue.has_messages and self._runner.scaling.can_grow:
            self._runner.scaling.grow()
        self.wake()

    def _rest(self) -> None:
        """The backlog has come to its end."""
        if self._growth is not None:
            self._simulation.cancel(self._growth)
            self._growth = None
        if self._runner.idle:
            self._runner.scaling.rest()
