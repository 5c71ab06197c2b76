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
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol, TypeAlias

from greenlet import getcurrent, greenlet

_REFUSALS_BEFORE_PARKING = 100
_spare_tracers: list[tuple[Any, Any]] = []
"""Tracers of processes that are over, each with the tracer beside which it may serve again."""

_parked_for_good: list[greenlet] = []
"""Processes that swallowed their end. Dropping the last reference would unwind them at a random time."""


_RunningLoop: TypeAlias = tuple[object, tuple[Any, ...]]
"""A running asyncio loop and its hooks for asynchronous generators, which belong to the thread."""

_NO_LOOP: _RunningLoop = (None, (None, None))


class ProcessEnded(BaseException):
    """Thrown into a process to end it, and raised by every AWS call that it still tries.

    It is no `Exception`, so that handlers of ordinary errors let it through.
    """


class Surroundings(Protocol):
    """What the host looks like to a process: put in place when it runs, taken away when it waits."""

    def enter(self) -> None:
        """The process is about to run."""

    def leave(self) -> None:
        """The process gives way, or has ended."""


class Process:
    """One flow of user code.

    Args:
        name: What errors and the journal call it.
        body: The code; it deals with its own errors. What leaves it all the same (a test outcome,
            an interrupt) ends the process and is raised to whoever runs the simulation.
        surroundings: Put in place whenever the process runs.
        on_end: Called by the simulation once the process is over.
        outside: Entered while control is handed over, in either direction.
    """

    def __init__(
        self,
        name: str,
        body: Callable[[], None],
        surroundings: Surroundings | None,
        on_end: Callable[[], None],
        outside: AbstractContextManager[object],
    ) -> None:
        self.name = name
        self.on_end = on_end
        self.ended = False
        self._refusals = 0
        self._trace: Any = None
        self._body = body
        self._surroundings = surroundings
        self._outside = outside
        self._greenlet = greenlet(self._run)
        self._greenlet.gr_context = contextvars.copy_context()

    @property
    def alive(self) -> bool:
        """Whether it has yet to finish. A process that refuses to end stays alive, parked for good."""
        started = bool(self._greenlet)
        return not self._greenlet.dead and (started or not self.ended)

    def start(self) -> None:
        """Run the body until it waits or ends."""
        self.resume()

    def resume(self) -> None:
        """Go on where the process parked, until it waits again or ends."""
        if not self.ended:
            self._switch(self._greenlet.switch)

    def park(self) -> None:
        """Give way to whoever runs the simulation; return when resumed.

        Raises:
            ProcessEnded: The process was ended while it waited.
        """
        loop = _swap_running_loop(_NO_LOOP)
        self._trace = sys.gettrace()
        try:
            with self._outside:
                self._greenlet.parent.switch()
        finally:
            _swap_running_loop(loop)  # a call, by which the tracer notices that it is back

    def end(self, reason: str) -> None:
        """End the process: unwind its stack once, running its `finally` blocks.

        Code that swallows the exception and waits again is never resumed.

        Raises:
            ProcessEnded: The process ends itself.
        """
        if self.ended or not self.alive:
            return
        self.ended = True
        if getcurrent() is self._greenlet:
            raise ProcessEnded(reason)
        if self._greenlet:  # started; an unstarted one has nothing to unwind
            self._switch(lambda: self._greenlet.throw(ProcessEnded(reason)))
            if self.alive:
                _parked_for_good.append(self._greenlet)

    def refuse(self) -> None:
        """Refuse a call that this ended process still makes while its stack unwinds.

        Raises:
            ProcessEnded: Always; only code that keeps swallowing it is parked for good instead.
        """
        self._refusals += 1
        if self._refusals > _REFUSALS_BEFORE_PARKING:
            self.park()
        raise ProcessEnded(f"{self.name} has ended; its calls no longer take effect.")

    def _switch(self, switch: Callable[[], Any]) -> None:
        # Whoever runs the simulation now is where the process gives way to.
        self._greenlet.parent = getcurrent()
        loop = _swap_running_loop(_NO_LOOP)
        if self._surroundings is not None:
            self._surroundings.enter()
        trace = sys.gettrace()
        if trace is not None:
            sys.settrace(self._trace or _tracer_beside(trace))
        try:
            with self._outside:
                switch()
        finally:
            if trace is not None:
                self._give_back_tracer(trace)
                sys.settrace(trace)
            _swap_running_loop(loop)
            if self._surroundings is not None:
                self._surroundings.leave()

    def _give_back_tracer(self, trace: Any) -> None:
        if not self.alive and self._trace is not None:
            _spare_tracers.append((trace, self._trace))
            self._trace = None

    def _run(self) -> None:
        with suppress(ProcessEnded):
            self._body()
        self._trace = sys.gettrace()


def home() -> greenlet:
    """The outermost greenlet of the current thread: it tells threads apart, as waiting must."""
    outermost = getcurrent()
    while outermost.parent is not None:
        outermost = outermost.parent
    return outermost


def _tracer_beside(trace: Any) -> Any:
    """A tracer for a process that is started where *trace* is the tracer.

    Coverage keeps a stack of the frames it is in. Two flows that take turns would mix them up, and lines
    would be lost, so each process is traced as a thread of its own would be. Tracers of processes that are
    over serve again. A debugger that has no hook for threads follows all flows itself.
    """
    if _spare_tracers and _spare_tracers[-1][0] is trace:
        return _spare_tracers.pop()[1]
    return threading.gettrace() or trace


def _swap_running_loop(loop: _RunningLoop) -> _RunningLoop:
    """Make *loop* the running asyncio loop of this thread and return the one that was.

    Each process may be inside an `asyncio.run` of its own. Where asyncio was never imported there is
    nothing to swap.
    """
    events = sys.modules.get("asyncio.events")
    if events is None:
        return _NO_LOOP
    previous: _RunningLoop = events._get_running_loop(), sys.get_asyncgen_hooks()
    if previous[0] is not loop[0]:
        events._set_running_loop(loop[0])
        sys.set_asyncgen_hooks(*loop[1])
    return previous
