"""The host: everything of this process that a fake changes, and puts back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.wire.environment import Environment, variables
from pytest_fakeaws.wire.host_time import HostTime
from pytest_fakeaws.wire.identity import DefaultSession
from pytest_fakeaws.wire.interceptor import Interceptor
from pytest_fakeaws.wire.sleep import VirtualSleep
from pytest_fakeaws.wire.stopwatches import Stopwatches


class Host:
    """The process around a fake: who calls, where calls go, what the clock shows.

    Args:
        region: The region of clients that name none.
        interceptor: Answers calls.
        time: Makes the wall clock show virtual time.
        sleep: Makes `time.sleep` wait in it.
    """

    def __init__(
        self, region: str, interceptor: Interceptor, time: HostTime, sleep: VirtualSleep
    ) -> None:
        self._region = region
        self._interceptor = interceptor
        self._time = time
        self._sleep = sleep
        self._exit = ExitStack()

    def start(self, at: Instant) -> None:
        """Change everything, or nothing if any of it fails; the clock shows *at*."""
        with ExitStack() as stack:

            def change(start: Callable[[], None], stop: Callable[[], None]) -> None:
                start()
                stack.callback(stop)

            for part in (Environment(variables(self._region)), DefaultSession(), Stopwatches()):
                change(part.start, part.stop)
            change(self._interceptor.install, self._interceptor.uninstall)
            change(lambda: self._time.start(at), self._time.stop)
            change(self._sleep.start, self._sleep.stop)
            self._exit = stack.pop_all()

    def show(self, at: Instant) -> None:
        """Let the clock show *at*."""
        self._time.show(at)

    @contextmanager
    def real_time(self, now: Callable[[], Instant]) -> Iterator[None]:
        """Give the block real time and real sleep; behind it the clock shows *now* again."""
        self._sleep.stop()
        self._time.stop()
        try:
            yield
        finally:
            self._time.start(now())
            self._sleep.start()

    def stop(self) -> None:
        """Put everything back, whatever happens on the way."""
        self._exit.close()
