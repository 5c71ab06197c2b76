"""The patrol: a thread of our own that looks at something a few times a second.

It is in no list of `threading`, so that neither we nor anybody who counts threads takes it for one of the
user's. It goes soon after nothing is left to look at, and before the process forks: Python warns of
forks while other threads run.

Taken from the interpreter beyond its documented API: that a thread of `_thread` gets into the list of
`threading` only if it asks `threading` who it is.
"""

from __future__ import annotations

import os
import threading
from _thread import allocate_lock, start_new_thread
from pathlib import Path
from typing import Protocol

LOOK = 0.25
"""Real seconds between two looks."""

_MOMENT = 0.001
_MOMENTS = 100


class Looking(Protocol):
    """Something that looks regularly."""

    def look(self) -> None:
        """Look at the world, briefly, in another thread."""


class _Round:
    """One thread, from its start to its end."""

    def __init__(self, patrol: Patrol) -> None:
        self.native_id = 0
        self.leave = allocate_lock()
        self.leave.acquire()
        self.gone = allocate_lock()
        self.gone.acquire()
        self._patrol = patrol

    def go(self) -> None:
        """Look, until told to leave or nothing is left to look at."""
        self.native_id = threading.get_native_id()
        try:
            while not self.leave.acquire(timeout=LOOK) and self._patrol.look():
                pass
        finally:
            self.gone.release()

    def wait(self) -> None:
        """Wait until the platform does not know the thread any more."""
        self.gone.acquire(timeout=1)
        for _ in range(_MOMENTS):
            self.leave.acquire(timeout=_MOMENT)
            if not Path(f"/proc/self/task/{self.native_id}").exists():
                return


class Patrol:
    """Goes round for one thing at a time."""

    def __init__(self) -> None:
        self._watched: Looking | None = None
        self._round: _Round | None = None
        self._before: _Round | None = None
        self._change = allocate_lock()

    @property
    def at_work(self) -> bool:
        """Whether the thread is there."""
        return self._round is not None

    def begin(self, watched: Looking) -> None:
        """Let *watched* look from now on."""
        if self._watched is watched:
            return
        with self._change:
            self._watched = watched
            if self._round is None:
                self._round = _Round(self)
                start_new_thread(self._round.go, ())

    def end(self, watched: Looking) -> None:
        """Let *watched* look no more."""
        with self._change:
            if self._watched is watched:
                self._watched = None

    def look(self) -> bool:
        """Let what is watched look, and say whether to go on."""
        if not self._change.acquire(blocking=False):
            return True  # whoever has it may wait for this thread to go
        try:
            watched = self._watched
            if watched is None:
                self._before, self._round = self._round, None
                return False
        finally:
            self._change.release()
        watched.look()
        return True

    def before_fork(self) -> None:
        """Be gone, and do not come back before the process has forked and somebody begins again.

        Not by itself: some versions of Python look for other threads after everything else.
        """
        self._change.acquire()
        self._watched = None
        if self._round is not None:
            self._round.leave.release()
        for each in filter(None, (self._round, self._before)):
            each.wait()
        self._round = self._before = None

    def after_fork(self) -> None:
        """Let somebody begin again, in the parent or in the child."""
        self._change.release()


patrol = Patrol()
"""The only one of this process."""

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=patrol.before_fork,
        after_in_parent=patrol.after_fork,
        after_in_child=patrol.after_fork,
    )
