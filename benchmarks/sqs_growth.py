"""SQS growth: what a call costs with very many messages, over the same with 10; moto at 10,000 for scale.

Both queues live in one fake and are measured in turn, in one heap: the ratio shows what the queue does,
not what a large heap costs any program. The collector is off while a queue is filled and then told to
leave what is there alone (`gc.freeze`); while a measurement runs, it is on as anybody has it.

The queues are filled through the domain. What is measured goes through boto3, and once more straight
through the domain, where nothing hides what the queue does.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from contestants import BODY, have_access, motos, ours
from harness import Costs, Effort, Meter, Row, Setting, cpu, interleaved, main

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.services.sqs.message import Content
from pytest_fakeaws.sim.instants import SECOND

_FEW = 10
_MANY = {"waiting": 1_000_000, "delayed": 1_000_000, "in flight": 119_000}
_MANY_FOR_MOTO = 10_000
_CALLS, _CALLS_OF_MOTO = 100, 3
_OPERATIONS = ("send", "receive", "delete")
_BUDGET = 1.5


class Calls(NamedTuple):
    """The three calls on one queue, through whichever door."""

    send: Callable[[], object]
    receive: Callable[[], str]
    delete: Callable[[str], object]


def measure(effort: Effort) -> Iterator[Row]:
    """A row for each state and call, then the clock, then moto."""
    have_access()
    for state, number in _MANY.items():
        yield from _growth(state, effort.size(number), effort)
    yield from _moto(effort)


def _growth(state: str, number: int, effort: Effort) -> Iterator[Row]:
    calls = effort.size(_CALLS)
    with ours("sqs") as (aws, client):
        with _uncollected():
            urls = {"few": _filled(aws, state, _FEW), "many": _filled(aws, state, number)}
        for through, door, budget in (
            ("boto3", lambda url: _through_boto3(client, url), _BUDGET),
            ("the domain", lambda url: _through_domain(aws, url), None),
        ):
            doors = {name: door(url) for name, url in urls.items()}
            for operation in _OPERATIONS:
                costs = _compared(doors, operation, calls, effort)
                what = f"{operation} through {through} with {number:,} {state} / with {_FEW}"
                yield costs.ratio(what, "many", "few", budget)
        if state == "waiting":
            yield _hour(aws, number, effort)


def _filled(aws: FakeAWS, state: str, number: int) -> str:
    """The URL of a queue that has *number* messages at *state*, and as many waiting as one measures."""
    handle = aws.create_queue(f"{state.replace(' ', '-')}-{number}", visibility_timeout="12h")
    queue = handle._queue()
    for _ in range(number):
        queue.send(Content(BODY), 900 * SECOND if state == "delayed" else 0)
    if state == "in flight":
        for _ in range(number // 10 + 1):
            queue.receive(10)
    return handle.url


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector sleep, and have it pass over what was made meanwhile."""
    gc.unfreeze()
    gc.collect()
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _through_boto3(client: Any, url: str) -> Calls:
    def receive() -> str:
        handle: str = client.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        return handle

    return Calls(
        lambda: client.send_message(QueueUrl=url, MessageBody=BODY, DelaySeconds=0),
        receive,
        lambda handle: client.delete_message(QueueUrl=url, ReceiptHandle=handle),
    )


def _through_domain(aws: FakeAWS, url: str) -> Calls:
    queue = aws.queue(url)._queue()
    return Calls(
        lambda: queue.send(Content(BODY), 0),
        lambda: queue.receipt_handle(queue.receive(1)[0]),
        queue.delete,
    )


def _compared(doors: dict[str, Calls], operation: str, calls: int, effort: Effort) -> Costs:
    def meter(door: Calls) -> Meter:
        return cpu(_setting(door, operation, calls), calls)

    return interleaved(
        {name: meter(door) for name, door in doors.items()},
        effort.rounds(15),
    )


def _setting(door: Calls, operation: str, calls: int) -> Setting:
    """*calls* calls of one kind; the other two kinds bring the queue where it was, uncounted."""

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        handles: list[str] = []

        def send() -> None:
            for _ in range(calls):
                door.send()

        def receive() -> None:
            handles.extend(door.receive() for _ in range(calls))

        def delete() -> None:
            for handle in handles:
                door.delete(handle)

        steps = dict(zip(_OPERATIONS, (send, receive, delete), strict=True))
        before, after = _OPERATIONS[: _OPERATIONS.index(operation)], _OPERATIONS
        for name in before:
            steps[name]()
        yield steps[operation]
        for name in after[after.index(operation) + 1 :]:
            steps[name]()

    return setting


def _hour(aws: FakeAWS, number: int, effort: Effort) -> Row:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        yield lambda: aws.clock.advance("1h")

    costs = interleaved({"advance": cpu(setting)}, effort.rounds(9))
    return costs.figure(f"advance the clock by 1 h over {number:,} waiting", "advance", "ms")


def _moto(effort: Effort) -> Iterator[Row]:
    number = effort.size(_MANY_FOR_MOTO)
    with motos("sqs") as client:
        doors = {
            "few": _through_boto3(client, _filled_of_moto(client, _FEW)),
            "many": _through_boto3(client, _filled_of_moto(client, number)),
        }
        for operation in _OPERATIONS:
            costs = _compared(doors, operation, _CALLS_OF_MOTO, Effort(quick=True))
            yield costs.ratio(f"moto: {operation} with {number:,} waiting / with 10", "many", "few")


def _filled_of_moto(client: Any, number: int) -> str:
    from moto.sqs.models import Message, sqs_backends

    name = f"waiting-{number}"
    url: str = client.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs_backends["123456789012"]["us-east-1"].get_queue(name)
    for position in range(number):
        message = Message(str(position), BODY)
        message.mark_sent(delay_seconds=0)
        queue.add_message(message)
    return url


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
