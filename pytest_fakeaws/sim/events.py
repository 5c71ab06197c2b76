"""Events: what is put down for instants, and the clock that goes from one to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped
from pytest_fakeaws.sim.agenda import Agenda, Entry, Place
from pytest_fakeaws.sim.instants import FOREVER, Instant, timer

__tracebackhide__ = HIDE_FROM_TRACEBACK


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


class Events:
    """A clock with an agenda.

    Args:
        start: The first instant.
        on_tick: Called with each new instant before anything happens then.
        explain: Says more about what keeps the world busy, line by line.
        agenda: Where events are put down, if not in the order in which they are.
    """

    def __init__(
        self,
        start: Instant,
        on_tick: Callable[[Instant], None],
        explain: Callable[[], Iterable[str]] = lambda: (),
        agenda: Agenda[Event] | None = None,
    ) -> None:
        self.start = start
        self.now = start
        self._on_tick = on_tick
        self._explain = explain
        self._agenda: Agenda[Event] = Agenda() if agenda is None else agenda
        self._work = 0

    def at(
        self,
        when: Instant,
        action: Callable[[], None],
        who: str,
        *,
        work: bool = True,
        home: bool = False,
        place: Place = 0,
    ) -> Event:
        """Put *action* down for *when*, or for the present instant if that has passed.

        Args:
            when: When.
            action: What to do then.
            who: Whose doing it is.
            work: Whether the world is not idle as long as this is outstanding.
            home: Whether it runs user code.
            place: Its place among what is due then, if it was given one before.
        """
        event = Event(action, who, work=work, home=home)
        event.entry = self._agenda.add(max(self.now, when), event, place)
        self._work += work
        return event

    def place(self) -> Place:
        """The place of an event that may be put down later, as if it were put down now."""
        return self._agenda.place()

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

    def rebase(self, start: Instant) -> None:
        """Begin at *start* instead; the simulation must be untouched."""
        self.start = self.now = start

    def step(self) -> str:
        """Run the next event, and return whose it was."""
        self._move_to(self._agenda.next_due())
        event = self._agenda.pop()
        self._work -= event.work
        event.action()
        return event.who

    def stopped(self, what: str, busy: Counter[str] | None = None) -> ClockStopped:
        """The error for a bound that was exceeded: it shows what keeps the world busy."""
        lines = [f"Virtual time: {timer(self.now - self.start)} since the start."]
        lines += self.due_next()
        if busy:
            lines += ["Busiest:"]
            lines += [f"  {who}: {count:,} events" for who, count in busy.most_common(3)]
        lines += self._explain()
        return ClockStopped(
            what,
            "\n".join(lines),
            "Is there a retry or a loop that never ends? If the work is really that long, raise the bound.",
        )

    def due_next(self) -> list[str]:
        """What is put down for the next instants, in lines."""
        events = islice(self._agenda, 5)
        lines = [f"  {timer(event.entry[0] - self.start)}  {event.who}" for event in events]
        return ["Due next:", *(lines or ["  nothing"])]

    def _move_to(self, when: Instant) -> None:
        if when > self.now:
            self.now = when
            self._on_tick(when)
