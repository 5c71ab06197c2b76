"""The simulation: one clock, one agenda, and two ways to wait.

The body of a test *drives*: while it waits it runs what is due, always the next event, never past its
own deadline. A process *parks*: it gives way to whoever drives and is resumed at its instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import islice
from typing import Protocol

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped, WrongState
from pytest_fakeaws.sim.agenda import Agenda, Entry
from pytest_fakeaws.sim.instants import Duration, Instant, seconds, timer
from pytest_fakeaws.sim.process import Process, Surroundings, Worker, home

__tracebackhide__ = HIDE_FROM_TRACEBACK

EVENTS_WITHOUT_TIME = 1_000_000
"""How many events may happen at one instant before the world counts as running in circles."""


class Event:
    """Something put down for an instant.

    Attributes:
        action: What to do then.
        who: Whose doing it is, for errors that explain what keeps the world busy.
        work: Whether the world is not idle as long as this is outstanding.
    """

    __slots__ = ("action", "entry", "who", "work")

    def __init__(self, action: Callable[[], None], who: str, *, work: bool) -> None:
        self.action = action
        self.who = who
        self.work = work
        self.entry: Entry


class Watchable(Protocol):
    """Something that can be waited for: it calls each watcher once, and then forgets it."""

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* the next time it happens."""

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Do not call *watcher* after all."""


class Simulation:
    """Virtual time and everything that happens in it.

    Args:
        start: The first instant.
        on_tick: Called with each new instant before anything happens then.
        outside: Entered whenever user code runs instead of the simulation.
    """

    def __init__(
        self,
        start: Instant,
        *,
        on_tick: Callable[[Instant], None] = lambda _: None,
        outside: AbstractContextManager[object] | None = None,
    ) -> None:
        self.start = start
        self.now = start
        self.running: Process | None = None
        self.outside = outside or nullcontext()
        self._on_tick = on_tick
        self._agenda: Agenda[Event] = Agenda()
        self._work = 0
        self._processes: dict[Process, None] = {}
        self._idle: list[Worker] = []
        self._home = home()

    # What is to happen

    def at(
        self, when: Instant, action: Callable[[], None], who: str, *, work: bool = True
    ) -> Event:
        """Put *action* down for *when*, or for the present instant if that has passed."""
        event = Event(action, who, work=work)
        event.entry = self._agenda.add(max(self.now, when), event)
        self._work += work
        return event

    def cancel(self, event: Event) -> None:
        """Strike *event*; nothing happens if it has come up."""
        if event.entry[2] is not None:
            self._agenda.cancel(event.entry)
            self._work -= event.work

    @property
    def idle(self) -> bool:
        """Whether no work is scheduled any more."""
        return self._work == 0

    @property
    def untouched(self) -> bool:
        """Whether nothing has happened, and nothing is scheduled."""
        return self.now == self.start and not self._agenda and not self._processes

    def rebase(self, start: Instant) -> None:
        """Begin at *start* instead; the simulation must be untouched."""
        self.start = self.now = start

    # Processes

    def spawn(
        self,
        name: str,
        body: Callable[[], None],
        *,
        on_end: Callable[[], None] = lambda: None,
        surroundings: Surroundings | None = None,
    ) -> Process:
        """Start a process at the present instant, the next time the simulation is driven."""
        process = Process(
            name,
            body,
            surroundings=surroundings,
            on_end=on_end,
            outside=self.outside,
            idle=self._idle,
        )
        self._processes[process] = None
        self.at(self.now, lambda: self.run(process, process.start), who=name)
        return process

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
        """End every process that is left, in the order in which they were spawned."""
        with ExitStack() as ends:  # each, even if another's unwinding raises
            for process in reversed(self._processes):
                ends.callback(self.end, process, reason)
        self._idle.clear()

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
            WrongState: The thread is not the one that the test runs in.
        """
        if home() is not self._home:
            raise WrongState(
                "A thread that the test does not run in waited for virtual time.",
                "Only calls that return at once are simulated for other threads so far.",
                "Call it from the test, or hand the loop to the thread that runs the test.",
            )
        if self.running is not None and self.running.ended:
            self.running.refuse()
        if self.running is None:
            return self._drive_for(watched, deadline)
        return self._park_for(self.running, watched, deadline, work=work)

    def _drive_for(self, watched: Watchable | None, deadline: Instant) -> bool:
        called: list[bool] = []

        def watcher() -> None:
            called.append(True)

        if watched is None:
            self.drive(deadline)
            return False
        watched.watch(watcher)
        try:
            return self.drive(deadline, lambda: bool(called))
        finally:
            watched.unwatch(watcher)

    def _park_for(
        self, process: Process, watched: Watchable | None, deadline: Instant, *, work: bool
    ) -> bool:
        called: list[Event] = []

        def resume() -> None:
            self.run(process, process.resume)

        def watcher() -> None:
            # Resumed by an event of its own: whoever caused this is in the middle of something.
            called.append(self.at(self.now, resume, who=process.name))

        timeout = self.at(deadline, resume, who=process.name, work=work)
        if watched is not None:
            watched.watch(watcher)
        try:
            process.park()
            return bool(called)
        finally:
            for event in (timeout, *called):
                self.cancel(event)
            if watched is not None:
                watched.unwatch(watcher)

    # Driving

    def drive(self, deadline: Instant, finished: Callable[[], bool] | None = None) -> bool:
        """Run what is due, in order, until *finished* says so or *deadline* has come.

        Things due at the deadline happen. When the deadline ends it, the clock stands there.

        Raises:
            ClockStopped: Very much happened without time going on.
        """
        count = 0
        while finished is None or not finished():
            due = self._agenda.next_due()
            if due > deadline:
                self._move_to(deadline)
                return False
            count = 0 if due > self.now else count + 1
            if count >= EVENTS_WITHOUT_TIME:
                raise self.stopped(
                    f"{count:,} events happened at one instant, and time never went on."
                )
            self.step()
        return True

    def step(self) -> str:
        """Run the next event, and return whose it was."""
        self._move_to(self._agenda.next_due())
        event = self._agenda.pop()
        self._work -= event.work
        event.action()
        return event.who

    def drive_until_idle(self, *, limit: Duration, max_events: int) -> None:
        """Run everything due until no work is scheduled any more.

        Raises:
            ClockStopped: The world was still busy after *limit*, or after *max_events*.
        """
        deadline = self.now + limit
        busy: Counter[str] = Counter()
        count = 0
        while not self.idle:
            if self._agenda.next_due() > deadline:
                raise self.stopped(f"The world was not idle after {seconds(limit)} s.", busy)
            if count == max_events:
                raise self.stopped(f"The world was not idle after {max_events:,} events.", busy)
            count += 1
            busy[self.step()] += 1

    def stopped(self, what: str, busy: Counter[str] | None = None) -> ClockStopped:
        """The error for a bound that was exceeded: it shows what keeps the world busy."""
        lines = [f"Virtual time: {timer(self.now - self.start)} since the start.", "Due next:"]
        lines += [
            f"  {timer(event.entry[0] - self.start)}  {event.who}"
            for event in islice(self._agenda, 5)
        ] or ["  nothing"]
        if busy:
            lines += ["Busiest:"]
            lines += [f"  {who}: {count:,} events" for who, count in busy.most_common(3)]
        return ClockStopped(
            what,
            "\n".join(lines),
            "Is there a retry or a loop that never ends? If the work is really that long, raise the bound.",
        )

    def _move_to(self, when: Instant) -> None:
        if when > self.now:
            self.now = when
            self._on_tick(when)
