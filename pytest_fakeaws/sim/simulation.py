"""The simulation: one clock, one agenda, and two ways to wait.

The body of a test *drives*: while it waits it runs what is due, always the next event, never past its
own deadline. A process *parks*: it gives way to whoever drives and is resumed at its instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import FrameType
from typing import Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.sim.agenda import Agenda
from pytest_fakeaws.sim.companions import Companions, HostEvent, NoCompanions, Watchable
from pytest_fakeaws.sim.events import Event, Events
from pytest_fakeaws.sim.instants import FOREVER, SECOND, Duration, Instant, seconds
from pytest_fakeaws.sim.process import Process, Surroundings, Worker, here, home, standing

__tracebackhide__ = HIDE_FROM_TRACEBACK

EVENTS_WITHOUT_TIME = 1_000_000
"""How many events may happen at one instant before the world counts as running in circles."""

LONGEST_WAIT = 30 * 86_400 * SECOND
"""How long whoever drives may wait without a deadline."""

_BRIEFLY = 0.001
_A_WHILE = 0.02
"""Real seconds to give to other threads: while one is busy, and while nothing is scheduled."""


class Simulation(Events):
    """Virtual time and everything that happens in it.

    Args:
        start: The first instant.
        on_tick: Called with each new instant before anything happens then.
        outside: Entered whenever user code runs instead of the simulation.
        companions: The threads beside the one that it lives on.
        on_process: Called whenever there is another process.
        explain: Says more about what keeps the world busy, line by line.
        agenda: Where events are put down, if not in the order in which they are.
    """

    def __init__(
        self,
        start: Instant,
        *,
        on_tick: Callable[[Instant], None] = lambda _: None,
        outside: AbstractContextManager[object] | None = None,
        companions: Companions | None = None,
        on_process: Callable[[], None] = lambda: None,
        explain: Callable[[], Iterable[str]] = lambda: (),
        agenda: Agenda[Event] | None = None,
    ) -> None:
        super().__init__(start, on_tick, explain, agenda)
        self.running: Process | None = None
        self.outside = outside or nullcontext()
        self._on_process = on_process
        self._companions = companions or NoCompanions()
        self._processes: dict[Process, None] = {}
        self._idle: list[Worker] = []
        self._host_events: dict[HostEvent, Callable[[], None]] = {}
        self._home = home()

    # Processes

    @property
    def untouched(self) -> bool:
        """Whether nothing has happened, and nothing is scheduled."""
        return self.now == self.start and not self._agenda and not self._processes

    def spawn(
        self,
        name: str,
        body: Callable[[], None],
        *,
        on_end: Callable[[], None] = lambda: None,
        on_wait: Callable[[], None] | None = None,
        surroundings: Surroundings | None = None,
    ) -> Process:
        """Start a process at the present instant, the next time the simulation is driven.

        Args:
            name: What errors and the journal call it.
            body: The code.
            on_end: Called once it is over.
            on_wait: Called before it waits for the first time.
            surroundings: Put in place whenever it runs.
        """
        process = self.prepare(
            name, body, on_end=on_end, on_wait=on_wait, surroundings=surroundings
        )
        self.begin(process)
        return process

    def branch(self, name: str, body: Callable[[], None]) -> Process:
        """Start a process now, beside whatever is running; return when it first waits, or has ended."""
        process = self.prepare(name, body)
        self.run(process, process.start)
        return process

    def prepare(
        self,
        name: str,
        body: Callable[[], None],
        *,
        on_end: Callable[[], None] = lambda: None,
        on_wait: Callable[[], None] | None = None,
        surroundings: Surroundings | None = None,
    ) -> Process:
        """A process that is yet to begin; the arguments are those of `spawn`."""
        process = Process(
            name,
            body,
            surroundings,
            on_end,
            on_wait,
            self.outside,
            self._idle,
        )
        self._processes[process] = None
        self._on_process()
        return process

    def begin(self, process: Process) -> None:
        """Let *process* begin at the present instant, the next time the simulation is driven."""
        self.at(self.now, lambda: self.run(process, process.start), who=process.name, home=True)

    @property
    def at_leisure(self) -> bool:
        """Whether the test itself asks, and nothing else is to happen at this instant."""
        return self.running is None and here() is self._home and self._agenda.next_due() > self.now

    def run(self, process: Process, step: Callable[[], None]) -> None:
        """Let *process* take *step*: start, resume or end."""
        previous, self.running = self.running, process
        try:
            step()
        finally:
            self.running = previous
            if not process.alive and self._processes.pop(process, self) is None:
                process.on_end()

    def end(self, process: Process, reason: str) -> None:
        """End *process* now, wherever it is."""
        self.run(process, lambda: process.end(reason))

    def end_all(self, reason: str) -> None:
        """End every process that is left, in the order in which they were spawned.

        Each is ended, even if another's unwinding raises; of several errors, each has the one before it as
        its context.
        """
        raised: list[BaseException] = []
        for process in list(self._processes):
            try:
                self.end(process, reason)
            except BaseException as error:  # noqa: BLE001, PERF203 - raised below
                error.__context__ = error.__context__ or (raised[-1] if raised else None)
                raised.append(error)
        self._idle.clear()
        if raised:
            raise raised[-1]

    def standing(self) -> Iterator[tuple[str, FrameType]]:
        """Where everybody stands who does not run at this moment: processes by name, and the test."""
        for process in list(self._processes):
            if process.frame is not None:
                yield process.name, process.frame
        frame = standing(self._home)
        if frame is not None:
            yield "the test", frame

    # Waiting

    def sleep(self, length: Duration) -> None:
        """Wait for *length*, whoever asks: the test drives, a process parks."""
        self.wait(None, self.now + length, work=True)

    def wait(self, watched: Watchable | None, deadline: Instant, *, work: bool = False) -> bool:
        """Wait until *watched* calls or *deadline* comes, and say whether it called.

        Args:
            watched: What to wait for besides the deadline.
            deadline: When to go on at the latest.
            work: Whether the wait keeps the world from being idle.

        Raises:
            ProcessEnded: The process that waits has ended, and its stack is being unwound.
            ClockStopped: Nothing would ever end the wait.
        """
        if not self.at_home:
            return self._companions.wait(watched, deadline, work=work)
        if self.running is None:
            return self._drive_for(watched, deadline)
        if self.running.ended:
            self.running.refuse()
        return self._park_for(self.running, watched, deadline, work=work)

    def wait_until(self, happened: Callable[[], bool], watched: Watchable) -> None:
        """Wait until *happened* says so, which may be so whenever *watched* calls."""
        if self.running is None and self.at_home:
            self.drive(FOREVER, happened)  # it asks after each event anyway
            return
        while not happened():
            self.wait(watched, FOREVER, work=True)

    def end_wait(self, thread: Any) -> None:
        """End the wait of another thread, for nobody wants to know any more what comes of it."""
        self._companions.end_wait(thread)

    @property
    def at_home(self) -> bool:
        """Whether the current thread is the one that the simulation lives on."""
        return home() is self._home

    def _drive_for(self, watched: Watchable | None, deadline: Instant) -> bool:
        called: list[bool] = []

        def watcher() -> None:
            called.append(True)

        if watched is None:
            return self.drive(deadline)
        self._watch(watched, watcher)
        try:
            host = watched if isinstance(watched, HostEvent) else None
            return self.drive(deadline, lambda: bool(called), host=host)
        finally:
            self._unwatch(watched, watcher)

    def _park_for(
        self, process: Process, watched: Watchable | None, deadline: Instant, *, work: bool
    ) -> bool:
        called: list[Event] = []
        process.announce_wait()

        def resume() -> None:
            self.run(process, process.resume)

        def watcher() -> None:
            # Resumed by an event of its own: whoever caused this is in the middle of something.
            called.append(self.at(self.now, resume, who=process.name, home=True))

        timeout = self.at(deadline, resume, who=process.name, work=work, home=True)
        if watched is not None:
            self._watch(watched, watcher)
        try:
            process.park()
            return bool(called)
        finally:
            for event in (timeout, *called):
                self.cancel(event)
            if watched is not None:
                self._unwatch(watched, watcher)

    def _watch(self, watched: Watchable, watcher: Callable[[], None]) -> None:
        watched.watch(watcher)
        if isinstance(watched, HostEvent):
            self._host_events[watched] = watcher

    def _unwatch(self, watched: Watchable, watcher: Callable[[], None]) -> None:
        watched.unwatch(watcher)
        if isinstance(watched, HostEvent):
            self._host_events.pop(watched, None)

    # Driving

    def drive(
        self,
        deadline: Instant,
        finished: Callable[[], bool] = lambda: False,
        *,
        host: HostEvent | None = None,
    ) -> bool:
        """Run what is due, in order, until *finished* says so or *deadline* has come.

        Things due at the deadline happen. When the deadline ends it, the clock stands there.

        Args:
            deadline: When to stop.
            finished: Says that what the drive is for has come.
            host: What of the host the drive is for.

        Raises:
            ClockStopped: Very much happened without time going on, or nothing ever will.
        """
        count = 0
        limit = self.now + LONGEST_WAIT if deadline == FOREVER else FOREVER
        while not finished():
            due = self._agenda.next_due()
            if due > self.now or due > deadline:
                if not self._time_may_move(min(due, deadline), host):
                    continue
                count = 0
            if due > deadline:
                self._move_to(deadline)
                return False
            if due > limit:
                raise self.stopped(f"A wait without a deadline took {seconds(LONGEST_WAIT)} s.")
            count += 1
            if count > EVENTS_WITHOUT_TIME:
                raise self.stopped(
                    f"{count - 1:,} events happened at one instant, and time never went on."
                )
            self.step()
        return True

    def _time_may_move(self, to: Instant, host: HostEvent | None = None) -> bool:
        """Whether nobody has anything left to do at this instant; if somebody has, let them."""
        if self._host_has_called():
            return False
        if not self._companions.at_rest():
            self._pause(_BRIEFLY, host)
            return False
        if self._host_has_called():  # by what somebody did last before coming to rest
            return False
        if to == FOREVER:
            if self._companions.alone and not (host is not None and host.from_afar):
                raise self.stopped(
                    "Nothing is scheduled and nobody else runs: this wait has no end."
                )
            self._pause(_A_WHILE, host)
            return False
        return True

    def _host_has_called(self) -> bool:
        called = [watcher for event, watcher in self._host_events.items() if event.over(0)]
        for watcher in called:
            watcher()
        return bool(called)

    def _pause(self, length: float, host: HostEvent | None) -> None:
        with self.outside:
            self._companions.pause(length, host)

    def drive_until_idle(self, *, limit: Duration, max_events: int) -> None:
        """Run everything due until no work is scheduled any more.

        Raises:
            ClockStopped: The world was still busy after *limit*, or after *max_events*.
        """
        deadline = self.now + limit
        busy: Counter[str] = Counter()
        count = 0
        while True:
            due = self._agenda.next_due()
            if due > self.now and not self._time_may_move(min(due, deadline)):
                continue
            if self.idle:
                return
            if due > deadline:
                raise self.stopped(f"The world was not idle after {seconds(limit)} s.", busy)
            if count == max_events:
                raise self.stopped(f"The world was not idle after {max_events:,} events.", busy)
            count += 1
            busy[self.step()] += 1
