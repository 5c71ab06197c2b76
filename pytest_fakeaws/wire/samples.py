"""What a thread is doing, seen from another: whether it has moved since somebody last looked.

A thread that waits in a lock or for the network cannot tell us. It counts as waiting when it has stood
at the same instruction, without using its processor, for a short while of real time.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.tools import WAITING_FOR_THE_WORLD, package_at

STILL = 0.02
"""Real seconds without a move after which a thread waits; one thousandth is too short on a busy machine."""


class _Sample(NamedTuple):
    frame: int
    instruction: int
    cpu: int


class Samples:
    """Looks at threads, and remembers since when each has stood still."""

    def __init__(self) -> None:
        self._seen: dict[threading.Thread, tuple[_Sample, float]] = {}

    def still(self, thread: threading.Thread, frames: Mapping[int, FrameType]) -> bool:
        """Whether *thread* waits.

        Args:
            thread: A thread that is not the current one.
            frames: What `sys._current_frames` says now.
        """
        if thread.ident is None:
            return False  # it is being started
        # In this order: one that was woken wants a processor, or has used one since.
        wants_processor = _wants_processor(thread)
        sample = _sample(thread, frames.get(thread.ident))
        now = real_time()
        before, since = self._seen.get(thread, (None, now))
        if wants_processor or sample != before:
            self._seen[thread] = sample, now
            return False
        return now - since >= STILL

    def forget(self, thread: threading.Thread) -> None:
        """Take nothing that was seen of *thread* for granted any more."""
        self._seen.pop(thread, None)


def waits_for_the_world(thread: threading.Thread, frames: Mapping[int, FrameType]) -> bool:
    """Whether *thread*, standing still, waits for something outside this process.

    The name of the function of the kernel that it stands in tells, where the platform does; a lock is a
    futex there. Elsewhere the module of the code that waits has to do.
    """
    frame = frames.get(thread.ident or 0)
    if frame is not None and package_at(frame) in WAITING_FOR_THE_WORLD:
        return True
    place = _proc(thread, "wchan")
    return place not in {"", "0"} and "futex" not in place


def _sample(thread: threading.Thread, frame: FrameType | None) -> _Sample:
    cpu = _cpu_time(thread.native_id or 0)
    return _Sample(id(frame), frame.f_lasti, cpu) if frame is not None else _Sample(0, 0, cpu)


def _cpu_time(native_id: int) -> int:
    """Nanoseconds of processor time that a thread has used, where the platform tells; else 0.

    The clock of another thread is named as Linux's `clock_getres` manual page has it. A thread that has
    ended has none: that is an error, and no crash as `time.pthread_getcpuclockid` would be.
    """
    if sys.platform != "linux":
        return 0
    try:
        return time.clock_gettime_ns(~native_id << 3 | 6)
    except OSError:
        return 0


def _wants_processor(thread: threading.Thread) -> bool:
    """Whether the platform says that the thread is running, or would if it had a processor."""
    return _proc(thread, "stat").rpartition(")")[2].split()[:1] == ["R"]


def _proc(thread: threading.Thread, name: str) -> str:
    """What Linux's file *name* about a thread says; nothing where there is none."""
    try:
        return Path(f"/proc/self/task/{thread.native_id}/{name}").read_text(encoding="utf-8")
    except OSError:
        return ""
