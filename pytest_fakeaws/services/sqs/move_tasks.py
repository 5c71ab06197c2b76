"""The move tasks there are and were, by the queue that they empty."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import (
    InvalidRequest,
    ResourceNotFound,
    UnsupportedOperation,
)
from pytest_fakeaws.services.sqs.move_task import MoveTask
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.simulation import Simulation


class MoveTasks:
    """Starts, finds and cancels move tasks.

    Args:
        simulation: The clock that they work by.
        journal: Where their facts go.
        chance: Where their ids come from.
        find: Finds a queue by ARN.
    """

    def __init__(
        self,
        simulation: Simulation,
        journal: Journal,
        chance: Chance,
        find: Callable[[str], Queue | None],
    ) -> None:
        self._ids = chance.ids("sqs/move-task-ids")
        self._make = partial(MoveTask, simulation=simulation, journal=journal, find=find)
        self._tasks: dict[str, deque[MoveTask]] = {}  # by source, the newest first

    def start(self, source: Queue, destination: str | None, rate: int | None) -> MoveTask:
        """Begin to empty *source*.

        Raises:
            InvalidRequest: A task is at work on it already.
        """
        tasks = self._tasks.setdefault(source.arn, deque(maxlen=limits.MOVE_TASKS_LISTED))
        if any(task.status == "RUNNING" for task in tasks):
            raise InvalidRequest(
                "There is already a task running. Only one active task is allowed for a source "
                "queue arn at a given time."
            )
        task = self._make(self._ids.next(), source, destination, rate)
        tasks.appendleft(task)
        task.start()
        return task

    def of(self, source: Queue) -> list[MoveTask]:
        """The tasks of *source*, the newest first."""
        return list(self._tasks.get(source.arn, ()))

    def cancel(self, handle: str, caller: str) -> MoveTask:
        """Stop the task with this handle.

        Raises:
            ResourceNotFound: The account *caller* has none.
            UnsupportedOperation: It is over.
        """
        for tasks in self._tasks.values():
            for task in tasks:
                if task.handle == handle and task.source.place.account == caller:
                    if task.status != "RUNNING":
                        raise UnsupportedOperation("Only active tasks can be cancelled.")
                    task.cancel()
                    return task
        raise ResourceNotFound("Task does not exist.")
