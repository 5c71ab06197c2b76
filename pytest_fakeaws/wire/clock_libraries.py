"""freezegun and time-machine as their users know them: the clocks that are active, and how they move.

A clock is what starting a freeze or a travel returns: the `freezer` or traveller of the user. Its base is
what it was set to, without what has ticked since in real time.

Taken from freezegun beyond its documented API: `freezegun.api.freeze_factories`, `_freeze_time`, the three
factories and their `time_to_freeze` and `start`. From time-machine: `traveller_stack` (`coordinates_stack`
in older releases), its class, and its `_destination_timestamp_ns` and `_requested`.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any, Protocol, TypeAlias

from pytest_fakeaws.sim.instants import Instant

Nanoseconds: TypeAlias = int

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - as naive as freezegun's own
_MICROSECOND = dt.timedelta(microseconds=1)


class ClockLibrary(Protocol):
    """A library whose clocks users start, move and stop. All but `module` needs it imported.

    Attributes:
        module: The module whose import brings what is hooked.
    """

    module: str

    def clocks(self) -> list[Any]:
        """The library's own list of the clocks that are active, innermost last."""

    def starter(self) -> type[Any]:
        """The class whose `start` and `stop` begin and end a clock."""

    def moves(self) -> list[tuple[type[Any], str]]:
        """The methods by which users move a clock."""

    def reads(self) -> list[tuple[type[Any], str]]:
        """The methods by which a clock moves itself when it is read."""

    def base(self, clock: Any) -> Nanoseconds:
        """What *clock* was set to."""

    def shift(self, clock: Any, by: Nanoseconds) -> None:
        """Move the base of *clock*."""

    def follow(self, clock: Any, by: Nanoseconds) -> None:
        """Move what *clock* shows, after our own clock and those outside this one have moved."""

    def restart(self, clock: Any, *, set_anew: bool) -> None:
        """Forget what has ticked, if the library does so in a move (that has *set_anew* or not)."""


class Freezegun:
    """Clocks of freezegun's."""

    module = "freezegun.api"

    def clocks(self) -> list[Any]:
        """The library's own list of the clocks that are active, innermost last."""
        clocks: list[Any] = sys.modules[self.module].freeze_factories
        return clocks

    def starter(self) -> type[Any]:
        """The class whose `start` and `stop` begin and end a clock."""
        starter: type[Any] = sys.modules[self.module]._freeze_time
        return starter

    def moves(self) -> list[tuple[type[Any], str]]:
        """The methods by which users move a clock."""
        api = sys.modules[self.module]
        kinds = api.FrozenDateTimeFactory, api.TickingDateTimeFactory, api.StepTickTimeFactory
        return [(kind, name) for kind in kinds for name in ("tick", "move_to")]

    def reads(self) -> list[tuple[type[Any], str]]:
        """The methods by which a clock moves itself when it is read."""
        return [(sys.modules[self.module].StepTickTimeFactory, "__call__")]

    def base(self, clock: Any) -> Nanoseconds:
        """What *clock* was set to."""
        microseconds: int = (clock.time_to_freeze - _EPOCH) // _MICROSECOND
        return microseconds * 1_000

    def shift(self, clock: Any, by: Nanoseconds) -> None:
        """Move the base of *clock*."""
        clock.time_to_freeze += dt.timedelta(microseconds=by // 1_000)

    def follow(self, clock: Any, by: Nanoseconds) -> None:
        """Move what *clock* shows, after our own clock and those outside this one have moved."""
        self.shift(clock, by)
        if _ticks(clock) and is_travelling():  # then what it counts from there has moved by itself
            clock.start += dt.timedelta(microseconds=by // 1_000)

    def restart(self, clock: Any, *, set_anew: bool) -> None:
        """Forget what has ticked, if the library does so in a move (that has *set_anew* or not)."""
        if _ticks(clock):
            clock.start = sys.modules[self.module].real_datetime.now()


def _ticks(clock: Any) -> bool:
    return type(clock).__name__ == "TickingDateTimeFactory"


class TimeMachine:
    """Clocks of time-machine's."""

    module = "time_machine"

    def clocks(self) -> list[Any]:
        """The library's own list of the clocks that are active, innermost last."""
        module = sys.modules[self.module]
        name = "traveller_stack" if hasattr(module, "traveller_stack") else "coordinates_stack"
        clocks: list[Any] = getattr(module, name)
        return clocks

    def starter(self) -> type[Any]:
        """The class whose `start` and `stop` begin and end a clock."""
        starter: type[Any] = sys.modules[self.module].travel
        return starter

    def moves(self) -> list[tuple[type[Any], str]]:
        """The methods by which users move a clock."""
        module = sys.modules[self.module]
        kind = module.Traveller if hasattr(module, "Traveller") else module.Coordinates
        return [(kind, "shift"), (kind, "move_to")]

    def reads(self) -> list[tuple[type[Any], str]]:
        """The methods by which a clock moves itself when it is read."""
        return []

    def base(self, clock: Any) -> Nanoseconds:
        """What *clock* was set to."""
        base: Nanoseconds = clock._destination_timestamp_ns
        return base

    def shift(self, clock: Any, by: Nanoseconds) -> None:
        """Move the base of *clock*."""
        clock._destination_timestamp_ns += by

    follow = shift

    def restart(self, clock: Any, *, set_anew: bool) -> None:
        """Forget what has ticked, if the library does so in a move (that has *set_anew* or not)."""
        if set_anew:
            clock._requested = False


LIBRARIES: tuple[ClockLibrary, ...] = (TimeMachine(), Freezegun())
"""Those that we know, the one whose clocks hide the other's last."""


def is_frozen() -> bool:
    """Whether a freeze of freezegun's is active."""
    return "freezegun" in sys.modules and dt.datetime.__name__ == "FakeDatetime"


def is_travelling() -> bool:
    """Whether a travel of time-machine's is active."""
    hatch = getattr(sys.modules.get("time_machine"), "escape_hatch", None)
    return hatch is not None and hatch.is_travelling()


def instant_shown() -> Instant | None:
    """What the user's innermost clock was set to, if there is one."""
    for active, library in ((is_frozen, Freezegun()), (is_travelling, TimeMachine())):
        if active():
            return library.base(library.clocks()[-1]) // 1_000
    return None
