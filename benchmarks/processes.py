"""Waiting: what a virtual sleep costs wherever code can sleep, and what it costs to start a handler.

Nothing is promised here; the figures show what the simulation itself costs, without boto3. A sleep in a
handler or a spawned worker is two switches, one away from it and one back; a handler has its environment
variables changed at each. A sleep in a thread of one's own is two hand-overs between threads.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.contestants import have_access, ours
from benchmarks.harness import Effort, Row, Setting, cpu, interleaved, main
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest

_SLEEPS = 200
_INVOCATIONS = 200
_HOST_TIMES = ("off", "time-machine", "freezegun")


def measure(effort: Effort) -> Iterator[Row]:
    """Sleeps by the host's clock, then a start."""
    have_access()
    sleeps, invocations = effort.size(_SLEEPS), effort.size(_INVOCATIONS)
    settings = {
        **{f"handler, {name}": (_in_handler(name, sleeps), sleeps) for name in _HOST_TIMES},
        **{f"test, {name}": (_in_test(name, sleeps), sleeps) for name in _HOST_TIMES},
        "worker": (_in_worker(sleeps), sleeps),
        "thread": (_in_thread(sleeps), sleeps),
        "asyncio": (_in_loop(sleeps), sleeps),
        "start": (_started(invocations), invocations),
    }
    meters = {name: cpu(setting, calls) for name, (setting, calls) in settings.items()}
    costs = interleaved(meters, effort.rounds(15))
    for where in ("handler", "test"):
        for name in _HOST_TIMES:
            what = f"time.sleep(1) in a {where}, host_time={name}"
            yield costs.figure(what, f"{where}, {name}", "us")
    yield costs.figure("time.sleep(1) in a spawned worker", "worker", "us")
    yield costs.figure("time.sleep(1) in a thread of one's own", "thread", "us")
    yield costs.figure("await asyncio.sleep(1) in a test", "asyncio", "us")
    yield costs.figure("an invocation that never waits, start to end", "start", "us")


def _in_handler(host_time: str, sleeps: int) -> Setting:
    def handler(event: Any, context: Any) -> None:
        _sleep(sleeps)

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda", host_time) as (aws, _):
            function = aws.create_function("sleepy", handler, timeout=900)
            yield lambda: function.invoke({})

    return setting


def _sleep(times: int) -> None:
    for _ in range(times):
        time.sleep(1)


def _in_worker(sleeps: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda") as (aws, _):
            yield lambda: aws.spawn(_sleep, sleeps).join()

    return setting


def _in_thread(sleeps: int) -> Setting:
    def run() -> None:
        thread = threading.Thread(target=_sleep, args=(sleeps,))
        thread.start()
        thread.join()

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda"):
            yield run

    return setting


def _in_loop(sleeps: int) -> Setting:
    async def run() -> None:
        for _ in range(sleeps):
            await asyncio.sleep(1)

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda"):
            yield lambda: asyncio.run(run())

    return setting


def _in_test(host_time: str, sleeps: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda", host_time):
            yield lambda: _sleep(sleeps)

    return setting


def _handler(event: Any, context: Any) -> None:
    """Do nothing."""


def _started(invocations: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda") as (aws, _):
            function = aws.create_function("handle", _handler)
            cloud, simulated = aws._require_cloud(), function._function()

            def start() -> None:
                with cloud.gate:
                    for _ in range(invocations):
                        cloud.functions.invoker.call(InvocationRequest(simulated, {}, "{}"))

            yield start

    return setting


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
