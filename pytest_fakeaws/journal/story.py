"""The story: a journal told line by line, by tellers that know what was told before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pytest_fakeaws.journal.chains import Chains
from pytest_fakeaws.journal.entries import Fact, InvocationStarted
from pytest_fakeaws.journal.journal import Entry
from pytest_fakeaws.journal.selection import subjects
from pytest_fakeaws.journal.tellers import TELLERS
from pytest_fakeaws.journal.telling import Tone
from pytest_fakeaws.journal.wording import short
from pytest_fakeaws.sim.instants import Instant, timer


class Line(NamedTuple):
    """One line of a story.

    Attributes:
        number: That of the entry it tells of.
        at: When it happened, counted from the start of the story.
        who: The queue, function or consumer that it happened to.
        what: What happened.
        tone: How it sounds.
        details: More lines that belong to it.
        about: The ids of the messages and events that it is about.
    """

    number: int
    at: Instant
    who: str
    what: str
    tone: Tone
    details: tuple[str, ...]
    about: tuple[str, ...]

    def __str__(self) -> str:
        return f"{timer(self.at)}  {self.who:<16} {self.what}"

    @property
    def rows(self) -> int:
        """How many rows of text it takes."""
        return 1 + len(self.details)


class Death(NamedTuple):
    """What became of a message or an event that nobody handled.

    Attributes:
        subject: Its id.
        title: How the story calls it, and how its text begins.
        why: What became of it.
    """

    subject: str
    title: str
    why: str

    def __str__(self) -> str:
        return f"{self.title}\n    {self.why}"


class Story:
    """Reads a journal from the beginning and tells it line by line.

    Args:
        start: The instant that counts as zero.

    Attributes:
        chains: What led to what.
        deaths: What became of those that nobody handled, in order.
    """

    def __init__(self, start: Instant) -> None:
        self._start = start
        self._numbers: dict[str, int] = {}
        self._events: dict[str, int] = {}
        self._notifications: dict[str, int] = {}
        self._publications: dict[int, str] = {}
        self._texts: dict[str, str] = {}
        self._batches: dict[int, InvocationStarted] = {}
        self._actors: dict[int, str] = {}
        self._failures: dict[str, Counter[str]] = {}
        self.chains = Chains()
        self._latest: dict[str, object] = {}
        self.deaths: list[Death] = []

    def lines(self, entries: Iterable[Entry]) -> Iterator[Line]:
        """One line for each entry that says something about a message."""
        for entry in entries:
            self.chains.read(entry)
            teller = TELLERS.get(type(entry.fact))
            told = teller(self, entry, entry.fact) if teller is not None else None
            if told is not None:
                yield Line(entry.number, entry.at - self._start, *told, self._about(entry.fact))

    def _about(self, fact: Fact) -> tuple[str, ...]:
        batch = self._batches.get(getattr(fact, "invocation", 0))
        return (*subjects(fact), *(batch.message_ids if batch is not None else ()))

    # What tellers ask

    def clock(self, when: Instant) -> str:
        """An instant as the story shows it."""
        return timer(when - self._start)

    def number(self, *message_ids: str) -> str:
        """Short names of messages, numbered as they appear."""
        numbers = [self._numbers.setdefault(one, len(self._numbers) + 1) for one in message_ids]
        return ", ".join(f"#{number}" for number in numbers)

    def event(self, request_id: str) -> str:
        """The short name of an asynchronous event."""
        return f"event {self._events.setdefault(request_id, len(self._events) + 1)}"

    def notification(self, notification_id: str) -> str:
        """The short name of what was published to a topic."""
        number = self._notifications.setdefault(notification_id, len(self._notifications) + 1)
        return f"notification {number}"

    def name(self, subject: str) -> str:
        """The short name of whatever has this id; the id itself, if nothing was told of it yet."""
        if subject in self._numbers:
            return self.number(subject)
        if subject in self._events:
            return self.event(subject)
        return self.notification(subject) if subject in self._notifications else subject

    def knows(self, subject: str) -> bool:
        """Whether something was told already of whatever has this id."""
        return self.name(subject) != subject

    def origin(self, entry: Entry) -> str:
        """Which notification it came from, if it came from one."""
        published = self._publications.get(entry.cause)
        return f" from {self.notification(published)}" if published is not None else ""

    def knows_event(self, request_id: str) -> bool:
        """Whether there was such an asynchronous event."""
        return request_id in self._events

    def by(self, entry: Entry) -> str:
        """Which consumer's doing it was, if it was one's."""
        actor = self._actors.get(entry.cause)
        return f" by {actor}" if actor is not None else ""

    def batch(self, invocation: int) -> InvocationStarted | None:
        """What the entry with this number said of an invocation."""
        return self._batches.get(invocation)

    def failures(self, subject: str) -> Counter[str]:
        """Why a message or an event was not handled, and how often."""
        return self._failures.get(subject, Counter())

    def is_news(self, who: str, said: object) -> bool:
        """Whether this is not just what was said of *who* the last time."""
        before, self._latest[who] = self._latest.get(who), said
        return said != before

    # What tellers note

    def remember(self, subject: str, text: str) -> None:
        """Note how the text of a message or an event begins."""
        self._texts[subject] = text

    def publish(self, entry: Entry, notification_id: str) -> None:
        """Note what it is that deliveries which follow from this entry deliver."""
        self._publications[entry.number] = notification_id

    def begin(self, entry: Entry, fact: InvocationStarted) -> None:
        """Note that an invocation has started."""
        self._batches[entry.number] = fact

    def name_actor(self, entry: Entry, actor: str) -> None:
        """Note who it is whose doing follows from this entry."""
        self._actors[entry.number] = actor

    def blame(self, subject: str, why: str) -> None:
        """Note why a message or an event was not handled this time."""
        self._failures.setdefault(subject, Counter())[why] += 1

    def bury(self, message_id: str, why: str) -> None:
        """Note what became of a message that nobody handled."""
        self._bury(message_id, self.number(message_id), why)

    def bury_event(self, request_id: str, why: str) -> None:
        """Note what became of an event that nobody handled."""
        self._bury(request_id, self.event(request_id), why)

    def bury_notification(self, notification_id: str, why: str) -> None:
        """Note that a notification did not reach a subscriber."""
        self._bury(notification_id, self.notification(notification_id), why)

    def _bury(self, subject: str, title: str, why: str) -> None:
        text = short(self._texts.get(subject, ""))
        self.deaths.append(Death(subject, f"{title} {text}", why))
