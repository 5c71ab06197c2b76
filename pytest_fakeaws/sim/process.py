"""A process: user code that can stop in the middle, wait in virtual time, and go on.

Processes run on the thread of the test as greenlets, so that a handler sees the test's database
connection, its thread-locals and its debugger. Everything about greenlets is in this file, behind
three verbs: `start` and `resume` run a process until it waits or ends, `park` is how it gives way.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from logging import LogRecord, StreamHandler
from types import FrameType
from typing import Any, Protocol, TypeAlias

from greenlet import getcurrent, greenlet

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK

__tracebackhide__ = HIDE_FROM_TRACEBACK

_REFUSALS_BEFORE_PARKING = 100
_parked_for_good: list[Worker] = []
"""Processes that swallowed their end. Dropping the last reference would unwind them at a random time."""


_RunningLoop: TypeAlias = tuple[object, tuple[Any, ...]]
"""A running asyncio loop and its hooks for asynchronous generators, which belong to the thread."""

_NO_LOOP: _RunningLoop = (None, (None, None))


class ProcessEnded(BaseException):
    """Thrown into a process to end it, and raised by every AWS call that it still tries.

    It is no `Exception`, so that handlers of ordinary errors let it through.
    """


class Interruption(BaseException):
    """Raised inside a process to stop the test: it ends the process, and whoever drives gets *error*.

    It is no `Exception`, so that handlers of ordinary errors let it through.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


Emit: TypeAlias = Callable[["StreamHandler[Any]", LogRecord], None]
"""How a handler of log records that writes to a stream emits one."""


class Surroundings(Protocol):
    """What the host looks like to a process: put in place when it runs, taken away when it waits."""

    def enter(self) -> None:
        """The process is about to run."""

    def leave(self) -> None:
        """The process gives way, or has ended."""

    def emitted(self, handler: StreamHandler[Any], record: LogRecord, emit: Emit) -> None:
        """Let *handler* emit *record*, which is logged while the process runs, by *emit*."""


class Worker:
    """A greenlet that carries out one process after another: to make one costs more than most handlers.

    Args:
        idle: Where it is to be found between two processes.

    Attributes:
        trace: What traced it when it last gave way. Coverage keeps a stack of the frames it is in; two
            flows that take turns would mix them up, and lines would be lost, so each worker is traced as a
            thread of its own would be.
    """

    def __init__(self, idle: list[Worker]) -> None:
        self.trace: Any = None
        self._idle = idle
        self._body: Callable[[], None] = lambda: None
        self._greenlet = greenlet(self._work)

    @property
    def is_current(self) -> bool:
        """Whether the code that asks runs in it."""
        return getcurrent() is self._greenlet

    @property
    def frame(self) -> FrameType | None:
        """Where it stands, if it has given way."""
        return standing(self._greenlet)

    def engage(self, body: Callable[[], None], context: contextvars.Context) -> None:
        """Have *body* carried out, from the next switch on."""
        self._body = body
        self._greenlet.gr_context = context

    def switch(self) -> None:
        """Run until it gives way to this place."""
        self._greenlet.parent = getcurrent()
        self._greenlet.switch()

    def throw(self, error: BaseException) -> None:
        """Raise *error* where it gave way, and run until it gives way again."""
        self._greenlet.parent = getcurrent()
        self._greenlet.throw(error)

    def give_way(self) -> None:
        """Go back to the place that switched here; return when it switches here again."""
        self.trace = sys.gettrace()
        self._greenlet.parent.switch()

    def _work(self) -> None:
        while True:
            self._body()
            self._idle.append(self)
            self.trace = sys.gettrace()
            self._greenlet.parent.switch()


class Process:
    """One flow of user code.

    Args:
        name: What errors and the journal call it.
        body: The code; it deals with its own errors. What leaves it all the same (a test outcome,
            an interrupt) ends the process and is raised to whoever runs the simulation.
        surroundings: Put in place whenever the process runs.
        on_end: Called by the simulation once the process is over.
        on_wait: Called before it waits for the first time.
        outside: Entered while control is handed over, in either direction.
        idle: Workers that have nothing to do.
    """

    # As it is until it has begun.
    ended = False
    _over = False
    _waits = False
    _refusals = 0
    _worker: Worker | None = None

    def __init__(  # noqa: PLR0917 - made for each invocation; keywords cost time
        self,
        name: str,
        body: Callable[[], None],
        surroundings: Surroundings | None,
        on_end: Callable[[], None],
        on_wait: Callable[[], None] | None,
        outside: AbstractContextManager[object],
        idle: list[Worker],
    ) -> None:
        self.name = name
        self.on_end = on_end
        self._on_wait = on_wait
        self._body = body
        self.surroundings = surroundings
        self._outside = outside
        self._context = contextvars.copy_context()
        self._idle = idle

    @property
    def alive(self) -> bool:
        """Whether it has yet to finish. A process that refuses to end stays alive, parked for good."""
        return not self._over and (self._worker is not None or not self.ended)

    @property
    def frame(self) -> FrameType | None:
        """Where it stands, if it has begun and does not run at this moment."""
        return self._worker.frame if self._worker is not None and not self._over else None

    def start(self) -> None:
        """Run the body until it waits or ends."""
        if not self.ended:
            idle = self._idle
            worker = self._worker = idle.pop() if idle else Worker(idle)
            worker.engage(self._run, self._context)
            self._switch(worker, worker.switch)

    def resume(self) -> None:
        """Go on where the process parked, until it waits again or ends."""
        if not self.ended and self._worker is not None:
            self._switch(self._worker, self._worker.switch)

    def announce_wait(self) -> None:
        """Tell whoever has asked that it is about to wait, the first time that it is."""
        on_wait, self._on_wait = self._on_wait, None
        if on_wait is not None:
            on_wait()

    def park(self) -> None:
        """Give way to whoever runs the simulation; return when resumed.

        Raises:
            ProcessEnded: The process was ended while it waited.
        """
        assert self._worker is not None
        if self.ended:
            _parked_for_good.append(self._worker)
        loop = _swap_running_loop(_NO_LOOP)
        self._waits = True
        try:
            with self._outside:
                self._worker.give_way()
        finally:
            self._waits = False
            _swap_running_loop(loop)

    def end(self, reason: str) -> None:
        """End the process: unwind its stack once, running its `finally` blocks.

        Code that swallows the exception and waits again is never resumed.

        Raises:
            ProcessEnded: The process ends itself.
        """
        if self.ended or not self.alive:
            return
        self.ended = True
        worker = self._worker
        if worker is None:
            return  # it never began: there is nothing to unwind
        if worker.is_current:
            raise ProcessEnded(reason)
        if self._waits:  # else it is in the middle of ending another, and its next call is refused
            # No lambda: tracers count frames, and every switch must be one frame deep.
            self._switch(worker, partial(worker.throw, ProcessEnded(reason)))

    def refuse(self) -> None:
        """Refuse a call that this ended process still makes while its stack unwinds.

        Raises:
            ProcessEnded: Always; only code that keeps swallowing it is parked for good instead.
        """
        self._refusals += 1
        if self._refusals > _REFUSALS_BEFORE_PARKING:
            self.park()
        raise ProcessEnded(f"{self.name} has ended; its calls no longer take effect.")

    def _switch(self, worker: Worker, switch: Callable[[], None]) -> None:
        loop = _swap_running_loop(_NO_LOOP)
        surroundings = self.surroundings
        if surroundings is not None:
            surroundings.enter()
        trace = sys.gettrace()
        if trace is not None:
            # The calls that follow let a tracer written in C take over from here. A debugger that has
            # no hook for threads follows all flows itself.
            sys.settrace(worker.trace or threading.gettrace() or trace)
        outside = self._outside
        outside.__enter__()  # no `with`: it would call it by way of C
        try:
            switch()
        finally:
            outside.__exit__(None, None, None)
            if trace is not None:
                sys.settrace(trace)
            if loop is not _NO_LOOP:
                _swap_running_loop(loop)
            if surroundings is not None:
                surroundings.leave()

    def _run(self) -> None:
        try:
            self._body()
        except ProcessEnded:
            pass
        except Interruption as interruption:
            raise interruption.error from None
        finally:
            self._over = True


here = getcurrent
"""The current greenlet."""


def home() -> greenlet:
    """The outermost greenlet of the current thread: it tells threads apart, as waiting must."""
    outermost = getcurrent()
    while outermost.parent is not None:
        outermost = outermost.parent
    return outermost


def standing(place: greenlet) -> FrameType | None:
    """The innermost frame of a greenlet that has given way; `None` for the one that runs."""
    frame: FrameType | None = place.gr_frame
    return frame


def _swap_running_loop(loop: _RunningLoop) -> _RunningLoop:
    """Make *loop* the running asyncio loop of this thread and return the one that was.

    Each process may be inside an `asyncio.run` of its own. Where asyncio was never imported there is
    nothing to swap.
    """
    events = sys.modules.get("asyncio.events")
    if events is None:
        return _NO_LOOP
    running = events._get_running_loop()
    if running is loop[0]:
        return loop
    previous: _RunningLoop = running, sys.get_asyncgen_hooks()
    events._set_running_loop(loop[0])
    sys.set_asyncgen_hooks(*loop[1])
    return previous
