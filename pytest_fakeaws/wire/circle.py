"""The threads that concern a fake: its own, and those beside it that live in its time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary, WeakSet

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK
from pytest_fakeaws.wire.stragglers import forgive, refuse_straggler
from pytest_fakeaws.wire.tools import TOOLS, OwnThread, package

__tracebackhide__ = HIDE_FROM_TRACEBACK


class Circle:
    """Tells the threads that were started while a fake is active, or have called it, from others.

    Attributes:
        owner: The thread that the fake lives on.
    """

    def __init__(self) -> None:
        self.owner = threading.current_thread()
        self._before = WeakSet(threading.enumerate())
        self._tools: WeakKeyDictionary[threading.Thread, bool] = WeakKeyDictionary()
        self._guests: dict[threading.Thread, None] = {}

    def has_current(self) -> bool:
        """Whether the current thread lives in virtual time."""
        thread = threading.current_thread()
        return thread is self.owner or self._knows(thread)

    def greet(self, event_name: str) -> None:
        """Know the current thread from now on: it calls AWS.

        Raises:
            UnansweredCall: It was left over from a fake before.
        """
        refuse_straggler(event_name)
        self.enter()

    def adopt(self) -> None:
        """The current thread begins to work for one that we know, whatever it did before."""
        forgive()
        self.enter()

    def enter(self) -> None:
        """Know the current thread from now on."""
        self._before.discard(threading.current_thread())

    @contextmanager
    def guest(self) -> Iterator[None]:
        """Know the current thread, whosever it is, in the block: it does something for somebody outside."""
        thread = threading.current_thread()
        self._guests[thread] = None
        try:
            yield
        finally:
            del self._guests[thread]

    @property
    def guests(self) -> list[threading.Thread]:
        """The threads that do something for somebody outside, the first to come first."""
        return list(self._guests)

    def others(self) -> list[threading.Thread]:
        """The threads that concern the fake, but for its own."""
        return [
            thread
            for thread in threading.enumerate()
            if thread is not self.owner and self._knows(thread)
        ]

    def strangers_and_others(self) -> list[threading.Thread]:
        """All threads that run code of the user's or of libraries, but for the fake's own."""
        return [
            thread
            for thread in threading.enumerate()
            if thread is not self.owner and (thread in self._guests or not self._is_a_tool(thread))
        ]

    def _knows(self, thread: threading.Thread) -> bool:
        if thread in self._guests:
            return True
        return thread not in self._before and not self._is_a_tool(thread)

    def _is_a_tool(self, thread: threading.Thread) -> bool:
        answer = self._tools.get(thread)
        if answer is None:
            makers = (
                type(thread),
                getattr(thread, "_target", None),
                getattr(thread, "function", None),
            )
            answer = self._tools[thread] = isinstance(thread, OwnThread) or any(
                package(maker) in TOOLS for maker in makers
            )
        return answer
