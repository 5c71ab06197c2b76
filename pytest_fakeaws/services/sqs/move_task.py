"""A message move task: it takes dead letters back to where they came from, or elsewhere.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from pytest_fakeaws.journal.entries import MessageMoved, MoveTaskEnded, MoveTaskStarted
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.message import Message, State
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.events import Event
from pytest_fakeaws.sim.instants import SECOND
from pytest_fakeaws.sim.simulation import Simulation

Status: TypeAlias = Literal["RUNNING", "COMPLETED", "CANCELLED", "FAILED"]


class MoveTask:
    """Moves what waits in one queue, message by message, the oldest first.

    A moved message is a new one: it has a new id, is sent anew and has never been received.

    Args:
        task_id: A UUID.
        source: The dead-letter queue.
        destination: The ARN of where to; each message's own source unless given.
        rate: Messages a second; as many as AWS allows unless given.
        find: Finds a queue by ARN.
    """

    def __init__(
        self,
        task_id: str,
        source: Queue,
        destination: str | None,
        rate: int | None,
        *,
        simulation: Simulation,
        journal: Journal,
        find: Callable[[str], Queue | None],
    ) -> None:
        self.source = source
        self.destination = destination
        self.rate = rate
        self.handle = _handle(task_id, source.arn)
        self.started_at = simulation.now
        self.to_move = source.count(State.WAITING)
        self.moved = 0
        self.status: Status = "RUNNING"
        self.failure: str | None = None
        self._interval = SECOND // (rate or limits.MOVE_RATE[1])
        self._simulation = simulation
        self._journal = journal
        self._number = 0
        self._find = find
        self._left = source.waiting()
        self._next: Event

    def start(self) -> None:
        """Begin to move."""
        started = MoveTaskStarted(self.source.arn, self.destination, self.to_move)
        self._number = self._journal.record(started)
        self._plan(self.started_at)

    def cancel(self) -> None:
        """Move no more; what was moved stays moved."""
        self._simulation.cancel(self._next)
        self._end("CANCELLED")

    def description(self) -> dict[str, Any]:
        """The task as ListMessageMoveTasks answers it."""
        description: dict[str, Any] = {
            "Status": self.status,
            "SourceArn": self.source.arn,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "StartedTimestamp": self.started_at // 1_000,
        }
        optional = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "FailureReason": self.failure,
        }
        return {**description, **{name: value for name, value in optional.items() if value}}

    def _plan(self, when: int) -> None:
        self._next = self._simulation.at(when, self._move, who=f"{self.source.name}: move task")

    def _move(self) -> None:
        with self._journal.caused_by(self._number):
            self._move_next()

    def _move_next(self) -> None:
        message = next(self._left, None) if self.source.exists else None
        if message is None:
            self._end("COMPLETED")
            return
        target, failure = self._target(message)
        if target is None:
            self.failure = failure
            self._end("FAILED")
            return
        self.source.remove(message)
        again = target.resend(message)
        self.moved += 1
        self._journal.record(MessageMoved(self.source.arn, message.id, target.arn, again.id))
        if self.source.count(State.WAITING):
            self._plan(self._simulation.now + self._interval)
        else:
            self._end("COMPLETED")

    def _target(self, message: Message) -> tuple[Queue | None, str]:
        arn = self.destination or message.dead_letter_source
        if arn is None:
            return None, "CouldNotDetermineMessageSource"
        return self._find(arn), "AWS.SimpleQueueService.NonExistentQueue"

    def _end(self, status: Status) -> None:
        self.status = status
        self._journal.record(MoveTaskEnded(self.source.arn, status, self.moved))


def _handle(task_id: str, source: str) -> str:
    content = json.dumps({"taskId": task_id, "sourceArn": source}, separators=(",", ":"))
    return base64.b64encode(content.encode()).decode()
