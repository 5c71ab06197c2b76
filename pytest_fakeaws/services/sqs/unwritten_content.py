"""Content that nobody has read yet: a body that is written when somebody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_fakeaws.services.sqs.message import Content


class UnwrittenContent(Content):
    """What another service sends, written at the first look at its body, size or digest.

    Args:
        write: Writes the body for a recipient.
        excerpt: The beginning of what it says.
        at_most: Bytes that the body certainly does not exceed.
        trace_header: The system attribute `AWSTraceHeader`.
        group: The `MessageGroupId`.
        deduplication_id: The `MessageDeduplicationId`.
        recipient: For whom.
    """

    __slots__ = ("_at_most", "_excerpt", "_recipient", "_write")
    attributes = attributes_md5 = None

    def __init__(  # noqa: PLR0917 - made for each queue of a fan-out; keywords cost time
        self,
        write: Callable[[str], str],
        excerpt: str,
        at_most: int,
        trace_header: str | None,
        group: str | None,
        deduplication_id: str | None,
        recipient: str,
    ) -> None:
        self._write = write
        self._recipient = recipient
        self._excerpt = excerpt
        self._at_most = at_most
        self.trace_header = trace_header
        self.group = group
        self.deduplication_id = deduplication_id

    def __getattr__(self, name: str) -> Any:
        """Asked only for what has no value yet: the body, and what follows from it."""
        if name not in ("body", "md5", "size"):
            raise AttributeError(name)
        self._set_body(self._write(self._recipient))
        return getattr(self, name)

    def told(self) -> tuple[str, int]:
        """What the journal tells of it: its beginning, and no size, for that would have it written."""
        return self._excerpt, 0

    def fits(self, maximum: int) -> bool:
        """Whether it has no more than *maximum* bytes."""
        return self._at_most <= maximum or self.size <= maximum
