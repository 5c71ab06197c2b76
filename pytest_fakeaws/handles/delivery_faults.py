"""Faults of deliveries: what at-least-once and best-effort ordering allow queues and topics to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.faults.inside import DeliveryPoint
from pytest_fakeaws.faults.rules import Strike
from pytest_fakeaws.handles.fault import Fault
from pytest_fakeaws.handles.fault_maker import FaultMaker, Length, of
from pytest_fakeaws.handles.fault_options import Often, check_keywords
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.subscription import Subscription
from pytest_fakeaws.handles.topic import Topic
from pytest_fakeaws.sim.instants import duration, seconds

if TYPE_CHECKING:
    from typing_extensions import Unpack

__tracebackhide__ = HIDE_FROM_TRACEBACK


class DeliveryFaults(FaultMaker):
    """Lets queues and topics deliver as badly as they may."""

    def duplicate(
        self, queue: Queue | str, *, after: Length = 0, **options: Unpack[Often]
    ) -> Fault:
        """Let a standard queue deliver a message once more after it was deleted, as at least once allows.

        The copy comes from a server that has heard neither of the receive nor of the deletion: it has the
        same id and does not count the receive.

        Args:
            queue: Which queue.
            after: When the copy shows up, in virtual time after the deletion.
            options: How often.

        Raises:
            UnknownOption: It is a FIFO queue, or there is no such keyword.
        """
        check_keywords("duplicate", options)
        arn = self._standard("duplicate", queue)
        rule = self._rule("duplicate", "will be delivered again", of(arn), options)
        return self._add("deleting", Strike(rule, duration(after)))

    def reorder(self, queue: Queue | str, **options: Unpack[Often]) -> Fault:
        """Let a standard queue hand out what waits in another order, drawn from the seed.

        Args:
            queue: Which queue.
            options: How often; a receive is an occasion if two messages or more wait.

        Raises:
            UnknownOption: It is a FIFO queue, or there is no such keyword.
        """
        check_keywords("reorder", options)
        arn = self._standard("reorder", queue)
        rule = self._rule("reorder", "order shuffled", of(arn), options)
        stream = self._cloud().chance.stream("faults/order")
        return self._add("receiving", Strike(rule, stream))

    def delay(self, queue: Queue | str, *, by: Length, **options: Unpack[Often]) -> Fault:
        """Let messages that are sent to a standard queue become available late.

        Args:
            queue: Which queue.
            by: How much later, in virtual time.
            options: How often.

        Raises:
            UnknownOption: It is a FIFO queue, or there is no such keyword.
        """
        check_keywords("delay", options)
        arn, length = self._standard("delay", queue), duration(by)
        rule = self._rule("delay", f"late by {seconds(length)} s", of(arn), options)
        return self._add("sending", Strike(rule, length))

    def fail_delivery(
        self,
        topic: Topic | str | None = None,
        *,
        to: Queue | Function | Subscription | str | None = None,
        reason: str = "the endpoint cannot be reached",
        **options: Unpack[Often],
    ) -> Fault:
        """Let a topic fail to reach subscribers: others have what they have not, until it tries again.

        Args:
            topic: Which topic; all unless given.
            to: Which subscriber: a handle, or an endpoint such as a URL; all unless given.
            reason: What the attempts fail with.
            options: How often; `lasting="5 min"` makes an endpoint unavailable for that long.

        Raises:
            UnknownOption: There is no such keyword.
        """
        arn = None if topic is None else self._topic(topic).arn
        whom = getattr(to, "arn", to)

        def matches(point: DeliveryPoint) -> bool:
            right_topic = arn is None or point.target == arn
            return right_topic and whom in {None, point.subscription, point.endpoint}

        check_keywords("fail_delivery", options)
        rule = self._rule("fail_delivery", "delivery fails", matches, options)
        return self._add("delivery", Strike(rule, reason))
