"""What every response says of its call."""

from __future__ import annotations

from email.utils import formatdate
from functools import lru_cache

from pytest_fakeaws.sim.instants import SECOND, Instant


def headers_of(request_id: str, at: Instant, content_type: str) -> dict[str, str]:
    """The headers that every answer has, by lower-case name."""
    return {
        "x-amzn-requestid": request_id,
        "date": _http_date(at // SECOND),
        "content-type": content_type,
    }


@lru_cache(maxsize=16)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)
