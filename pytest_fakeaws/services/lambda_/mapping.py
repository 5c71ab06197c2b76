"""An event source mapping: what feeds a function from a source of events.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.lambda_.event_sources import EventSource
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.sim.instants import Instant


class EventSourceMapping:
    """What is known of a mapping; a poller does its work.

    Args:
        uuid: Its id.
        kind: What its source is.
        source: The ARN of the source; empty for one that has none.
        target: The function, version or alias that it invokes.
        settings: By AWS's names.
        tags: Its tags.
        enabled: Whether it polls.
        now: When it was made.

    Attributes:
        place: The account and region that it lives in: those of the function.
        arn: Its ARN.
    """

    def __init__(
        self,
        uuid: str,
        kind: EventSource,
        source: str,
        target: Target,
        *,
        settings: dict[str, Any],
        tags: Mapping[str, str],
        enabled: bool,
        now: Instant,
    ) -> None:
        self.uuid = uuid
        self.kind = kind
        self.source = source
        self.settings = settings
        self.tags = dict(tags)
        self.enabled = enabled
        self.modified_at = now
        self.lead_to(target)
        self.place = target.latest.place
        self.arn = self.place.arn("lambda", f"event-source-mapping:{uuid}")

    def lead_to(self, target: Target) -> None:
        """Invoke *target* from now on."""
        self.function_arn = target.arn
        self.function_name = target.latest.name
        self.qualifier = target.qualifier

    @property
    def source_name(self) -> str:
        """What its source is called."""
        arn = Arn.parse(self.source)
        return arn.resource if arn is not None else self.kind.name

    @property
    def state(self) -> str:
        """Its state, in AWS's words."""
        return "Enabled" if self.enabled else "Disabled"
