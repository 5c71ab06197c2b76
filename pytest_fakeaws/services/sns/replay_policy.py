"""The replay policy of a subscription: what it wants once more of its topic's archive.

See https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pytest_fakeaws.errors import InvalidTime
from pytest_fakeaws.services.sns.errors import InvalidPolicy
from pytest_fakeaws.sim.instants import FOREVER, Instant, instant

_START = "StartingPoint"
_END = "EndingPoint"
_KIND = "PointType"


class ReplayPolicy(NamedTuple):
    """What is wanted once more: everything from an instant on, up to another.

    Attributes:
        start: The first instant.
        end: The last; nothing that is published later reaches the subscription.
    """

    start: Instant
    end: Instant

    @classmethod
    def parse(cls, text: str) -> ReplayPolicy | None:
        """The policy that a caller wrote; `None` for the empty one, which ends a replay.

        Raises:
            InvalidPolicy: AWS refuses it.
        """
        try:
            policy = json.loads(text or "{}")
        except (ValueError, RecursionError):
            policy = None
        if not isinstance(policy, dict):
            raise InvalidPolicy("failed to parse JSON.")
        if not policy:
            return None
        for name in policy:
            if name not in (_KIND, _START, _END):
                raise InvalidPolicy(f"invalid JSON. Attribute {name} is unknown.")
        if policy.get(_KIND) != "Timestamp":
            raise InvalidPolicy(f"{_KIND} must be Timestamp")
        start = _point(policy, _START)
        end = _point(policy, _END) if _END in policy else FOREVER
        if end < start:
            raise InvalidPolicy(f"{_END} must not be before {_START}")
        return cls(start, end)

    @staticmethod
    def wanted(attributes: Mapping[str, str]) -> bool:
        """Whether attributes that a caller sets ask for a replay."""
        return ReplayPolicy.parse(attributes.get("ReplayPolicy", "")) is not None


def _point(policy: Mapping[str, Any], name: str) -> Instant:
    try:
        return instant(str(policy.get(name)))
    except InvalidTime:
        raise InvalidPolicy(f"{name} must be a timestamp in ISO 8601 format") from None
