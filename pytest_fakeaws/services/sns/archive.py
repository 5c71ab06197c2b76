"""The archive of a FIFO topic: what was published, for as long as its policy says.

See https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html.
"""

from __future__ import annotations

import json
from bisect import bisect_left

from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.errors import InvalidPolicy
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant, to_datetime

_PERIOD = "MessageRetentionPeriod"
_DAY = 86_400 * SECOND


class Archive:
    """Notifications by their place in the topic's order; what is too old goes when another comes.

    Attributes:
        end: The place that the next one gets.
    """

    __slots__ = ("_began", "_kept", "_length", "_start", "end")

    def __init__(self) -> None:
        self.end = 0
        self._start = 0
        self._kept: dict[int, Notification] = {}
        self._length: Duration = 0
        self._began: Instant = 0

    @property
    def active(self) -> bool:
        """Whether anything is archived."""
        return bool(self._length)

    def keep_for(self, length: Duration, now: Instant) -> None:
        """Archive for *length* from now on; for nothing, forget all that was."""
        if length and not self._length:
            self._began = now
        self._length = length
        if not length:
            self._kept.clear()
            self._start = self.end

    def add(self, notification: Notification) -> None:
        """Archive *notification*, which was published now."""
        if not self._length:
            return
        self._expire(notification.published_at)
        self._kept[self.end] = notification
        self.end += 1

    def get(self, place: int) -> Notification:
        """What is archived at a place."""
        return self._kept[place]

    def oldest(self, now: Instant) -> int:
        """The place of the first that is not too old."""
        self._expire(now)
        return self._start

    def since(self, when: Instant, now: Instant) -> int:
        """The place of the first that was published at *when* or later."""
        places = range(self.oldest(now), self.end)
        return self._start + bisect_left(
            places, when, key=lambda place: self._kept[place].published_at
        )

    def shown(self, now: Instant) -> dict[str, str]:
        """What GetTopicAttributes tells of it: from when on messages can be replayed."""
        if not self._length:
            return {}
        beginning = max(self._began, now - self._length)
        text = to_datetime(beginning).isoformat(timespec="milliseconds")
        return {"BeginningArchiveTime": text.replace("+00:00", "Z")}

    def _expire(self, now: Instant) -> None:
        while self._start < self.end:
            if self._kept[self._start].published_at + self._length > now:
                return
            del self._kept[self._start]
            self._start += 1


def archive_length(text: str) -> Duration:
    """How long a policy archives; 0 for the one that ends it.

    Args:
        text: JSON as a client gave it.

    Raises:
        InvalidPolicy: AWS refuses it.
    """
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict):
        raise InvalidPolicy("failed to parse JSON.")
    if not policy:
        return 0
    low, high = limits.ARCHIVE_DAYS
    days = str(policy.get(_PERIOD, ""))
    if set(policy) != {_PERIOD} or not days.isdecimal() or not low <= int(days[:9]) <= high:
        raise InvalidPolicy(f"{_PERIOD} must be a number of days from {low} to {high}")
    return int(days) * _DAY
