"""A poison message: 5 failed receives at 30 s visibility, then the dead-letter queue, in virtual time.

Counted are both queues, the message, the receives and the waits; the fake and its client only in the rows
of the whole test. moto's time is freezegun's, so the budget is for ours on freezegun; the others are for
scale.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any, TypeAlias

import freezegun

from benchmarks.contestants import BODY, have_access, motos, ours
from benchmarks.harness import Effort, Row, Setting, cpu, interleaved, main

_TIMES = 5
_VISIBILITY = 30
_RECEIVES = 5


def measure(effort: Effort) -> Iterator[Row]:
    """Ours by the host's clock, over moto."""
    have_access()
    names = ("freezegun", "time-machine", "off")
    meters = {f"ours, {name}": cpu(_inside(_ours(name)), _TIMES) for name in names}
    costs = interleaved({**meters, "moto": cpu(_inside(_moto), _TIMES)}, effort.rounds(15))
    for name in names:
        budget = 1 / 8 if name == "freezegun" else None
        yield costs.ratio(
            f"poison message: ours on {name} / moto + freezegun", f"ours, {name}", "moto", budget
        )
    whole = {f"ours, {name}": cpu(_whole(_ours(name))) for name in names}
    costs = interleaved({**whole, "moto": cpu(_whole(_moto))}, effort.rounds(9))
    for name in names:
        what = f"whole test of it: ours on {name} / moto + freezegun"
        yield costs.ratio(what, f"ours, {name}", "moto")


World: TypeAlias = Callable[[], AbstractContextManager[tuple[Any, Callable[[float], object]]]]
"""A fake: it yields a client, and what lets time pass."""


def _ours(host_time: str) -> World:
    @contextmanager
    def world() -> Iterator[tuple[Any, Callable[[float], object]]]:
        with ours("sqs", host_time) as (aws, client):
            yield client, aws.clock.advance

    return world


@contextmanager
def _moto() -> Iterator[tuple[Any, Callable[[float], object]]]:
    with freezegun.freeze_time("2030-01-01") as freezer, motos("sqs") as client:
        yield client, freezer.tick


def _inside(world: World) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with world() as (client, advance):
            yield _repeated(client, advance)

    return setting


def _whole(world: World) -> Setting:
    def test() -> None:
        with world() as (client, advance):
            _poison(client, advance, "orders")

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        yield test

    return setting


def _repeated(client: Any, advance: Callable[[float], object]) -> Callable[[], None]:
    numbers = count()
    _poison(client, advance, "warm-up")

    def times() -> None:
        for _ in range(_TIMES):
            _poison(client, advance, f"orders-{next(numbers)}")

    return times


def _poison(client: Any, advance: Callable[[float], object], name: str) -> None:
    """Send one message and fail it until it is dead-lettered."""
    dead = client.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": _RECEIVES}
    url = client.create_queue(
        QueueName=name,
        Attributes={"VisibilityTimeout": str(_VISIBILITY), "RedrivePolicy": json.dumps(policy)},
    )["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody=BODY)
    for _ in range(_RECEIVES):
        assert client.receive_message(QueueUrl=url)["Messages"]
        advance(_VISIBILITY + 1)
    assert "Messages" not in client.receive_message(QueueUrl=url)
    assert client.receive_message(QueueUrl=dead)["Messages"]


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
