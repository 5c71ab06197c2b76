"""The trace header of a call by a handle: a handler's, as botocore would send it."""

from __future__ import annotations

import os

from pytest_fakeaws.cloud import Cloud


def trace_header(cloud: Cloud) -> str | None:
    """The header of the invocation that calls, if one does."""
    return os.environ.get("_X_AMZN_TRACE_ID") if cloud.simulation.running is not None else None
