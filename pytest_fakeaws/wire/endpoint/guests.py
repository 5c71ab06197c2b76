"""The guests: whoever is calling from outside the process, as far as time is concerned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.stragglers import ThreadEnded
from pytest_fakeaws.wire.threads import Threads


class Guests:
    """Keeps time still while somebody is being answered, and for a moment after.

    A process outside takes real time for what it does with an answer. Without that moment the clock would
    have gone on before it could do anything.

    Args:
        threads: Those of the process.
        moment: How many real seconds.
    """

    def __init__(self, threads: Threads, moment: float) -> None:
        self._threads = threads
        self._moment = moment
        self._until = 0.0
        self._open = True

    def open(self) -> None:
        """Let them in."""
        self._threads.expects_guests = self._are_expected

    def close(self) -> None:
        """Let nobody in any more."""
        self._open = False
        self._threads.expects_guests = lambda: False

    @contextmanager
    def one(self) -> Iterator[None]:
        """The current thread answers somebody in the block.

        Raises:
            ThreadEnded: Nobody is let in any more.
        """
        if not self._open:
            raise ThreadEnded("The endpoint has stopped.")
        try:
            with self._threads.guest():
                yield
        finally:
            self._until = real_time() + self._moment
            self._threads.stir()

    @property
    def present(self) -> int:
        """How many there are."""
        return self._threads.guests

    def send_home(self) -> None:
        """End the waits of those that are there."""
        self._threads.see_guests_out()

    def _are_expected(self) -> bool:
        return real_time() < self._until
