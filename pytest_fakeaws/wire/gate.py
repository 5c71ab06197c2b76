"""The gate: only one thread at a time is inside the simulation."""

from __future__ import annotations

import threading
from types import TracebackType


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
