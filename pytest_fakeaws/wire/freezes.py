"""The user's own freezes and travels, around a fake and inside it.

The process shows what the innermost clock shows. Our own lies between the user's clocks that were there
before the fake and those that begin inside it. When virtual time moves, every clock of the user's moves
along, so each keeps its distance from it. When the user moves a clock forward, virtual time moves by as
much, and takes the clock with it; backward, the clock alone moves. Real ticking only changes what is
shown.

For this the libraries' classes are hooked while a fake is active: `start` and `stop` of freezes and
travels, and the methods that move a clock.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.sim.instants import Duration, Instant
from pytest_fakeaws.wire.clock_libraries import LIBRARIES, ClockLibrary, Nanoseconds
from pytest_fakeaws.wire.host_time import HostTime, RealTime
from pytest_fakeaws.wire.imports import ImportWatch

__tracebackhide__ = HIDE_FROM_TRACEBACK


@dataclass(eq=False)
class _UserClock:
    """A clock of the user's.

    Attributes:
        library: Whose clock it is.
        clock: The library's object.
        starter: The freeze or travel that began it inside the fake; `None` if it was there before.
        borrowed: How far virtual time has moved it, beyond what the user asked of it.
    """

    library: ClockLibrary
    clock: Any
    starter: Any = None
    borrowed: Duration = 0

    def follow(self, moved: Duration) -> None:
        self.library.follow(self.clock, moved * 1_000)
        self.borrowed += moved

    def give_back(self) -> None:
        self.library.follow(self.clock, -self.borrowed * 1_000)


class Freezes:
    """What the process's clock shows, with the user's own freezes and travels.

    Args:
        means: Makes the clock show virtual time.
        sleep: Waits in virtual time.
        applies: Whether the current thread lives in virtual time.
        rebase: Asked to start the simulation at another instant; says whether it does.
    """

    def __init__(
        self,
        means: HostTime,
        sleep: Callable[[Duration], None],
        applies: Callable[[], bool],
        rebase: Callable[[Instant], bool],
    ) -> None:
        self._means = means
        self._sleep = sleep
        self._applies = applies
        self._rebase = rebase
        self._at: Instant = 0
        self._offset: Duration = 0
        self._clocks: list[_UserClock] = []
        self._replaced: list[tuple[type[Any], str, Any]] = []
        self._in_library: set[int] = set()
        libraries = () if isinstance(means, RealTime) else LIBRARIES
        self._watches = [
            ImportWatch(library.module, functools.partial(self._hook, library))
            for library in libraries
        ]

    # From start to stop

    def start(self, at: Instant) -> None:
        """Show *at*, and only what `show` and the user say from now on."""
        self._at = at
        self._offset = 0
        self._clocks = []
        self._means.start(at)
        for watch in self._watches:
            watch.start()

    def show(self, at: Instant) -> None:
        """Show *at*; the user's clocks keep their distance from it."""
        moved, self._at = at - self._at, at
        self._means.show(at + self._offset)
        for clock in self._clocks:
            clock.follow(moved)

    def stop(self) -> None:
        """Show what the process would show without us."""
        self._unhook()
        with self._lifted():
            self._means.stop()
        for clock in reversed(self._clocks):
            clock.give_back()
        self._clocks = []

    @contextmanager
    def real(self) -> Iterator[None]:
        """Show in the block what was shown before the fake; freezes that began inside it are off."""
        self._unhook()
        try:
            with self._lifted():
                self._means.stop()
                try:
                    yield
                finally:
                    self._means.start(self._at + self._offset)
        finally:
            for watch in self._watches:
                watch.start()

    @contextmanager
    def _lifted(self) -> Iterator[None]:
        """Take the clocks that began inside the fake off, for libraries end the innermost only."""
        lifted = [clock for clock in self._clocks if clock.starter is not None]
        for clock in reversed(lifted):
            clock.starter.stop()
        try:
            yield
        finally:
            for clock in lifted:
                clock.starter.start()
                clock.library.clocks()[-1] = clock.clock  # the user holds this one

    # Hooks

    def _hook(self, library: ClockLibrary) -> None:
        known = [clock.clock for clock in self._clocks]
        self._clocks += [
            _UserClock(library, clock)
            for clock in library.clocks()
            if clock is not self._means.clock and not any(clock is one for one in known)
        ]
        self._replace(library.starter(), "start", functools.partial(self._start_clock, library))
        self._replace(library.starter(), "stop", functools.partial(self._stop_clock, library))
        for kind, name in library.moves():
            self._replace(kind, name, self._move)
        for kind, name in library.reads():
            self._replace(kind, name, self._read)

    def _replace(self, kind: type[Any], name: str, hook: Callable[..., Any]) -> None:
        original = getattr(kind, name)

        @functools.wraps(original)
        def hooked(itself: Any, *args: Any, **kwargs: Any) -> Any:
            return hook(original, itself, *args, **kwargs)

        self._replaced.append((kind, name, original))
        setattr(kind, name, hooked)

    def _unhook(self) -> None:
        for watch in self._watches:
            watch.stop()
        while self._replaced:
            setattr(*self._replaced.pop())

    def _start_clock(
        self, library: ClockLibrary, original: Callable[[Any], Any], starter: Any
    ) -> Any:
        clock = original(starter)
        at = library.base(clock) // 1_000
        if self._applies() and self._rebase(at):
            self._at, self._offset = at, 0
            self._means.show(at)
        self._clocks.append(_UserClock(library, clock, starter))
        return clock

    def _stop_clock(
        self, library: ClockLibrary, original: Callable[[Any], None], starter: Any
    ) -> None:
        ends = library.clocks()[-1]
        if ends is not self._means.clock:
            self._forget(ends)
            original(starter)
            return
        with self.real():  # an outer one ends before us: the library would end ours in its place
            self._forget(library.clocks()[-1])
            original(starter)

    def _forget(self, ended: Any) -> None:
        self._clocks = [clock for clock in self._clocks if clock.clock is not ended]

    def _read(self, original: Callable[[Any], Any], clock: Any) -> Any:
        with self._inside_library():
            return original(clock)

    def _move(self, original: Callable[..., Any], clock: Any, *args: Any, **kwargs: Any) -> Any:
        user = next((user for user in self._clocks if user.clock is clock), None)
        if user is None or threading.get_ident() in self._in_library:
            return original(clock, *args, **kwargs)
        before = user.library.base(clock)
        with self._inside_library():
            answer = original(clock, *args, **kwargs)
        moved = user.library.base(clock) - before
        self._moved(user, moved, set_anew=original.__name__ == "move_to")
        return answer

    @contextmanager
    def _inside_library(self) -> Iterator[None]:
        """Methods of the library may call each other in the block."""
        thread = threading.get_ident()
        nested = thread in self._in_library
        self._in_library.add(thread)
        try:
            yield
        finally:
            if not nested:
                self._in_library.discard(thread)

    def _moved(self, user: _UserClock, by: Nanoseconds, *, set_anew: bool) -> None:
        if by > 0 and self._applies():
            user.library.shift(user.clock, -by)
            length, rest = divmod(by, 1_000)
            self._sleep(length)
            user.library.shift(user.clock, rest)
            user.library.restart(user.clock, set_anew=set_anew)
            user.borrowed -= length
        elif user.starter is None:
            self._offset += by // 1_000
            self._means.show(self._at + self._offset)
        if set_anew:
            user.borrowed = 0
