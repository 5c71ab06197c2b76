"""The host: everything of this process that a fake changes, and puts back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from pytest_fakeaws.sim.instants import Instant
from pytest_fakeaws.wire.environment import Environment, variables
from pytest_fakeaws.wire.freezes import Freezes
from pytest_fakeaws.wire.identity import DefaultSession
from pytest_fakeaws.wire.inheritance import Inheritance
from pytest_fakeaws.wire.interceptor import Interceptor
from pytest_fakeaws.wire.log_records import LogRecords
from pytest_fakeaws.wire.stopwatches import Stopwatches
from pytest_fakeaws.wire.waits import Waits
from pytest_fakeaws.wire.web import Web


class Host:
    """The process around a fake: who calls, where calls go, what the clock shows.

    Args:
        region: The region of clients that name none.
        interceptor: Answers calls.
        time: Makes the wall clock show virtual time, and lets the user's own freezes turn it.
        waits: Makes what waits wait in it.
        web: Answers for addresses of AWS.
        records: Lets handlers hear what they log.
    """

    def __init__(
        self,
        region: str,
        interceptor: Interceptor,
        time: Freezes,
        waits: Waits,
        web: Web,
        *,
        records: LogRecords,
    ) -> None:
        self._region = region
        self._interceptor = interceptor
        self._time = time
        self._waits = waits
        self._web = web
        self._records = records
        self._exit = ExitStack()

    def start(self, at: Instant) -> None:
        """Change everything, or nothing if any of it fails; the clock shows *at*."""
        with ExitStack() as stack:

            def change(start: Callable[[], None], stop: Callable[[], None]) -> None:
                start()
                stack.callback(stop)

            for part in (
                Environment(variables(self._region)),
                Inheritance(),
                DefaultSession(),
                Stopwatches(),
                self._records,
            ):
                change(part.start, part.stop)
            change(self._interceptor.install, self._interceptor.uninstall)
            change(self._web.install, self._web.uninstall)
            change(lambda: self._time.start(at), self._time.stop)
            change(self._waits.start, self._waits.stop)
            self._exit = stack.pop_all()

    def show(self, at: Instant) -> None:
        """Let the clock show *at*."""
        self._time.show(at)

    @contextmanager
    def real_time(self) -> Iterator[None]:
        """Give the block real time and real waits."""
        self._waits.stop()
        try:
            with self._time.real():
                yield
        finally:
            self._waits.start()

    def stop(self) -> None:
        """Put everything back, whatever happens on the way."""
        self._exit.close()
