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
from pytest_fakeaws.handles.fault_options import Often, check_keywords
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.options import check_number
from pytest_fakeaws.handles.process import Process, name_of
from pytest_fakeaws.journal.wording import ordinal
from pytest_fakeaws.sim.instants import duration

if TYPE_CHECKING:
    from typing_extensions import Unpack

__tracebackhide__ = HIDE_FROM_TRACEBACK

Runner: TypeAlias = "Function | Process | Callable[..., object] | str"
"""Who runs: a function or its name, a spawned consumer, or the code of consumers yet to be spawned."""


class RunFaults(FaultMaker):
    """Lets functions and consumers stumble."""

    def crash(
        self,
        who: Runner,
        *,
        after_calls: int = 0,
        after_return: bool = False,
        restart: Length | None = None,
        **options: Unpack[Often],
    ) -> Fault:
        """Let a function's runtime, or a consumer that was spawned, end at once.

        Args:
            who: A function or its name; a process of `spawn`; or the code of processes yet to be spawned.
            after_calls: After how many calls of AWS, which have taken effect; before it starts unless given.
            after_return: After its handler has returned, before its batch is deleted.
            restart: After how long a consumer is started again; never unless given.
            options: How often; a run that comes to this point is an occasion.

        Raises:
            UnknownOption: A consumer cannot be told to crash there, or there is no such keyword.
        """
        stumble = Stumble(
            Mishap.CRASH, never, restart=None if restart is None else duration(restart)
        )
        return self._trip("crash", who, stumble, after_calls, options, after_return=after_return)

    def hang(
        self,
        who: Runner,
        *,
        after_calls: int = 0,
        after_return: bool = False,
        **options: Unpack[Often],
    ) -> Fault:
        """Let a function do nothing more until its time-out ends it, or a consumer for ever.

        Args:
            who: As for `crash`.
            after_calls: After how many calls of AWS; before it starts unless given.
            after_return: After its handler has returned, before its batch is deleted.
            options: How often.

        Raises:
            UnknownOption: A consumer cannot be told to hang there, or there is no such keyword.
        """
        stumble = Stumble(Mishap.HANG, never)
        return self._trip("hang", who, stumble, after_calls, options, after_return=after_return)

    def stall(
        self,
        who: Runner,
        *,
        by: Length,
        after_calls: int = 0,
        after_return: bool = False,
        **options: Unpack[Often],
    ) -> Fault:
        """Let a function or a consumer be slow at a point.

        Args:
            who: As for `crash`.
            by: For how long it does nothing, in virtual time.
            after_calls: After how many calls of AWS; before it starts unless given.
            after_return: After its handler has returned, before its batch is deleted.
            options: How often.

        Raises:
            UnknownOption: A consumer cannot be told to stall there, or there is no such keyword.
        """
        stumble = Stumble(Mishap.STALL, never, by=duration(by))
        return self._trip("stall", who, stumble, after_calls, options, after_return=after_return)

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
        self,
        method: str,
        who: Runner,
        stumble: Stumble,
        after_calls: int,
        options: Mapping[str, Any],
        *,
        after_return: bool,
    ) -> Fault:
        check_keywords(method, options)
        runner = self._function(who) if isinstance(who, str) else who
        if after_calls:
            check_number("after_calls", after_calls)
        if not isinstance(runner, Function) and (after_return or after_calls < 1):
            raise UnknownOption(
                f"faults.{method}() can let a consumer stumble after a call only.",
                f"after_calls={after_calls}, after_return={after_return}; it has neither handler nor batch.",
                "Say after how many calls: after_calls=1. Process.kill() ends it at any instant.",
            )
        moment = _moment(after_calls, after_return=after_return)
        told = f"{stumble.mishap.value} {_PLACES[moment]}"
        if after_calls > 1:
            told += f", the {ordinal(after_calls)}"
        rule = self._rule(method, told, _runs(runner), options)
        ambush = Ambush(rule, stumble, frozenset({moment}), max(after_calls, 1))
        if isinstance(runner, Process):
            runner.attend(ambush)
        return self._add("run", ambush)


_PLACES = {
    Moment.STARTED: "before it starts",
    Moment.CALLED: "after a call",
    Moment.RETURNED: "after it returned",
}


def _moment(after_calls: int, *, after_return: bool) -> Moment:
    if after_return:
        return Moment.RETURNED
    return Moment.CALLED if after_calls else Moment.STARTED


def _runs(who: Function | Process | Callable[..., object]) -> Callable[[RunPoint], bool]:
    """Whether a run is one of *who*; the code of consumers has as many as are spawned."""
    if isinstance(who, Function):
        return of(who.arn)
    if isinstance(who, Process):
        return lambda point: point.target == who.name
    pattern = re.compile(re.escape(name_of(who)) + r"(-\d+)?")
    return lambda point: pattern.fullmatch(point.target) is not None
