"""The queues of a fake: what a test creates and finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.handles import options
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.owner import Owner, unknown
from pytest_fakeaws.services.sqs.errors import QueueDoesNotExist
from pytest_fakeaws.services.sqs.queue import Queue as SimulatedQueue
from pytest_fakeaws.sim.instants import duration, seconds

if TYPE_CHECKING:
    from pytest_fakeaws.handles.queue import Queue

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Queues(Owner):
    """An owner of queues."""

    @explained
    def create_queue(
        self,
        name: str,
        *,
        dead_letter_queue: bool | Queue | str | None = None,
        max_receive_count: int = 3,
        visibility_timeout: float | timedelta | str = 30,
        delay: float | timedelta | str = 0,
        retention: float | timedelta | str = "4 days",
        content_based_deduplication: bool = False,
        attributes: Mapping[str, str] | None = None,
    ) -> Queue:
        """Create an SQS queue; a name that ends in `.fifo` makes a FIFO queue.

        Args:
            name: Its name.
            dead_letter_queue: `True` makes one called `<name>-dlq`, for a FIFO queue
                `<stem>-dlq.fifo`; or a queue, a name or an ARN.
            max_receive_count: How often a message may be received before it goes there.
            visibility_timeout: How long a received message stays hidden from others.
            delay: How long a new message stays invisible.
            retention: How long a message is kept.
            content_based_deduplication: Whether a FIFO queue tells messages apart by their bodies.
            attributes: More attributes of the queue, by AWS's names.

        Raises:
            ServiceError: AWS would refuse the queue.
            UnknownResource: The dead-letter queue does not exist.
        """
        cloud = self._require_cloud()
        settings = {
            "VisibilityTimeout": seconds(duration(visibility_timeout)),
            "DelaySeconds": seconds(duration(delay)),
            "MessageRetentionPeriod": seconds(duration(retention)),
            **options.fifo_attributes(name, "FifoQueue", content_based=content_based_deduplication),
            **(attributes or {}),
        }
        if dead_letter_queue:
            target = self._dead_letter_arn(name, target=dead_letter_queue)
            settings["RedrivePolicy"] = (
                f'{{"deadLetterTargetArn": "{target}", "maxReceiveCount": {max_receive_count}}}'
            )
        with cloud.gate:
            return self._queue(cloud.queues.create(self._place, name, settings))

    def _dead_letter_arn(self, name: str, *, target: bool | Queue | str) -> str:
        if target is True:
            stem = name.removesuffix(".fifo")
            suffix = name.removeprefix(stem)
            return self.create_queue(f"{stem}-dlq{suffix}", retention="14 days").arn
        return str(getattr(target, "arn", None) or self.queue(str(target)).arn)

    def queue(self, name_or_url_or_arn: str) -> Queue:
        """The handle of a queue, however it was created.

        Raises:
            UnknownResource: There is none.
        """
        queues = self._require_cloud().queues
        found: SimulatedQueue | None
        if name_or_url_or_arn.startswith("arn:"):
            found = queues.by_arn(name_or_url_or_arn)
        else:
            try:
                found = queues.by_url(self._place, name_or_url_or_arn)
            except QueueDoesNotExist:
                found = None
        if found is None:
            raise unknown("queue", name_or_url_or_arn, [queue.name for queue in queues])
        return self._queue(found)

    def _queue(self, queue: SimulatedQueue) -> Queue:
        from pytest_fakeaws.handles.queue import Queue

        return Queue(self._require_cloud, queue)
