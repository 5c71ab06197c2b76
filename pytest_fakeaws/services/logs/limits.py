"""The numbers of CloudWatch Logs, each with its source.

`api` is the API reference, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/.
"""

from __future__ import annotations

from typing import Final

EVENTS_PAGE: Final = (1, 10_000)
"""Events of an answer; the most unless said: api, API_GetLogEvents.html and API_FilterLogEvents.html."""

BYTES_PAGE: Final = 1_048_576
"""Bytes of the events of an answer: the same pages."""

LIST_PAGE: Final = (1, 50)
"""Groups or streams of an answer; the most unless said: api, API_DescribeLogGroups.html."""

STREAM_NAMES: Final = 100
"""Names of streams that a FilterLogEvents can have: api, API_FilterLogEvents.html."""

KEPT: Final = 100_000
"""Invocations that a stream keeps; the oldest go first. AWS keeps all: chosen, for memory's sake."""
