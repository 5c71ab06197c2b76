"""Faults of runs: what can happen to a handler, or to a consumer that was spawned."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption
from pytest_fakeaws.faults.inside import Mishap, Moment, RunPoint, Stumble, never
from pytest_fakeaws.faults.rules import Ambush, Strike
from pytest_fakeaws.faults.wordings import INVOCATION_THROTTLE
from pytest_fakeaws.handles.fault import Fault
from pytest_fakeaws.handles.fault_maker import FaultMaker, Length, of
from pytest_fakeaws.handles.fault_options import Often, RunOptions, check_keywords
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.options import check_number
from pytest_fakeaws.handles.process import Process, name_of
from pytest_fakeaws.journal.wording import ordinal
from pytest_fakeaws.sim.instants import duration

if TYPE_CHECKING:
    from typing_extensions import Unpack

__tracebackhide__ = HIDE_FROM_TRACEBACK

Runner: TypeAlias = "Function | Process | Callable[..., object] | str"
"""Who runs: a function or its name, a spawned consumer, or the code of consumers."""


class RunFaults(FaultMaker):
    """Lets functions and consumers stumble."""

    def crash(
        self, who: Runner, *, restart: Length | None = None, **options: Unpack[RunOptions]
    ) -> Fault:
        """Let a function's runtime, or a consumer that was spawned, end at once.

        Args:
            who: A function or its name; a process of `spawn`; or the code of such processes, spawned or yet
                to be.
            restart: After how long a consumer is started again; never unless given.
            options: At which point, `before_call=`, `after_calls=` or `after_return=`, and how often. A run that
                comes to this point is an occasion. A function crashes before it starts unless given.

        Raises:
            UnknownOption: A consumer cannot be told to crash there, or there is no such keyword.
        """
        after = None if restart is None else duration(restart)
        return self._trip("crash", who, Stumble(Mishap.CRASH, never, restart=after), options)

    def hang(self, who: Runner, **options: Unpack[RunOptions]) -> Fault:
        """Let a function do nothing more until its time-out ends it, or a consumer for ever.

        Args:
            who: As for `crash`.
            options: At which point, and how often, as for `crash`.

        Raises:
            UnknownOption: A consumer cannot be told to hang there, or there is no such keyword.
        """
        return self._trip("hang", who, Stumble(Mishap.HANG, never), options)

    def stall(self, who: Runner, *, by: Length, **options: Unpack[RunOptions]) -> Fault:
        """Let a function or a consumer be slow at a point.

        Args:
            who: As for `crash`.
            by: For how long it does nothing, in virtual time.
            options: At which point, and how often, as for `crash`.

        Raises:
            UnknownOption: A consumer cannot be told to stall there, or there is no such keyword.
        """
        return self._trip("stall", who, Stumble(Mishap.STALL, never, by=duration(by)), options)

    def throttle_function(self, function: Function | str, **options: Unpack[Often]) -> Fault:
        """Let invocations of a function be throttled, whoever asks for them: clients, mappings, events.

        Args:
            function: Which function.
            options: How often.

        Raises:
            UnknownOption: There is no such keyword.
        """
        check_keywords("throttle_function", options)
        arn = self._function(function).arn
        rule = self._rule("throttle_function", "throttled", of(arn), options)
        return self._add("admission", Strike(rule, INVOCATION_THROTTLE))

    def _trip(
        self, method: str, who: Runner, stumble: Stumble, options: Mapping[str, Any]
    ) -> Fault:
        check_keywords(method, options, RunOptions)
        runner = self._function(who) if isinstance(who, str) else who
        moment, count = _point(method, options)
        if not isinstance(runner, Function) and moment not in _OF_CONSUMERS:
            raise UnknownOption(
                f"faults.{method}() cannot let a consumer stumble {_PLACES[moment]}.",
                "It has neither a handler nor a batch; what counts are its calls of AWS.",
                "Say which: before_call=1 or after_calls=1. Process.kill() ends it at any instant.",
            )
        told = f"{stumble.mishap.value} {_PLACES[moment].format(ordinal(count))}"
        rule = self._rule(method, told, _runs(runner), options)
        ambush = Ambush(rule, stumble, frozenset({moment}), count)
        for consumer in self._cloud().consumers:
            consumer.attend(ambush)
        return self._add("run", ambush)


_OF_CONSUMERS = (Moment.CALLING, Moment.CALLED)
_PLACES = {
    Moment.STARTED: "before it starts",
    Moment.CALLING: "before its {} call",
    Moment.CALLED: "after its {} call",
    Moment.RETURNED: "after it returned",
}


def _point(method: str, options: Mapping[str, Any]) -> tuple[Moment, int]:
    """The moment that the options name, and which of these moments it is."""
    named = [name for name in ("before_call", "after_calls", "after_return") if options.get(name)]
    if len(named) > 1:
        raise UnknownOption(
            f"faults.{method}() was told of several points.",
            f"They are: {', '.join(named)}.",
            "Ask for a fault for each of them.",
        )
    if not named:
        return Moment.STARTED, 1
    if named == ["after_return"]:
        return Moment.RETURNED, 1
    (name,) = named
    check_number(name, options[name])
    return (Moment.CALLING if name == "before_call" else Moment.CALLED), options[name]


def _runs(who: Function | Process | Callable[..., object]) -> Callable[[RunPoint], bool]:
    """Whether a run is one of *who*; the code of consumers has as many as are spawned."""
    if isinstance(who, Function):
        return of(who.arn)
    if isinstance(who, Process):
        return lambda point: point.target == who.name
    pattern = re.compile(re.escape(name_of(who)) + r"(-\d+)?")
    return lambda point: pattern.fullmatch(point.target) is not None
