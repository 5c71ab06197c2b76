"""Threads that outlive the fake they were started in: they reach neither the network nor the next fake."""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakKeyDictionary

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnansweredCall
from pytest_fakeaws.wire.emitter import EmitterPatch
from pytest_fakeaws.wire.emitting import Emit, Method
from pytest_fakeaws.wire.patches import Patches

__tracebackhide__ = HIDE_FROM_TRACEBACK

_REFUSALS_BEFORE_THE_END = 100

_left: WeakKeyDictionary[threading.Thread, int] = WeakKeyDictionary()
"""The threads that were left, and how often each was refused."""


class ThreadEnded(SystemExit):
    """Ends a thread that waits for virtual time when its fake stops."""


class SilentEnds:
    """Lets threads that we end go without a report."""

    def __init__(self) -> None:
        self._patches = Patches()

    def start(self) -> None:
        """Report others only from now on."""
        report = threading.excepthook

        def report_others(args: threading.ExceptHookArgs) -> None:
            if not issubclass(args.exc_type, ThreadEnded):
                report(args)

        self._patches.replace(threading, "excepthook", report_others)

    def stop(self) -> None:
        """Put back what reported all."""
        self._patches.undo()


class Stragglers:
    """Refuses the calls of threads that were left over, also while no fake is active."""

    _patch: EmitterPatch | None = None
    _silence = SilentEnds()

    @classmethod
    def add(cls, threads: list[threading.Thread]) -> None:
        """Refuse these from now on."""
        for thread in threads:
            _left.setdefault(thread, 0)

    @classmethod
    def watch(cls) -> None:
        """Stand between them and the network, if there are any."""
        if any(thread.is_alive() for thread in _left):
            cls._patch = EmitterPatch(_refusing)
            cls._patch.install()
            cls._silence.start()

    @classmethod
    def leave(cls) -> None:
        """Stand there no longer: a fake begins, and refuses them itself."""
        if cls._patch is not None:
            cls._silence.stop()
            cls._patch.uninstall()
            cls._patch = None


def is_left(thread: threading.Thread) -> bool:
    """Whether *thread* outlived the fake that it was started in."""
    return thread in _left


def forgive() -> None:
    """Let the current thread call again: it has been given something new to do."""
    _left.pop(threading.current_thread(), None)


def refuse_straggler(event_name: str) -> None:
    """Refuse the current thread if it is one.

    Raises:
        UnansweredCall: It is.
        ThreadEnded: It has been told often enough.
    """
    thread = threading.current_thread()
    if thread not in _left:
        return
    _left[thread] += 1
    if _left[thread] > _REFUSALS_BEFORE_THE_END:
        raise ThreadEnded(f"{thread.name} outlived its test.")
    _, service, operation = event_name.split(".")
    raise UnansweredCall(
        f'The thread "{thread.name}" called {service}:{operation} after its test was over.',
        "It was started while a fake was active, and that fake has stopped.",
        "Stop and join it before the test ends, or let fakeaws.spawn() run its loop: that ends with the test.",
    )


def _refusing(original: Emit) -> Method:
    def emit(emitter: Any, event_name: str, **arguments: Any) -> Any:
        __tracebackhide__ = True
        if event_name.startswith("before-parameter-build."):
            refuse_straggler(event_name)
        return original(emitter, event_name, arguments)

    return emit
