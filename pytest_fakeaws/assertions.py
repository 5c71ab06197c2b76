"""What a test may claim beyond a plain `assert`: about time, about how often, about order and about cost.

Each failure says what happened, shows the evidence with a timeline of just the messages concerned, and ends
with what to do. It is raised, not asserted: rewriting and `-O` change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Generic, NoReturn, TypeVar

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ExpectationFailed
from pytest_fakeaws.handles.clock import Clock
from pytest_fakeaws.handles.explaining import explanations
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.journal.entries import excerpt
from pytest_fakeaws.journal.handling import Handled, handled
from pytest_fakeaws.journal.story import Line, Story
from pytest_fakeaws.journal.usage import usage_of
from pytest_fakeaws.journal.wording import number, short
from pytest_fakeaws.sim.instants import duration, seconds, timer

__tracebackhide__ = HIDE_FROM_TRACEBACK

T = TypeVar("T")

_EXPLAINED = 5
"""How many messages a failure explains."""

_LINES = 20
"""How many lines of timeline it shows."""


class Expect:
    """Claims about the world of a fake.

    Args:
        cloud: The cloud of the fake, which must be active.
        clock: Its clock.
    """

    def __init__(self, cloud: Callable[[], Cloud], clock: Clock) -> None:
        self._cloud = cloud
        self._clock = clock

    # In time

    def eventually(
        self, condition: Callable[[], T], timeout: float | timedelta | str = "15 min"
    ) -> T:
        """Let time pass until *condition* holds, and return what it gave.

        A condition that raises `AssertionError` does not hold: a function full of asserts is one, if it ends
        with `return True`.

        Args:
            condition: Asked whenever something has happened.
            timeout: How long to wait, in virtual time.

        Raises:
            ExpectationFailed: It did not hold in time.
            WrongState: Called in a handler, in another thread, or while other tasks wait.

        Example:
            >>> fakeaws.expect.eventually(lambda: orders.messages == [], timeout="1 h")  # doctest: +SKIP
        """
        asked = _Asked(condition)
        if not self._clock.reaches(asked.holds, timeout, verb="expect.eventually"):
            limit = seconds(duration(timeout))
            self._fail(
                f"{asked.name} did not hold within {limit} s of virtual time.",
                [f"It gave: {asked.last}.", *self._cloud().simulation.due_next(), *self._latest()],
                "Is something missing that would make it true, or is the timeout too short?",
            )
        return asked.answer

    def never(
        self, condition: Callable[[], object], within: float | timedelta | str = "15 min"
    ) -> None:
        """Let time pass, and fail as soon as *condition* holds.

        Args:
            condition: As for `eventually`.
            within: How long to watch, in virtual time.

        Raises:
            ExpectationFailed: It held.
            WrongState: Called in a handler, in another thread, or while other tasks wait.

        Example:
            >>> fakeaws.expect.never(lambda: orders.dead_letters, within="1 day")  # doctest: +SKIP
        """
        asked = _Asked(condition)
        if self._clock.reaches(asked.holds, within, verb="expect.never"):
            simulation = self._cloud().simulation
            self._fail(
                f"{asked.name} held at {timer(simulation.now - simulation.start)}, and never should.",
                [f"It gave: {asked.last}.", *self._latest()],
                "The newest lines say what had just happened.",
            )

    # About messages

    def exactly_once(self, queue: Queue) -> None:
        """Each message that was sent to *queue* was handled exactly once, and is done with.

        Handled means given to a consumer that did not fail: attempts whose function raised or gave the
        message back do not count, a consumer of the test's own that lost it to another does. Lost, left and
        dead-lettered messages are not handled.

        Args:
            queue: The queue, as the test holds it.

        Raises:
            ExpectationFailed: One was handled more often, or not at all.
        """
        messages = self._handled(queue)
        wrong = [message_id for message_id, one in messages.items() if not one.once]
        if wrong:
            more = [one for one in wrong if messages[one].times > 1]
            self._fail(
                f"Not every message of {queue.name} was handled exactly once: of "
                f"{number(len(messages), 'message')} {len(more)} more often, {len(wrong) - len(more)} not.",
                self._evidence(wrong),
                "Handled twice: is the visibility timeout longer than the work, and the work idempotent? "
                "Not handled: let time pass (fakeaws.clock.run_until_idle()), or see why it failed.",
                wrong,
            )

    def in_order(self, queue: Queue, bodies: Sequence[str]) -> None:
        """The messages of *queue* with these bodies were handled in this order; others may come between.

        Args:
            queue: The queue, as the test holds it.
            bodies: What was sent, in the order in which consumers should have been done with it.

        Raises:
            ExpectationFailed: One was not handled, or before one that should precede it.
        """
        wanted = [excerpt(body) for body in bodies]
        messages = self._handled(queue)
        done = [one for one in messages.items() if one[1].deleted is not None]
        done.sort(key=lambda one: one[1].deleted or 0)
        rest = iter([one.text for _, one in done if one.text in wanted])
        if not all(body in rest for body in wanted):
            concerned = [message_id for message_id, one in messages.items() if one.text in wanted]
            self._fail(
                f"The messages of {queue.name} were not handled in this order: "
                f"{', '.join(map(short, wanted))}.",
                [
                    f"Handled: {', '.join(short(one.text) for _, one in done) or 'none'}.",
                    *self._evidence(concerned),
                ],
                "A standard queue promises no order: name it <name>.fifo, and send with one group what has "
                "to stay in order.",
                concerned,
            )

    # About cost

    def at_most(self, limit: int, calls: str = "*") -> None:
        """No more than *limit* API calls were made.

        Args:
            limit: How many may have been.
            calls: Which: `"sqs:SendMessage"`, or a pattern such as `"sqs:*"`.

        Raises:
            ExpectationFailed: More were made.
        """
        usage = usage_of(self._cloud().journal)
        made = usage.calls(calls)
        if made > limit:
            counts = usage.matching(calls)
            self._fail(
                f"{number(made, 'API call')} ({calls}), and there should be at most {limit:,}.",
                [f"{operation}: {count:,}" for operation, count in counts.most_common(_EXPLAINED)],
                "Can calls be batched, polls be long, or a loop end earlier?",
            )

    # What failures show

    def _handled(self, queue: Queue) -> dict[str, Handled]:
        return handled(self._cloud().journal, queue.arn)

    def _evidence(self, concerned: Sequence[str]) -> list[str]:
        """What became of messages, and the timeline of just these."""
        cloud, shown = self._cloud(), concerned[:_EXPLAINED]
        known = explanations(cloud)
        more = len(concerned) - len(shown)
        lines = [line for line in self._lines() if not set(shown).isdisjoint(line.about)]
        return [
            *map(known.of, shown),
            *([f"... and {number(more, 'other')}."] if more else []),
            "",
            *map(str, lines[-_LINES:]),
        ]

    def _latest(self) -> list[str]:
        return ["", *map(str, self._lines()[-_LINES // 2 :])]

    def _lines(self) -> list[Line]:
        cloud = self._cloud()
        cloud.settle()
        return list(Story(cloud.simulation.start).lines(cloud.journal))

    def _fail(
        self, what: str, evidence: Sequence[str], advice: str, concerned: Sequence[str] = ()
    ) -> NoReturn:
        error = ExpectationFailed(what, "\n".join(evidence), advice)
        error.concerned = tuple(concerned)
        raise error


class _Asked(Generic[T]):
    """A condition, and what it said the last time."""

    def __init__(self, condition: Callable[[], T]) -> None:
        self._condition = condition
        self.answer: T
        self.last = "it was never asked"

    @property
    def name(self) -> str:
        """What to call it."""
        name = getattr(self._condition, "__name__", "<lambda>")
        return "The condition" if name == "<lambda>" else name

    def holds(self) -> bool:
        """Ask it."""
        try:
            self.answer = self._condition()
        except AssertionError as error:
            self.last = short(f"AssertionError: {error}", 200)
            return False
        self.last = short(repr(self.answer), 200)
        return bool(self.answer)
