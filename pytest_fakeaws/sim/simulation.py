"""The simulation: one clock, one agenda, and two ways to wait.

The body of a test *drives*: while it waits it runs what is due, always the next event, never past its
own deadline. A process *parks*: it gives way to whoever drives and is resumed at its instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import islice
from typing import Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped
from pytest_fakeaws.sim.agenda import Agenda, Entry
from pytest_fakeaws.sim.companions import Companions, HostEvent, NoCompanions, Watchable
from pytest_fakeaws.sim.instants import FOREVER, SECOND, Duration, Instant, seconds, timer
from pytest_fakeaws.sim.process import Process, Surroundings, Worker, home

__tracebackhide__ = HIDE_FROM_TRACEBACK

EVENTS_WITHOUT_TIME = 1_000_000
"""How many events may happen at one instant before the world counts as running in circles."""

LONGEST_WAIT = 30 * 86_400 * SECOND
"""How long whoever drives may wait without a deadline."""

_BRIEFLY = 0.001
_A_WHILE = 0.02
"""Real seconds to give to other threads: while one is busy, and while nothing is scheduled."""


class Event:
    """Something put down for an instant.

    Attributes:
        action: What to do then.
        who: Whose doing it is, for errors that explain what keeps the world busy.
        work: Whether the world is not idle as long as this is outstanding.
        home: Whether it runs user code, which only the thread that the simulation lives on may.
    """

    __slots__ = ("action", "entry", "home", "who", "work")

    def __init__(self, action: Callable[[], None], who: str, *, work: bool, home: bool) -> None:
        self.action = action
        self.who = who
        self.work = work
        self.home = home
        self.entry: Entry


class Simulation:
    """Virtual time and everything that happens in it.

    Args:
        start: The first instant.
        on_tick: Called with each new instant before anything happens then.
        outside: Entered whenever user code runs instead of the simulation.
        companions: The threads beside the one that it lives on.
    """

    def __init__(
        self,
        start: Instant,
        *,
        on_tick: Callable[[Instant], None] = lambda _: None,
        outside: AbstractContextManager[object] | None = None,
        companions: Companions | None = None,
    ) -> None:
        self.start = start
        self.now = start
        self.running: Process | None = None
        self.outside = outside or nullcontext()
        self._on_tick = on_tick
        self._companions = companions or NoCompanions()
        self._agenda: Agenda[Event] = Agenda()
        self._work = 0
        self._processes: dict[Process, None] = {}
        self._idle: list[Worker] = []
        self._host_events: dict[HostEvent, Callable[[], None]] = {}
        self._home = home()

    # What is to happen

    def at(
        self,
        when: Instant,
        action: Callable[[], None],
        who: str,
        *,
        work: bool = True,
        home: bool = False,
    ) -> Event:
        """Put *action* down for *when*, or for the present instant if that has passed."""
        event = Event(action, who, work=work, home=home)
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
    def next_due(self) -> Instant:
        """When something is due next; `FOREVER` if nothing is."""
        return self._agenda.next_due()

    @property
    def next_is_home(self) -> bool:
        """Whether what is due next runs user code."""
        return self._agenda.next_due() < FOREVER and self._agenda.first().home

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
        process = self._process(name, body, on_end, surroundings)
        self.at(self.now, lambda: self.run(process, process.start), who=name, home=True)
        return process

    def branch(self, name: str, body: Callable[[], None]) -> Process:
        """Start a process now, beside whatever is running; return when it first waits, or has ended."""
        process = self._process(name, body)
        self.run(process, process.start)
        return process

    def _process(
        self,
        name: str,
        body: Callable[[], None],
        on_end: Callable[[], None] = lambda: None,
        surroundings: Surroundings | None = None,
    ) -> Process:
        process = Process(
            name,
            body,
            surroundings=surroundings,
            on_end=on_end,
            outside=self.outside,
            idle=self._idle,
        )
        self._processes[process] = None
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
            ClockStopped: Nothing would ever end the wait.
        """
        if not self.at_home:
            return self._companions.wait(watched, deadline, work=work)
        if self.running is None:
            return self._drive_for(watched, deadline)
        if self.running.ended:
            self.running.refuse()
        return self._park_for(self.running, watched, deadline, work=work)

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
        called = [watcher for event, watcher in self._host_events.items() if event.over(0)]
        for watcher in called:
            watcher()
        if called:
            return False
        if not self._companions.at_rest():
            self._pause(_BRIEFLY, host)
            return False
        if to == FOREVER:
            if self._companions.alone and not (host is not None and host.from_afar):
                raise self.stopped(
                    "Nothing is scheduled and nobody else runs: this wait has no end."
                )
            self._pause(_A_WHILE, host)
            return False
        return True

    def _pause(self, length: float, host: HostEvent | None) -> None:
        with self.outside:
            self._companions.pause(length, host)

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
