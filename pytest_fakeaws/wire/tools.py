"""The tools that run a test, or look at it: they live in real time, whatever the test's clock shows."""

from __future__ import annotations

import threading
from types import FrameType
from typing import Any

TOOLS = frozenset(
    {
        "_pytest",
        "coverage",
        "debugpy",
        "execnet",
        "faulthandler",
        "freezegun",
        "pdb",
        "pydevd",
        "pytest_rerunfailures",
        "pytest_timeout",
        "time_machine",
        "waitress",
        "xdist",
    }
)
"""Packages whose waits and threads are theirs, not the test's."""

WAITING_FOR_THE_WORLD = frozenset(
    {
        *TOOLS,
        "bdb",
        "cmd",
        "code",
        "selectors",
        "socket",
        "ssl",
        "subprocess",
    }
)
"""Packages in which a thread that stands still waits for something outside the process."""


class OwnThread(threading.Thread):
    """A thread of this package's, which lives in real time."""


def package(value: Any) -> str:
    """The top-level package that *value* was defined in."""
    return str(getattr(value, "__module__", "")).partition(".")[0]


def package_at(frame: FrameType) -> str:
    """The top-level package of the code at *frame*."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
