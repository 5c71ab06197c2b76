"""The host's wall clock: it shows virtual time while a fake is active.

freezegun and time-machine do the work. `monotonic` and `perf_counter` stay real, so that what measures
real time goes on doing so: pytest's durations, timeouts, profilers. `time.ctime()` and `asctime()` without
an argument stay real too, and `clock_gettime` under freezegun: the libraries do not know them.

Taken from freezegun beyond its documented API: `undo_changes` of a freezer, `time_to_freeze` of what it
returns, and of `freezegun.api` `real_*`, `tz_offsets` and `ignore_lists`. From time-machine:
`_destination_timestamp_ns` of a traveller.
"""

from __future__ import annotations

import datetime as dt
import time
from importlib.util import find_spec
from typing import Any, Literal, Protocol, TypeAlias, get_args

from pytest_fakeaws.errors import UnknownOption, closest
from pytest_fakeaws.sim.instants import Instant, to_datetime
from pytest_fakeaws.wire.clock_libraries import is_frozen

HostTimeName: TypeAlias = Literal["auto", "freezegun", "time-machine", "off"]

REAL_TIME_MODULES = (
    "_pytest.timing",
    "pytest_timeout",
    "xdist",
    "execnet",
    "faulthandler",
    "waitress",
)
"""Modules that measure the run itself and stay on real time.

All of `_pytest` would be too much: freezegun looks some frames up, and finds pytest above every test.
"""

_MONOTONIC = ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


class HostTime(Protocol):
    """A way to make the process's wall clock show an instant.

    Attributes:
        clock: The library's object that holds what is shown, once started.
    """

    clock: Any

    def start(self, at: Instant) -> None:
        """Show *at*, and only what `show` says from now on."""

    def show(self, at: Instant) -> None:
        """Show *at*."""

    def stop(self) -> None:
        """Show real time again."""


def host_time(name: HostTimeName) -> HostTime:
    """The way called *name*.

    `auto` is freezegun where a freeze is already active, for time-machine refuses to start then; else
    time-machine where it is installed; else freezegun.

    Raises:
        UnknownOption: There is no such way.
    """
    if name not in get_args(HostTimeName):
        raise UnknownOption(
            f"host_time={name!r} does not exist.",
            "There are: " + ", ".join(get_args(HostTimeName)) + ".",
            closest(str(name), get_args(HostTimeName)),
        )
    if name == "auto":
        machine = not is_frozen() and find_spec("time_machine") is not None
        name = "time-machine" if machine else "freezegun"
    ways: dict[str, type[HostTime]] = {
        "freezegun": Freezegun,
        "time-machine": TimeMachine,
        "off": RealTime,
    }
    return ways[name]()


class RealTime:
    """Leaves the host's clock alone."""

    clock: Any = None

    def start(self, at: Instant) -> None:
        """Do nothing."""

    def show(self, at: Instant) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class TimeMachine:
    """Shows virtual time through time-machine."""

    clock: Any = None

    def start(self, at: Instant) -> None:
        """Show *at*, and only what `show` says from now on."""
        import time_machine

        self._travel = time_machine.travel(_elsewhere(at), tick=False)
        self.clock = self._travel.start()

    def show(self, at: Instant) -> None:
        """Show *at*."""
        self.clock._destination_timestamp_ns = at * 1_000

    def stop(self) -> None:
        """Show real time again."""
        self._travel.stop()


_ELSEWHERE = dt.timezone(dt.timedelta(hours=1))


def _elsewhere(at: Instant) -> dt.datetime:
    """The instant in a zone that has no name: from UTC, time-machine would set the process's zone."""
    return to_datetime(at).astimezone(_ELSEWHERE)


class Freezegun:
    """Shows virtual time through freezegun."""

    clock: Any = None

    def start(self, at: Instant) -> None:
        """Show *at*, and only what `show` says from now on."""
        import freezegun
        from freezegun import api

        inner = is_frozen()
        self._freezer: Any = freezegun.freeze_time(
            to_datetime(at),
            tz_offset=api.tz_offsets[-1] if inner else 0,
            ignore=[*REAL_TIME_MODULES, *(api.ignore_lists[-1] if inner else ())],
        )
        self.clock = self._freezer.start()
        if not inner:
            self._leave_monotonic_real()

    def show(self, at: Instant) -> None:
        """Show *at*."""
        self.clock.time_to_freeze = to_datetime(at).replace(tzinfo=None)

    def stop(self) -> None:
        """Show real time again."""
        self._freezer.stop()

    def _leave_monotonic_real(self) -> None:
        import freezegun.api

        real = {getattr(freezegun.api, f"real_{name}"): name for name in _MONOTONIC}
        for function, name in real.items():
            setattr(time, name, function)
        for module, name, original in self._freezer.undo_changes:
            if _is_one_of(original, real):
                setattr(module, name, original)


def _is_one_of(value: Any, functions: dict[Any, str]) -> bool:
    try:
        return value in functions
    except TypeError:  # what cannot be hashed is no function
        return False
