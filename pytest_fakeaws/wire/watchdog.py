"""The watchdog: turns a lock that nobody can release any more into an error.

Handlers and workers take turns on the test's thread. One that holds a `threading.Lock` while it waits for
virtual time may leave it to the next, which blocks that thread, and with it whoever would release the
lock. Nothing of the simulation runs then, so a thread of our own looks on.

It interrupts the blocked thread by a signal. SIGURG is ignored where nobody handles it, so it can harm
nobody; SIGINT is Ctrl-C's, and asyncio's.

Taken from the interpreter beyond its documented API: `sys._current_frames`, and the instructions that a
`with` statement and a call are compiled to.
"""

from __future__ import annotations

import dis
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, Deadlock
from pytest_fakeaws.sim.process import Interruption
from pytest_fakeaws.sim.simulation import Simulation
from pytest_fakeaws.wire.patrol import patrol
from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.threads import Threads
from pytest_fakeaws.wire.tools import WAITING_FOR_THE_WORLD, package_at

__tracebackhide__ = HIDE_FROM_TRACEBACK

LOOKS = 8
"""How often in a row everybody must be found where they were before."""

_QUIET = 0.05
"""Seconds of processor time that the whole process may use meanwhile, for each second."""

_SIGNAL: Any = getattr(signal, "SIGURG", None)  # not on Windows
_WORLDLY = WAITING_FOR_THE_WORLD | {"multiprocessing"}
"""Packages whose locks may be held by another process."""

_ENTERING = frozenset({"SETUP_WITH", "BEFORE_WITH", "LOAD_SPECIAL"})
_IN_A_CALL = frozenset({"PRECALL", "PUSH_NULL", "EXTENDED_ARG"})
_TAKING = frozenset({"__enter__", "acquire"})


class Watchdog:
    """Watches the thread that a fake was started in.

    Args:
        others: The threads beside it.
        simulation: Returns the simulation; a reset makes a new one.
    """

    def __init__(self, others: Threads, simulation: Callable[[], Simulation]) -> None:
        self._others = others
        self._simulation = simulation
        self._thread = threading.get_ident()
        self._on_main_thread = threading.current_thread() is threading.main_thread()
        self._before: Any = None
        self._interrupts = False
        self._looks = False
        self._told = False
        self._places: dict[int, tuple[int, int]] = {}
        self._since = 0.0, 0.0
        self._still = 0
        self._verdict: tuple[int, int] | None = None

    def start(self) -> None:
        """Be ready to interrupt, where signals reach this thread and nobody else uses ours."""
        if self._looks:
            patrol.begin(self)
        if _SIGNAL is None or not self._on_main_thread:
            return
        if signal.getsignal(_SIGNAL) in (signal.SIG_DFL, signal.SIG_IGN):
            self._before = signal.signal(_SIGNAL, self._interrupt)
            self._interrupts = True

    def stop(self) -> None:
        """Look no more."""
        patrol.end(self)
        if self._interrupts and threading.current_thread() is threading.main_thread():
            self._interrupts = False
            signal.signal(_SIGNAL, self._before)

    def attend(self) -> None:
        """Look from now on: there are processes."""
        self._looks = True
        patrol.begin(self)

    # In the thread of the patrol

    def look(self) -> None:
        """See whether anybody has moved, and decide once nobody has for long."""
        frames = sys._current_frames()
        places = {
            ident: _place(frames[ident])
            for ident in (self._thread, *self._idents())
            if ident in frames
        }
        now, used = real_time(), time.process_time()
        if places != self._places or used - self._since[1] > _QUIET * (now - self._since[0]):
            self._places, self._since, self._still = places, (now, used), 0
            return
        self._still += 1
        if self._still % LOOKS == 0 and self._thread in frames and self._is_a_deadlock(frames):
            self._stop_it(frames[self._thread])

    def _idents(self) -> list[int]:
        return [thread.ident for thread in self._others.left_over() if thread.ident is not None]

    def _is_a_deadlock(self, frames: dict[int, FrameType]) -> bool:
        frame = frames[self._thread]
        return (
            package_at(frame) != "pytest_fakeaws"  # else it waits for a thread, or for a tool
            and takes_a_lock(frame)
            and all(takes_a_lock(frames[ident]) for ident in self._idents() if ident in frames)
            and self._somebody_waits()
        )

    def _somebody_waits(self) -> bool:
        simulation = self._simulation()
        return simulation.running is not None or any(True for _ in simulation.standing())

    def _stop_it(self, frame: FrameType) -> None:
        if self._interrupts:
            self._verdict = _place(frame)
            signal.pthread_kill(self._thread, _SIGNAL)
        elif not self._told:
            self._told = True
            print(f"\n{self._explained(frame)}", file=sys.__stderr__, flush=True)

    # In the thread that is watched

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        verdict, self._verdict = self._verdict, None
        if frame is None or _place(frame) != verdict:
            return  # it has gone on meanwhile
        error = self._explained(frame)
        if self._simulation().running is not None:
            raise Interruption(error)
        raise error

    def _explained(self, frame: FrameType) -> Deadlock:
        from pytest_fakeaws.wire.places import place_of

        simulation = self._simulation()
        process = simulation.running
        who = "The test" if process is None else process.name
        holders: dict[str, list[str]] = {}
        for name, other in simulation.standing():
            holders.setdefault(place_of(other), []).append(name)
        lines = [
            f"It stands at {place_of(frame)}",
            "These wait meanwhile, and whoever holds the lock cannot go on:",
        ]
        lines += [f"{', '.join(names)} at {place}" for place, names in holders.items()]
        return Deadlock(
            f"{who} waits for a lock that nobody can release.",
            "\n".join(lines),
            "The test, handlers and workers take turns on one thread: do not hold a lock across anything "
            "that waits, such as time.sleep() or a long poll, or run the function one at a time, with "
            "reserved_concurrency=1. See docs/time.md.",
        )


def takes_a_lock(frame: FrameType) -> bool:
    """Whether the code at *frame* is in the middle of `with lock:` or of `lock.acquire()`.

    What has a timeout goes on by itself, so it does not count; nor does waiting for virtual time, which has.
    """
    if package_at(frame) in _WORLDLY:
        return False
    before = [each for each in dis.get_instructions(frame.f_code) if each.offset <= frame.f_lasti]
    now = before.pop()
    if now.opname in _ENTERING:
        return True
    while before and (before[-1].opname in _IN_A_CALL or before[-1].argval is True):
        before.pop()
    return now.opname.startswith("CALL") and bool(before) and before[-1].argval in _TAKING


def _place(frame: FrameType) -> tuple[int, int]:
    return id(frame), frame.f_lasti
