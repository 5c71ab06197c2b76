"""An event source mapping: it polls a queue, invokes a function, and deletes what was handled.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pytest_fakeaws.journal.entries import BatchItemsReturned
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import RecursiveInvocation, TooManyRequests
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.invocation import Invocation
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.lambda_.retries import throttle_wait
from pytest_fakeaws.services.ports import PollableQueue, PolledMessage, ServiceError
from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.sim.simulation import Simulation


class EventSourceMapping:
    """Feeds a function from a queue.

    It never spins: it polls when the queue says that a message is available, and when an invocation
    has ended. It never changes visibility: what failed comes back when its visibility runs out. A batch
    for which the function has no concurrency left is tried again until then.

    Args:
        uuid: Its id.
        queue: What it polls.
        function: What it invokes.
        batch_size: Messages of a batch at the most.
        report_batch_item_failures: Whether the function's response may name messages that failed.
        maximum_concurrency: Batches in progress at the most, if fewer than Lambda would have.
    """

    def __init__(
        self,
        uuid: str,
        queue: PollableQueue,
        function: Function,
        *,
        batch_size: int,
        report_batch_item_failures: bool,
        maximum_concurrency: int | None,
        simulation: Simulation,
        journal: Journal,
        invoker: Invoker,
    ) -> None:
        self.uuid = uuid
        self.arn = function.place.arn("lambda", f"event-source-mapping:{uuid}")
        self.queue = queue
        self.function = function
        self.batch_size = batch_size
        self.report_batch_item_failures = report_batch_item_failures
        self.maximum_concurrency = maximum_concurrency
        self.modified_at = simulation.now
        self.enabled = True
        self._simulation = simulation
        self._journal = journal
        self._invoker = invoker
        self._in_progress = 0
        self._poll_is_due = False

    def start(self) -> None:
        """Begin to poll."""
        self._wake()

    def stop(self) -> None:
        """Poll no more; a batch in progress is still seen to its end."""
        self.enabled = False
        self.queue.unwatch(self._wake)

    def _wake(self) -> None:
        # An event of its own, so that everything sent at one instant can share a batch.
        if not self._poll_is_due:
            self._poll_is_due = True
            who = f"{self.function.name}: poll of {self.queue.name}"
            self._simulation.at(self._simulation.now, self._poll, who=who)

    def _poll(self) -> None:
        self._poll_is_due = False
        most = min(self.maximum_concurrency or limits.CONCURRENT_BATCHES, limits.CONCURRENT_BATCHES)
        while self.enabled and self.queue.exists and self._in_progress < most:
            batch = self._received()
            if not batch:
                self.queue.watch(self._wake)
                return
            self._invoke(batch)

    def _received(self) -> Sequence[PolledMessage]:
        try:
            return self.queue.poll(self.batch_size)
        except ServiceError:
            return ()  # too many in flight: there will be more to poll when some come back

    def _invoke(self, batch: Sequence[PolledMessage]) -> None:
        self._in_progress += 1
        self._try(batch, self._simulation.now + self.queue.visibility_timeout)

    def _try(self, batch: Sequence[PolledMessage], until: Instant, throttles: int = 0) -> None:
        try:
            invocation = self._invoker.start(
                self.function,
                {"Records": [message.record for message in batch]},
                attempt=max(message.receive_count for message in batch),
                message_ids=tuple(message.message_id for message in batch),
                causes=_trace_headers(batch),
            )
        except RecursiveInvocation:
            self._let_go(batch, "the invocation was refused")
        except TooManyRequests:
            self._simulation.at(
                self._simulation.now + throttle_wait(throttles),
                lambda: self._try_again(batch, until, throttles + 1),
                who=f"{self.function.name}: throttled batch of {self.queue.name}",
            )
        else:
            invocation.watch(lambda: self._finish(invocation, batch))

    def _try_again(self, batch: Sequence[PolledMessage], until: Instant, throttles: int) -> None:
        if self._simulation.now < until and self.enabled and self.queue.exists:
            self._try(batch, until, throttles)
        else:
            self._let_go(batch, "the function was throttled")

    def _let_go(self, batch: Sequence[PolledMessage], reason: str) -> None:
        """Leave *batch* in the queue; nothing has run for it."""
        self._in_progress -= 1
        ids = tuple(message.message_id for message in batch)
        self._journal.record(BatchItemsReturned(self.arn, "", ids, reason))
        self._wake()

    def _finish(self, invocation: Invocation, batch: Sequence[PolledMessage]) -> None:
        self._in_progress -= 1
        with self._journal.caused_by(invocation.number):
            left, reason = self._left_in_queue(invocation, batch)
            for message in batch:
                if message.message_id not in left and self.queue.exists:
                    self._delete(message)
            if left:
                ids = tuple(left)
                self._journal.record(
                    BatchItemsReturned(self.arn, invocation.request_id, ids, reason)
                )
        self._wake()

    def _delete(self, message: PolledMessage) -> None:
        with suppress(ServiceError):  # the handle of a FIFO queue has expired: it will come again
            self.queue.delete(message.receipt_handle)

    def _left_in_queue(
        self, invocation: Invocation, batch: Sequence[PolledMessage]
    ) -> tuple[dict[str, None], str]:
        """Which messages stay in the queue, and why."""
        ids = dict.fromkeys(message.message_id for message in batch)
        assert invocation.outcome is not None
        payload, error = invocation.outcome
        if error is not None:
            return ids, "the invocation failed"
        if not self.report_batch_item_failures:
            return {}, ""
        reported = _reported(json.loads(payload))
        if reported is None or not reported <= ids.keys():
            return ids, "the response is no valid list of batch item failures"
        return {message: None for message in ids if message in reported}, "reported as failed"


def _trace_headers(batch: Sequence[PolledMessage]) -> list[str]:
    attributes = (message.record["attributes"] for message in batch)
    return [found["AWSTraceHeader"] for found in attributes if "AWSTraceHeader" in found]


def _reported(response: Any) -> set[str] | None:
    """The message ids that a response reports as failed; `None` if it cannot be understood.

    See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html.
    """
    if response in (None, "", []):
        return set()
    if not isinstance(response, dict):
        return None
    failures = response.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return None
    reported = set()
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(identifier, str) or not identifier:
            return None
        reported.add(identifier)
    return reported
