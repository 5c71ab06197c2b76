"""The courier: what other services send to queues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.sqs.directory import QueueDirectory
from pytest_fakeaws.services.sqs.errors import QueueDoesNotExist
from pytest_fakeaws.services.sqs.fitness import check_fitness
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.services.sqs.unwritten_content import UnwrittenContent


class Courier:
    """Delivers to queues.

    Args:
        directory: Where they are.
    """

    def __init__(self, directory: QueueDirectory) -> None:
        self._directory = directory
        self._find = directory.by_arn

    def pack(
        self,
        body: str,
        *,
        attributes: Mapping[str, Mapping[str, Any]] | None = None,
        trace_header: str | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> Content:
        """What can be delivered to any number of queues.

        Raises:
            SqsError: No queue takes such a message.
        """
        return Content(body, attributes, trace_header, group, deduplication_id)

    def pack_later(
        self,
        write: Callable[[str], str],
        *,
        excerpt: str,
        at_most: int,
        trace_header: str | None = None,
        group: str | None = None,
        deduplication_id: str | None = None,
    ) -> Callable[[str], Content]:
        """What makes the same for each recipient, of a body that is written when somebody first reads it."""
        return partial(
            UnwrittenContent, write, excerpt, at_most, trace_header, group, deduplication_id
        )

    def deliver(self, sender: Place, arn: str, packed: Content, source: str = "") -> None:
        """Send to the queue with this ARN.

        Args:
            sender: For which account.
            arn: To which queue.
            packed: What.
            source: The ARN of the resource for which a service sends, if it sends as itself.

        Raises:
            SqsError: The queue does not exist, or does not take it.
        """
        queue = self._find(arn)
        if queue is None:
            raise QueueDoesNotExist
        attributes = queue.attributes
        if (
            attributes.policy
            or queue.place.account != sender.account
            or (source and self._directory.guard.strict)
        ):
            self._directory.check(sender, queue, "SendMessage", source)
        if attributes.fifo or not packed.fits(attributes.maximum_message_size):
            check_fitness(queue, packed)
        queue.send(packed)

    def __call__(
        self,
        sender: Place,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
        trace_header: str | None = None,
        source: str = "",
    ) -> None:
        """Pack and deliver.

        Raises:
            SqsError: The queue does not exist, or does not take it.
        """
        packed = self.pack(body, attributes=attributes, trace_header=trace_header)
        self.deliver(sender, arn, packed, source)
