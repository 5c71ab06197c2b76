"""A life: what happened to one message, event or notification, gathered clause by clause into sentences."""

from __future__ import annotations

from itertools import groupby

from pytest_fakeaws.journal.entry import Entry
from pytest_fakeaws.journal.story import Story
from pytest_fakeaws.journal.wording import times
from pytest_fakeaws.sim.instants import FOREVER, Instant

STARTED = "started"
"""What an invocation does, which happens only once."""


class Attempt:
    """One try at handling something.

    Args:
        at: When it began.
        until: Until when nobody else tries.
        by: Who tries, if that is known.

    Attributes:
        outcome: What came of it, as the end of a sentence; empty while nothing has.
        finished: Whether nothing needs to be said of an outcome.
    """

    def __init__(self, at: Instant, until: Instant, by: str = "") -> None:
        self.at = at
        self.until = until
        self.by = by
        self.outcome = ""
        self.finished = False


class Life:
    """What is known of one message, event or notification.

    Args:
        subject: Its id.
        story: Names things as the timeline does.
        actors: Whose doing follows from which entry.

    Attributes:
        queue: Where it is, if it is a message that exists.
        hidden_until: Until when nobody gets it there.
        now: What will become of it, in a sentence; empty where that is over.
        attempts: Tries at handling it that no clause tells of yet.
    """

    def __init__(self, subject: str, story: Story, actors: dict[int, str]) -> None:
        self.subject = subject
        self.story = story
        self.label = ""
        self.queue: str | None = None
        self.hidden_until: Instant = 0
        self.now = ""
        self.attempts: list[Attempt] = []
        self.verb = "received"
        self._actors = actors
        self._clauses: list[str] = []
        self._asides: list[str] = []

    def actor(self, entry: Entry) -> str:
        """Whose doing an entry was; empty for the test's."""
        return self._actors.get(entry.cause, "")

    def by(self, entry: Entry) -> str:
        """The same as the end of a clause."""
        actor = self.actor(entry)
        return f" by {actor}" if actor else ""

    def clock(self, when: Instant) -> str:
        """An instant as the timeline shows it."""
        return self.story.clock(when)

    def then(self, clause: str) -> None:
        """Something happened to it."""
        self.tell_attempts()
        self._clauses.append(clause)

    def aside(self, sentence: str) -> None:
        """Something is worth a sentence of its own."""
        self._asides.append(sentence)

    def over(self, clause: str) -> None:
        """Something happened to it that was its end here."""
        self.then(clause)
        self.queue = None
        self.now = ""

    def conclude(self, outcome: str) -> None:
        """The latest try came to something."""
        if self.attempts and not self.attempts[-1].outcome:
            self.attempts[-1].outcome = outcome

    def finish(self) -> None:
        """The latest try needs no outcome of its own: what follows is it."""
        if self.attempts:
            self.attempts[-1].finished = True

    def tell_attempts(self) -> None:
        """Let a clause tell of the tries so far."""
        attempts, self.attempts = self.attempts, []
        if attempts:
            self._clauses.append(self._tried(attempts))

    def _tried(self, attempts: list[Attempt]) -> str:
        if len(attempts) == 1:
            return self._tried_once(attempts[0], _outcome(attempts[0]))
        outcomes = [_outcome(one) or f"{one.by or 'a consumer'} had it" for one in attempts]
        groups = [(outcome, len(list(same))) for outcome, same in groupby(outcomes)]
        if len(groups) == 1:
            return f"{self.verb} {times(len(attempts))}, each time {outcomes[0]}"
        told = [f"{what}{f' ({times(count)})' if count > 1 else ''}" for what, count in groups]
        return f"{self.verb} {times(len(attempts))}: {', then '.join(told)}"

    def _tried_once(self, attempt: Attempt, outcome: str) -> str:
        when = self.clock(attempt.at)
        if outcome:
            once = "" if self.verb == STARTED else " once,"
            return f"{self.verb}{once} at {when}: {outcome}"
        return f"{self.verb} at {when}{f' by {attempt.by}' if attempt.by else ''}"

    def sentences(self, now: Instant) -> str:
        """All of it, up to *now*."""
        present = self._present(now)
        self.tell_attempts()
        *before, last = self._clauses or ["is known by name only"]
        told = f"{', '.join(before)}, and {last}" if before else last
        return " ".join([f"{self.label} {told}.", *self._asides, *filter(None, (present,))])

    def _present(self, now: Instant) -> str:
        if self.queue is None:
            return self.now
        if self.hidden_until <= now:
            return f"It waits in {self.queue}."
        if self.attempts:
            self.finish()
            return f"It is in flight until {self.clock(self.hidden_until)}."
        return f"It is delayed until {self.clock(self.hidden_until)}."


def _outcome(attempt: Attempt) -> str:
    if attempt.outcome or attempt.finished:
        return attempt.outcome
    if attempt.until == FOREVER:
        return f"{attempt.by} is at it"
    return f"{attempt.by} did not delete it" if attempt.by else "nobody deleted it"
