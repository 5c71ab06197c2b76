"""The clock of a fake, as a test turns it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, InvalidTime, WrongState
from pytest_fakeaws.handles.coroutines import (
    refuse_beside_tasks,
    refuse_without_loop,
    sleep_until,
)
from pytest_fakeaws.handles.keywords import explained
from pytest_fakeaws.handles.progress import Progress, towards
from pytest_fakeaws.sim.instants import LAST, Duration, duration, instant, seconds, to_datetime

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Clock:
    """Virtual time. It moves when a test says so, and when the test itself waits.

    Args:
        cloud: Returns the cloud whose clock this is.
        real: Gives a block real time.
        settled: Awaits that nothing is left to do at the present instant.
        progress: Who is shown how far time has come, if anybody is.
    """

    def __init__(
        self,
        cloud: Callable[[], Cloud],
        real: Callable[[], AbstractContextManager[None]],
        settled: Callable[[], Awaitable[None]],
        progress: Callable[[], Progress | None],
    ) -> None:
        self._cloud = cloud
        self._real = real
        self._settled = settled
        self._progress = progress

    def now(self) -> datetime:
        """The present instant, as an aware UTC `datetime`."""
        return to_datetime(self._cloud().simulation.now)

    def advance(self, by: float | timedelta | str) -> None:
        """Let time pass: everything due happens, in order, each at its own instant.

        Inside a handler or a consumer it means to sleep.

        Args:
            by: Seconds, a `timedelta`, or text such as `"90s"`, `"15 min"`, `"2h"`, `"4 days"`. With 0
                everything due at the present instant happens.

        Raises:
            InvalidTime: *by* is no duration, or negative.
            ClockStopped: Events kept happening at one instant.
            WrongState: Other tasks of the test's loop wait: see `advance_async`.
        """
        cloud = self._refuse_beside_tasks("clock.advance")
        length = self._length(by)
        with cloud.gate, self._towards(cloud, length):
            cloud.simulation.sleep(length)

    async def advance_async(self, by: float | timedelta | str) -> None:
        """Let time pass in a coroutine: as `advance`, and the other tasks of the loop live on meanwhile.

        Timers of the loop and everything else due happen in order, each at its own instant. When it
        returns, what was due has happened, and no task has anything left to do at this instant. Inside
        a handler or a consumer it means to sleep.

        Args:
            by: As for `advance`.

        Raises:
            InvalidTime: *by* is no duration, or negative.
            ClockStopped: Events kept happening at one instant.
            WrongState: asyncio does not run here.
        """
        simulation = self._cloud().simulation
        target = simulation.now + self._length(by)
        refuse_without_loop("advance_async")
        await sleep_until(lambda: target - simulation.now)
        if simulation.at_home and simulation.running is None:
            await self._settled()

    def advance_to(self, when: datetime | str) -> None:
        """Let time pass until *when*.

        Args:
            when: A `datetime` or ISO 8601 text; without an offset it is taken as UTC.

        Raises:
            InvalidTime: *when* cannot be read, or has passed.
            WrongState: Other tasks of the test's loop wait: see `advance_async`.
        """
        cloud = self._refuse_beside_tasks("clock.advance_to")
        target = instant(when)
        now = cloud.simulation.now
        if target < now:
            raise InvalidTime(
                f"The clock cannot go back to {to_datetime(target).isoformat()}.",
                f"It is {to_datetime(now).isoformat()}, {seconds(now - target)} s later.",
                "Virtual time only moves forward; give the fake an earlier start= instead.",
            )
        with cloud.gate, self._towards(cloud, target - now):
            cloud.simulation.sleep(target - now)

    @explained
    def run_until(
        self, condition: Callable[[], object], timeout: float | timedelta | str = "30 days"
    ) -> None:
        """Let time pass until *condition* holds.

        It is asked before the first event, after each, and whenever a message becomes visible or expires.

        Args:
            condition: Called with no arguments, true when done.
            timeout: How long to try, in virtual time.

        Raises:
            ClockStopped: It did not hold in time.
            WrongState: Called in a handler, in another thread, or while other tasks wait.
        """
        if not self.reaches(condition, timeout, verb="clock.run_until"):
            raise self._cloud().simulation.stopped(
                f"The condition did not hold within {seconds(duration(timeout))} s of virtual time."
            )

    def reaches(
        self,
        condition: Callable[[], object],
        timeout: float | timedelta | str,
        *,
        verb: str = "clock.reaches",
    ) -> bool:
        """Let time pass until *condition* holds or *timeout* is over, and say whether it holds.

        Args:
            condition: Called with no arguments, true when done.
            timeout: How long to try, in virtual time.
            verb: What the test has called, for errors.

        Raises:
            WrongState: Called in a handler, in another thread, or while other tasks wait.
        """
        cloud = self._refuse_in_process(verb)
        simulation = cloud.simulation
        deadline = simulation.now + duration(timeout)

        def holds() -> bool:
            with simulation.outside:
                return bool(condition())

        with cloud.gate, self._towards(cloud):
            while simulation.now < deadline:
                # What comes back to a queue by itself is no event, and may be what is waited for.
                change = min(cloud.next_change, deadline)
                simulation.drive(change, lambda: holds() or cloud.next_change < change)  # noqa: B023
                if holds():
                    return True
            simulation.drive(deadline, holds)
            return holds()

    @explained
    def run_until_idle(
        self, timeout: float | timedelta | str = "30 days", max_events: int = 1_000_000
    ) -> None:
        """Let time pass until no work is scheduled any more.

        A long poll of an empty queue is no work. A worker that polls and sleeps by turns always has some.

        Args:
            timeout: How long to try, in virtual time.
            max_events: How many events may happen.

        Raises:
            ClockStopped: There was still work; the error says whose.
            WrongState: Called in a handler, in another thread, or while other tasks wait.
        """
        cloud = self._refuse_in_process("clock.run_until_idle")
        with cloud.gate, self._towards(cloud):
            cloud.simulation.drive_until_idle(limit=duration(timeout), max_events=max_events)

    @contextmanager
    def real(self) -> Iterator[None]:
        """Give a block real sleep and real time; the simulation stands still meanwhile."""
        with self._real():
            yield

    def __repr__(self) -> str:
        return f"<Clock at {self.now().isoformat()}>"

    def _towards(
        self, cloud: Cloud, length: Duration | None = None
    ) -> AbstractContextManager[None]:
        now = cloud.simulation.now
        return towards(self._progress(), now, None if length is None else now + length)

    def _length(self, by: float | timedelta | str) -> Duration:
        length = duration(by)
        if self._cloud().simulation.now + length > LAST:
            raise InvalidTime(
                f"The clock cannot advance by {by!r}.",
                "The calendar ends with the year 9999.",
                "Is the unit right? A plain number counts seconds.",
            )
        return length

    def _refuse_beside_tasks(self, verb: str) -> Cloud:
        cloud = self._cloud()
        if cloud.simulation.at_home and cloud.simulation.running is None:
            refuse_beside_tasks(verb)
        return cloud

    def _refuse_in_process(self, verb: str) -> Cloud:
        cloud = self._refuse_beside_tasks(verb)
        if not cloud.simulation.at_home:
            raise WrongState(
                f"{verb}() was called from a thread that the test does not run in.",
                "Only the thread of the test runs the simulation.",
                f"Call {verb}() from the test; a thread waits with time.sleep().",
            )
        process = cloud.simulation.running
        if process is not None:
            raise WrongState(
                f"{verb}() was called from inside {process.name}.",
                "What runs in the simulation cannot run the simulation: it would wait for itself.",
                f"Call {verb}() from the test; inside a handler, time.sleep() waits.",
            )
        return cloud
