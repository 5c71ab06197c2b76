"""Workers of `ThreadPoolExecutor`: what they do is the doing of whoever submitted it.

An idle worker waits in `SimpleQueue.get`, where nobody can see it. So what has been submitted and not yet
begun is kept: where there is none of it, a worker that stands in the loop of the pool has nothing to do.

Taken from the standard library beyond its documented API: `concurrent.futures.thread._WorkItem` with its
`__init__` and `run`, the `_threads` of an executor, and that the loop of a worker is the function `_worker`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import thread as pool
from types import FrameType
from typing import Any
from weakref import WeakSet

from pytest_fakeaws.wire.patches import Patches

_LOOP = pool._worker.__code__
_Item = pool._WorkItem


class Pools:
    """Follows work from its submission to its end.

    Args:
        applies: Whether the current thread lives in virtual time.
        adopt: Told, in a worker, that it is about to work for a thread that does.
    """

    def __init__(self, applies: Callable[[], bool], adopt: Callable[[], None]) -> None:
        self._applies = applies
        self._adopt = adopt
        self._submitted: WeakSet[Any] = WeakSet()
        self._have_worked: WeakSet[threading.Thread] = WeakSet()
        self._patches = Patches()

    def start(self) -> None:
        """Follow what is submitted from now on."""
        make, run, shutdown = _Item.__init__, _Item.run, pool.ThreadPoolExecutor.shutdown
        pools = self

        def made(item: Any, *args: Any, **kwargs: Any) -> None:
            make(item, *args, **kwargs)
            if pools._applies():
                pools._submitted.add(item)

        def ran(item: Any, *args: Any) -> None:
            if item in pools._submitted:
                pools._adopt()
                pools._submitted.discard(item)
            run(item, *args)
            pools._have_worked.add(threading.current_thread())

        def shut_down(executor: Any, *args: Any, **kwargs: Any) -> None:
            pools._have_worked.difference_update(executor._threads)  # they have to end
            shutdown(executor, *args, **kwargs)

        self._patches.replace(_Item, "__init__", made)
        self._patches.replace(_Item, "run", ran)
        self._patches.replace(pool.ThreadPoolExecutor, "shutdown", shut_down)

    def stop(self) -> None:
        """Follow no more."""
        self._patches.undo()

    def has_nothing_to_do(self, thread: threading.Thread, frame: FrameType | None) -> bool:
        """Whether *thread*, which is at *frame*, is a worker that nothing has been submitted for."""
        return stands_in_a_pool(frame) and not self._submitted and thread in self._have_worked


def stands_in_a_pool(frame: FrameType | None) -> bool:
    """Whether the code at *frame* is the loop of a pool's worker."""
    return frame is not None and frame.f_code is _LOOP
