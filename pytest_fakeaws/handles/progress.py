"""Progress: how far a long advance has come, for whoever looks at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeAlias

from pytest_fakeaws.sim.instants import Instant, timer
from pytest_fakeaws.wire.real_time import real_time

Show: TypeAlias = Callable[[str], None]
"""Shows a line in place of the one before; an empty one is the end."""

AFTER = 1.0
"""Seconds of real time before anything is shown."""

EVERY = 0.2
"""Seconds of real time between one line and the next."""

_TICKS = 64
"""Instants between two looks at the real clock."""


class Progress:
    """Watches the clock of a fake go on, and shows how far it is.

    Args:
        on_tick: What else is called with each new instant.
        show: Where to show it.
        read: Reads real time, in seconds.
    """

    def __init__(
        self, on_tick: Callable[[Instant], None], show: Show, read: Callable[[], float] = real_time
    ) -> None:
        self._on_tick = on_tick
        self._show = show
        self._read = read
        self._ticks = 0
        self._from: Instant = 0
        self._to: Instant | None = None
        self._next: float | None = None
        self._shown = False

    def tick(self, when: Instant) -> None:
        """Time has gone on to *when*."""
        self._on_tick(when)
        self._ticks += 1
        if not self._ticks % _TICKS and self._next is not None and self._read() >= self._next:
            self._next = self._read() + EVERY
            self._shown = True
            self._show(self._line(when))

    def _line(self, when: Instant) -> str:
        target = f" of {timer(self._to - self._from)}" if self._to is not None else ""
        return f"fakeaws: {timer(when - self._from)}{target}, {self._ticks:,} instants"

    @contextmanager
    def towards(self, now: Instant, target: Instant | None) -> Iterator[None]:
        """Watch while the block lets time pass from *now* to *target*, if that is known."""
        self._from, self._to, self._ticks = now, target, 0
        self._next = self._read() + AFTER
        try:
            yield
        finally:
            self._next = None
            if self._shown:
                self._shown = False
                self._show("")


def towards(
    progress: Progress | None, now: Instant, target: Instant | None
) -> AbstractContextManager[None]:
    """The same where there may be nobody to show it to."""
    return nullcontext() if progress is None else progress.towards(now, target)
