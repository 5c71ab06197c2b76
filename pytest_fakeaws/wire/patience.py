"""Patience: for how much real time the clock waits for a thread that does not wait for it."""

from __future__ import annotations

import sys
import threading
import traceback

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped
from pytest_fakeaws.wire.real_time import real_time

__tracebackhide__ = HIDE_FROM_TRACEBACK

PATIENCE = 60.0
"""Real seconds for which time waits for a thread that is busy."""

_ANOTHER_WAIT = 1.0
"""Real seconds in which nobody asked whether time may move, after which patience begins anew."""


class Patience:
    """Knows for how long the same thread has kept time from moving."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._since = 0.0
        self._asked = 0.0

    def wait_for(self, thread: threading.Thread) -> None:
        """Take notice that *thread* is busy, once more.

        Raises:
            ClockStopped: It has been for too long.
        """
        now = real_time()
        if thread is not self._thread or now - self._asked > _ANOTHER_WAIT:
            self._thread, self._since = thread, now
        self._asked = now
        if now - self._since > PATIENCE:
            self._thread = None
            raise ClockStopped(
                f'Time cannot go on: the thread "{thread.name}" has not waited for {PATIENCE:.0f} real seconds.',
                stack(thread),
                "Does it poll without waiting? Let it use WaitTimeSeconds or time.sleep(), or end it.",
            )


def stack(thread: threading.Thread) -> str:
    """Where *thread* stands now, as evidence."""
    frame = sys._current_frames().get(thread.ident or 0)
    if frame is None:
        return "  it has ended"
    return "".join(traceback.format_stack(frame)[-4:]).rstrip()
