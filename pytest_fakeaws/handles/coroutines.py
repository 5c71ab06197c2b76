"""What a clock asks of asyncio: which tasks there are beside the one that turns it.

asyncio is imported by those who use it, not here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, WrongState
from pytest_fakeaws.sim.instants import SECOND, Duration

__tracebackhide__ = HIDE_FROM_TRACEBACK

_RUNNERS = ("TestRunner._call_in_runner_task",)
"""Coroutines of test runners (anyio's) that wait for the test itself."""


def refuse_beside_tasks(verb: str) -> None:
    """Refuse to turn the clock in a coroutine while other tasks wait for it: they could not go on.

    Raises:
        WrongState: The running loop has other tasks.
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or not _loop_runs(asyncio):
        return
    current = asyncio.current_task()
    names = sorted(_name(task) for task in asyncio.all_tasks() if task is not current)
    waiting = [name for name in names if name not in _RUNNERS]
    if waiting:
        raise WrongState(
            f"{verb}() was called in a coroutine while other tasks of its loop wait.",
            f"They could not go on meanwhile: {', '.join(waiting)}.",
            "Use `await clock.advance_async(...)` or `await asyncio.sleep(...)`: the loop lives on.",
        )


def refuse_without_loop(verb: str) -> None:
    """Refuse to wait in a coroutine that asyncio does not run.

    Raises:
        WrongState: No loop of asyncio's is running.
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or not _loop_runs(asyncio):
        raise WrongState(
            f"clock.{verb}() was awaited where asyncio does not run.",
            "No event loop of asyncio's is running in this thread; other libraries' loops keep real time.",
            "Run the test by asyncio, under anyio with the backend asyncio; or call clock.advance().",
        )


async def sleep_until(left: Callable[[], Duration]) -> None:
    """Sleep as long as anything is *left* to sleep: a loop counts seconds, and may wake a little early."""
    from asyncio import sleep  # noqa: PLC0415 - see above

    while (length := left()) > 0:  # noqa: ASYNC110 - time is what it waits for
        await sleep(length / SECOND)


def _loop_runs(asyncio: Any) -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _name(task: Any) -> str:
    coroutine = task.get_coro()
    return str(getattr(coroutine, "__qualname__", type(coroutine).__name__))
