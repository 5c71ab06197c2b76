"""The fixture: entering it, making a client and leaving it; then 200 tests of pytest that do so.

What is measured in this process comes after the first time, with whatever boto3, freezegun and pytest
have imported. moto is imported, and measured, after all others: freezegun looks through every module.

The 200 tests run in processes of their own, measured whole, with what pytest costs.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import boto3
import freezegun
import pytest  # noqa: F401 - as in every test run

from benchmarks.contestants import have_access, pytest_run
from benchmarks.harness import Effort, Meter, Row, cpu, interleaved, main
from pytest_fakeaws import FakeAWS

_TIMES = 10
_TESTS = 200
_START = "2030-01-01"


def measure(effort: Effort) -> Iterator[Row]:
    """The fixture alone, then whole processes."""
    have_access()
    yield from _alone(effort)
    yield from _processes(effort)


def _alone(effort: Effort) -> Iterator[Row]:
    costs = interleaved(
        {
            "off": _entered(lambda: FakeAWS(host_time="off")),
            "time-machine": _entered(lambda: FakeAWS(host_time="time-machine")),
            "freezegun": _entered(lambda: FakeAWS(host_time="freezegun")),
            "client": _entered(nullcontext),
            "freeze_time": _entered(lambda: freezegun.freeze_time(_START)),
        },
        effort.rounds(25),
    )
    modules = f"{len(sys.modules)} modules"
    what = "fixture + client, host_time={}"
    yield costs.figure(what.format("off"), "off", "ms", 4)
    yield costs.figure(what.format("time-machine"), "time-machine", "ms", 4)
    yield costs.difference(
        f"{what.format('freezegun')}, more than freeze_time + client ({modules})",
        "freezegun",
        "freeze_time",
        "ms",
        1,
    )
    yield costs.figure("client alone", "client", "ms")
    from moto import mock_aws

    costs = interleaved({"mock_aws": _entered(mock_aws)}, effort.rounds(7))
    yield costs.figure("moto: mock_aws + client", "mock_aws", "ms")


def _entered(around: Callable[[], AbstractContextManager[Any]]) -> Meter:
    """Enter *around*, make a client, leave."""

    def times() -> None:
        for _ in range(_TIMES):
            with around():
                boto3.client("sqs")

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        yield times

    return cpu(setting, _TIMES)


def _processes(effort: Effort) -> Iterator[Row]:
    number = effort.size(_TESTS)
    with tempfile.TemporaryDirectory() as folder:
        costs = interleaved(
            {
                name: pytest_run(
                    Path(folder) / name.replace(" ", "-"),
                    source.format(number=number),
                    plugin="fakeaws" in source,
                )
                for name, source in _SOURCES.items()
            },
            effort.rounds(11),
        )
    yield costs.ratio(
        f"pytest, {number} tests: fixture on freezegun / freeze_time + client",
        "fakeaws on freezegun",
        "freeze_time",
        1.5,
    )
    yield costs.ratio(
        f"pytest, {number} tests: fixture on time-machine / client alone",
        "fakeaws on time-machine",
        "client",
        1.3,
    )


_OURS = """
import boto3, pytest

pytestmark = pytest.mark.fakeaws(host_time="{}")

@pytest.mark.parametrize("number", range({{number}}))
def test_client(fakeaws, number):
    boto3.client("sqs")
"""
_FREEZE_TIME = """
import boto3, pytest
from freezegun import freeze_time

@pytest.mark.parametrize("number", range({number}))
def test_client(number):
    with freeze_time("2030-01-01"):
        boto3.client("sqs")
"""
_CLIENT = """
import boto3, pytest

@pytest.mark.parametrize("number", range({number}))
def test_client(number):
    boto3.client("sqs")
"""
_SOURCES = {
    "fakeaws on freezegun": _OURS.format("freezegun"),
    "freeze_time": _FREEZE_TIME,
    "fakeaws on time-machine": _OURS.format("time-machine"),
    "client": _CLIENT,
}
"""The test files; those without the fixture run without the plugin."""


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
