"""Child processes of asyncio's loops: while somebody awaits one, virtual time stands still.

A child lives in real time, so whatever it takes is no virtual time at all, as with `subprocess.run`.

Taken from asyncio beyond its documented API: `BaseSubprocessTransport` with `_loop`, `_returncode`,
`_exit_waiters` and `_protocol`, and `StreamReader._waiter`.
"""

from __future__ import annotations

from asyncio.base_subprocess import BaseSubprocessTransport
from typing import Any
from weakref import WeakSet

from pytest_fakeaws.wire.patches import Patches


class Children:
    """The child processes that loops start meanwhile."""

    def __init__(self) -> None:
        self._transports: WeakSet[Any] = WeakSet()
        self._patches = Patches()

    def start(self) -> None:
        """Note each that is started from now on."""
        begin = vars(BaseSubprocessTransport)["__init__"]

        def noted(transport: Any, *args: Any, **kwargs: Any) -> None:
            self._transports.add(transport)
            begin(transport, *args, **kwargs)

        self._patches.replace(BaseSubprocessTransport, "__init__", noted)

    def stop(self) -> None:
        """Note them no more."""
        self._patches.undo()

    def awaited(self, loop: Any) -> bool:
        """Whether a task of *loop* waits for the end or for the output of a child."""
        return any(child._loop is loop and _is_awaited(child) for child in self._transports)


def _is_awaited(child: Any) -> bool:
    if any(not waiter.done() for waiter in child._exit_waiters or ()):
        return True
    readers = (getattr(child._protocol, name, None) for name in ("stdout", "stderr"))
    return child._returncode is None and any(
        reader is not None and reader._waiter is not None for reader in readers
    )
