"""Calls of asynchronous clients: they wait without holding up the other tasks of their loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread, current_thread
from typing import Any, TypeVar

from pytest_fakeaws.sim.simulation import Simulation

Result = TypeVar("Result")


async def carried_out(
    call: Callable[[], Result],
    name: str,
    simulation: Simulation,
    gate: AbstractContextManager[object],
) -> Result:
    """Carry out *call* in a process of its own, and await what comes of it.

    A call that need not wait has ended before anything is awaited. The loops of other threads cannot
    resume a process, so they use a thread.

    Args:
        call: Goes into the simulation itself.
        name: What it is called in errors.
        simulation: Whose time it may wait for.
        gate: Goes into the simulation.
    """
    if not simulation.at_home:
        return await _carried_out_in_thread(call, simulation, gate)
    future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    with gate:
        process = simulation.branch(name, lambda: _settle(future, call))
    try:
        return await future
    finally:
        if process.alive:  # the task that awaited it was cancelled
            with gate:
                simulation.end(process, "its task was cancelled")


async def _carried_out_in_thread(
    call: Callable[[], Result], simulation: Simulation, gate: AbstractContextManager[object]
) -> Result:
    threads: list[Thread] = []

    def noted_call() -> Result:
        threads.append(current_thread())
        return call()

    try:
        return await asyncio.to_thread(noted_call)
    except asyncio.CancelledError:
        with gate:
            for thread in threads:
                simulation.end_wait(thread)
        raise


def _settle(future: asyncio.Future[Any], call: Callable[[], Any]) -> None:
    try:
        result = call()
    except Exception as error:  # noqa: BLE001 - whoever awaits it deals with it
        if not future.done():
            future.set_exception(error)
    else:
        if not future.done():
            future.set_result(result)
