"""The gate: only one thread at a time is inside the simulation."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from weakref import WeakSet


class Gate:
    """A lock that is held while the simulation runs, and let go while user code does.

    Attributes:
        inside: `with gate.inside:` goes into the simulation from user code.
        outside: `with gate.outside:` lets user code run from within.
        owner: The thread that the fake was started in.
    """

    def __init__(self) -> None:
        self.inside = threading.RLock()  # a finalizer may call while its thread is inside
        self.outside = _Outside(self.inside)
        self.owner = threading.get_ident()
        _gates.add(self)

    @property
    def is_home(self) -> bool:
        """Whether the current thread is the one that the fake was started in."""
        return threading.get_ident() == self.owner


class _Outside:
    """Lets go of the lock inside the block."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.release()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.acquire()


_gates: WeakSet[Gate] = WeakSet()
_held_for_fork: list[Gate] = []


def _hold_all() -> None:
    """Let no other thread be inside while the process forks.

    The child has a copy of the simulation but not of that thread: it would find the gate shut for good,
    and the simulation half-way through something.
    """
    for gate in list(_gates):
        gate.inside.acquire()
        _held_for_fork.append(gate)


def _let_go_of_all() -> None:
    while _held_for_fork:
        _held_for_fork.pop().inside.release()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_hold_all, after_in_parent=_let_go_of_all, after_in_child=_let_go_of_all
    )
