"""An event source mapping, as a test holds it."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.services.lambda_.mapping import EventSourceMapping as SimulatedMapping

__tracebackhide__ = HIDE_FROM_TRACEBACK


class EventSourceMapping:
    """What feeds a function from a queue.

    Attributes:
        uuid: Its id, as boto3 wants it.
        arn: Its ARN.
    """

    def __init__(self, cloud: Callable[[], Cloud], mapping: SimulatedMapping) -> None:
        self._cloud = cloud
        self.uuid = mapping.uuid
        self.arn = mapping.arn
        self._text = f"{mapping.queue.name} -> {mapping.function.name}"

    def delete(self) -> None:
        """Poll no more; a batch in progress is still seen to its end."""
        cloud = self._cloud()
        with cloud.gate:
            cloud.functions.unmap(cloud.functions.mapping(self.uuid))

    def __repr__(self) -> str:
        return f"<EventSourceMapping {self._text}>"
