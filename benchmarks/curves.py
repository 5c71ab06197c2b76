"""Growth: what a call costs with 10, 100, ... 1,000,000 messages waiting; moto with up to 10,000."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.contestants import have_access, motos, ours
from benchmarks.harness import Effort, Row, main
from benchmarks.sqs_growth import (
    OPERATIONS,
    Calls,
    compared,
    filled,
    filled_of_moto,
    through_boto3,
    uncollected,
)

_SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
_SIZES_OF_MOTO = _SIZES[:4]
_CALLS, _CALLS_OF_MOTO = 50, 3


def measure(effort: Effort) -> Iterator[Row]:
    """A row for each call and size, then moto's."""
    have_access()
    sizes = _SIZES[:4] if effort.quick else _SIZES
    with ours("sqs") as (aws, client):
        with uncollected():
            doors = {
                str(size): through_boto3(client, filled(aws, "waiting", size)) for size in sizes
            }
        yield from _curves("pytest-fakeaws", doors, _CALLS, effort, rounds=15)
    with motos("sqs") as client:
        doors = {
            str(size): through_boto3(client, filled_of_moto(client, size))
            for size in _SIZES_OF_MOTO[: 3 if effort.quick else None]
        }
        yield from _curves("moto", doors, _CALLS_OF_MOTO, effort, rounds=3)


def _curves(
    whose: str, doors: dict[str, Calls], calls: int, effort: Effort, *, rounds: int
) -> Iterator[Row]:
    for operation in OPERATIONS:
        costs = compared(doors, operation, calls, effort, rounds)
        for name in doors:
            row = costs.figure(f"{whose}: {operation} with {int(name):,} waiting", name, "us")
            yield replace(row, curve=f"{whose}: {operation}", size=int(name))


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
