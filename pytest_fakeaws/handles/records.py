"""What a fake shows of what happened in it: the journal, and everything that is read from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.sim.instants import Instant

if TYPE_CHECKING:
    from pytest_fakeaws.advice.recommendation import Recommendation
    from pytest_fakeaws.handles.calls import Calls
    from pytest_fakeaws.handles.leftovers import Leftovers
    from pytest_fakeaws.journal.timeline import Timeline
    from pytest_fakeaws.journal.usage import Usage
    from pytest_fakeaws.journal.view import View
    from pytest_fakeaws.pictures.drawing import Drawing


class Records(ABC):
    """The journal of a fake, and what can be read from it; also when the fake has ended."""

    _start: Instant
    _seed: int
    _ignored_advice: Sequence[str]

    @property
    @abstractmethod
    def _past(self) -> Cloud:
        """The cloud, also after the end."""

    @property
    @abstractmethod
    def schedule(self) -> str:
        """What the schedule does to the program; empty for the plain one."""

    @property
    def journal(self) -> Journal:
        """Everything that happened, oldest first."""
        cloud = self._past
        cloud.settle()
        return cloud.journal

    @property
    def calls(self) -> Calls:
        """The API calls that reached this fake, attempt by attempt, oldest first.

        Example:
            >>> import boto3
            >>> from pytest_fakeaws import FakeAWS
            >>> with FakeAWS() as aws:
            ...     _ = boto3.client("sqs").list_queues()
            ...     [(call.operation, call.attempt, call.error) for call in aws.calls]
            [('ListQueues', 1, None)]
        """
        from pytest_fakeaws.handles.calls import Calls  # noqa: PLC0415 - seldom looked at

        return Calls.of(self.journal)

    @property
    def advice(self) -> View[Recommendation]:
        """What AWS recommends against: settings as they are, and what happened.

        Example:
            >>> assert fakeaws.advice == []  # doctest: +SKIP
        """
        from pytest_fakeaws.advice.advise import advise  # noqa: PLC0415 - seldom looked at
        from pytest_fakeaws.journal.view import View  # noqa: PLC0415 - the same

        return View(advise(self._past, self._ignored_advice))

    @property
    def usage(self) -> Usage:
        """How often which operation was called, what ran, and about what that would cost.

        Example:
            >>> assert fakeaws.usage.calls("sqs:SendMessage") <= 3  # doctest: +SKIP
        """
        from pytest_fakeaws.journal.usage import usage_of  # noqa: PLC0415 - not every test needs it

        return usage_of(self.journal)

    @property
    def leftovers(self) -> Leftovers:
        """What is in flight, undelivered or unhandled: messages, events, invocations and processes.

        Example:
            >>> assert fakeaws.leftovers == []  # doctest: +SKIP
        """
        from pytest_fakeaws.handles.leftovers import Leftovers  # noqa: PLC0415 - seldom looked at

        return Leftovers.of(self._past)

    def timeline(self) -> Timeline:
        """What happened to the messages, line by line in virtual time."""
        from pytest_fakeaws.journal.timeline import timeline  # noqa: PLC0415 - most tests pass

        return timeline(self.journal, start=self._start, seed=self._seed, schedule=self.schedule)

    def picture(self, *, title: str = "What happened") -> Drawing:
        """What happened, as a picture: lanes for queues, topics, functions, a path for each message.

        Args:
            title: What it is called.

        Example:
            >>> fakeaws.picture(title="A poison order").save("poison.svg")  # doctest: +SKIP
        """
        from pytest_fakeaws.pictures.drawing import Drawing  # noqa: PLC0415 - seldom looked at
        from pytest_fakeaws.pictures.picture import arranged  # noqa: PLC0415 - the same

        return Drawing(arranged(self.journal, title=title, start=self._start, seed=self._seed))

    def explain(self, message: object) -> str:
        """What became of a message, in plain sentences, wherever it is now.

        Args:
            message: A message, an invocation, a notification, the id of one (of an asynchronous event too),
                or the text that was sent; of several with that text each is explained. A view explains
                each message in it, a queue each that was ever sent to it.

        Raises:
            UnknownResource: The journal knows of none.

        Example:
            >>> print(fakeaws.explain('{"id": 7}'))  # doctest: +SKIP
        """
        from pytest_fakeaws.handles.explaining import explain  # noqa: PLC0415 - seldom asked for

        return explain(message, self._past)

    def report(self, concerned: Collection[str] = ()) -> Timeline:
        """What the report of a failing test shows: the timeline, what the test has left over, and advice.

        Args:
            concerned: Ids of messages and events that come first where not everything finds room.
        """
        from pytest_fakeaws.advice.advise import handful  # noqa: PLC0415 - most tests pass
        from pytest_fakeaws.journal.timeline import timeline  # noqa: PLC0415 - most tests pass

        return timeline(
            self.journal,
            start=self._start,
            seed=self._seed,
            schedule=self.schedule,
            concerned=concerned,
            sections={"left over:": self.leftovers, "advice:": handful(self.advice)},
        )
