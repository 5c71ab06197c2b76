"""SQS growth: what a call costs with very many messages, groups or tenants, over the same with 10.

moto stands beside it with 10,000 messages, for scale.

Both queues live in one fake and are measured in turn, in one heap: the ratio shows what the queue does,
not what a large heap costs any program. The collector is off while a queue is filled and then told to
leave what is there alone (`gc.freeze`); while a measurement runs, it is on as anybody has it.

The queues are filled through the domain. What is measured goes through boto3, and once more straight
through the domain, where nothing hides what the queue does.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, cycle
from typing import Any, NamedTuple, TypeAlias

from benchmarks.contestants import BODY, have_access, motos, ours
from benchmarks.harness import Costs, Effort, Meter, Row, Setting, cpu, interleaved, main
from pytest_fakeaws import FakeAWS
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.message import Content, Message
from pytest_fakeaws.services.sqs.queue import Queue
from pytest_fakeaws.sim.instants import SECOND

_FEW = 10
_MANY = {"waiting": 1_000_000, "delayed": 1_000_000, "in flight": 119_000}
_MANY_FOR_MOTO = 10_000
_GROUPS, _TENANTS, _NOISY, _LOCKED = 10_000, 10_000, 1_000, 100_000
_CALLS, _CALLS_OF_FEW_GROUPS, _CALLS_OF_MOTO = 100, 10, 3
OPERATIONS = ("send", "receive", "delete")
_BUDGET = 1.5


_IDS = count()  # of messages of FIFO queues

Known: TypeAlias = tuple[str, list[str]]
"""A queue's URL, and the groups that one sends to."""


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
    yield from _fifo(effort)
    yield from _fair(effort)
    yield from _moto(effort)


def _growth(state: str, number: int, effort: Effort) -> Iterator[Row]:
    calls = effort.size(_CALLS)
    with ours("sqs") as (aws, client):
        with uncollected():
            urls = {"few": filled(aws, state, _FEW), "many": filled(aws, state, number)}
        for through, door, budget in (
            ("boto3", lambda url: through_boto3(client, url), _BUDGET),
            ("the domain", lambda url: _through_domain(aws, url), None),
        ):
            doors = {name: door(url) for name, url in urls.items()}
            for operation in OPERATIONS:
                costs = compared(doors, operation, calls, effort)
                what = f"{operation} through {through} with {number:,} {state} / with {_FEW}"
                yield costs.ratio(what, "many", "few", budget)
        if state == "waiting":
            yield _hour(aws, number, effort)


def _fifo(effort: Effort) -> Iterator[Row]:
    """Many groups, and one group of many messages: that wait, and that are locked."""
    groups, waiting = effort.size(_GROUPS), effort.size(_MANY["waiting"])
    locked = effort.size(_LOCKED)
    with ours("sqs") as (aws, client):
        with uncollected():
            by_groups = {
                "few": _fifo_queue(aws, "few", _rounds(_FEW, 10)),
                "many": _fifo_queue(aws, "many", _rounds(groups, 10)),
            }
            one_group = {
                "few": _fifo_queue(aws, "short", _rounds(1, _FEW)),
                "many": _fifo_queue(aws, "long", _rounds(1, waiting)),
            }
            behind = {
                "few": _locked(aws, "few-locked", _FEW),
                "many": _locked(aws, "many-locked", locked),
            }
        doors = {name: through_boto3(client, *known) for name, known in by_groups.items()}
        for operation in OPERATIONS:
            costs = compared(doors, operation, _CALLS_OF_FEW_GROUPS, effort, rounds=61)
            what = f"{operation} with {groups:,} groups of 10 messages / with {_FEW}"
            yield costs.ratio(what, "many", "few", _BUDGET)
        for queues, what in (
            (one_group, f"one group, {waiting:,} waiting / {_FEW}"),
            (behind, f"one of 10 groups, {locked:,} locked in another / {_FEW}"),
        ):
            doors = {name: through_boto3(client, *known) for name, known in queues.items()}
            costs = _cycles(doors, effort)
            yield costs.ratio(f"send, receive, delete in {what}", "many", "few", _BUDGET)


def _fair(effort: Effort) -> Iterator[Row]:
    """Many tenants, quiet and noisy."""
    tenants, noisy = effort.size(_TENANTS), effort.size(_NOISY)
    with ours("sqs") as (aws, client):
        with uncollected():
            quiet_ones = {
                "few": _queue(aws, "few", _rounds(_FEW, 10)),
                "many": _queue(aws, "many", _rounds(tenants, 10)),
            }
            noisy_ones = {
                "few": _noisy(aws, "few-noisy", _FEW),
                "many": _noisy(aws, "many-noisy", noisy),
            }
        for queues, what in (
            (quiet_ones, f"{tenants:,} tenants / with {_FEW}"),
            (noisy_ones, f"{noisy:,} noisy tenants / with {_FEW}"),
        ):
            doors = {name: through_boto3(client, *known) for name, known in queues.items()}
            for operation in OPERATIONS:
                costs = compared(doors, operation, effort.size(_CALLS), effort)
                yield costs.ratio(f"{operation} with {what}", "many", "few", _BUDGET)


def _rounds(groups: int, messages: int) -> list[str]:
    """The groups of so many messages of each, in turn."""
    return [f"group-{number}" for number in range(groups)] * messages


def _fifo_queue(aws: FakeAWS, name: str, groups: list[str]) -> Known:
    return _queue(aws, f"{name}.fifo", groups)


def _queue(aws: FakeAWS, name: str, groups: list[str]) -> Known:
    """A queue with a message for each of *groups*, by URL, and the groups to send to."""
    handle = aws.create_queue(name, visibility_timeout="12h")
    queue = handle._queue()
    for group in groups:
        queue.send(_content(queue, group))
    return handle.url, list(dict.fromkeys(groups))


def _content(queue: Queue, group: str) -> Content:
    known_as = str(next(_IDS)) if queue.attributes.fifo else None
    return Content(BODY, group=group, deduplication_id=known_as)


def _locked(aws: FakeAWS, name: str, number: int) -> Known:
    """A FIFO queue with so many messages behind one in flight, and ten groups with a message each."""
    url, _ = _fifo_queue(aws, name, ["locked"] * number)
    queue = aws.queue(url)._queue()
    queue.receive(1)
    groups = _rounds(_FEW, 1)
    for group in groups:
        queue.send(_content(queue, group))
    return url, groups


def _noisy(aws: FakeAWS, name: str, number: int) -> Known:
    """A standard queue with so many noisy tenants, of each of whom ten messages wait."""
    url, _ = _queue(aws, name, [])
    queue = aws.queue(url)._queue()
    groups = _rounds(number, 1)
    for group in groups:
        taken: list[Message] = []
        for _ in range(limits.NOISY_IN_FLIGHT):
            queue.send(_content(queue, group))
            taken += queue.receive(1)
        for _ in range(10):
            queue.send(_content(queue, group))
        taken += queue.receive(1)  # which finds that the tenant is noisy, and is another's
        for message in taken:
            queue.delete(queue.receipt_handle(message))
        queue.send(_content(queue, taken[-1].content.group or group))
    return url, groups


def filled(aws: FakeAWS, state: str, number: int) -> str:
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
def uncollected() -> Iterator[None]:
    """Let the collector sleep, and have it pass over what was made meanwhile."""
    gc.unfreeze()
    gc.collect()
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def through_boto3(client: Any, url: str, groups: Sequence[str] = ()) -> Calls:
    turns = cycle(groups)
    fifo = url.endswith(".fifo")

    def send() -> object:
        more = {"MessageGroupId": next(turns)} if groups else {}
        if fifo:
            more["MessageDeduplicationId"] = str(next(_IDS))
        return client.send_message(QueueUrl=url, MessageBody=BODY, DelaySeconds=0, **more)

    def receive() -> str:
        handle: str = client.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        return handle

    return Calls(
        send,
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


def compared(
    doors: dict[str, Calls], operation: str, calls: int, effort: Effort, rounds: int = 15
) -> Costs:
    def meter(door: Calls) -> Meter:
        return cpu(_setting(door, operation, calls), calls)

    return interleaved(
        {name: meter(door) for name, door in doors.items()},
        effort.rounds(rounds),
    )


def _cycles(doors: dict[str, Calls], effort: Effort) -> Costs:
    """The three calls in turn: a group gives out its next message when the last one is deleted."""
    calls = effort.size(_CALLS)

    def meter(door: Calls) -> Meter:
        @contextmanager
        def setting() -> Iterator[Callable[[], object]]:
            def work() -> None:
                for _ in range(calls):
                    door.send()
                    door.delete(door.receive())

            yield work

        return cpu(setting, calls)

    return interleaved({name: meter(door) for name, door in doors.items()}, effort.rounds(15))


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

        steps = dict(zip(OPERATIONS, (send, receive, delete), strict=True))
        before, after = OPERATIONS[: OPERATIONS.index(operation)], OPERATIONS
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
            "few": through_boto3(client, filled_of_moto(client, _FEW)),
            "many": through_boto3(client, filled_of_moto(client, number)),
        }
        for operation in OPERATIONS:
            costs = compared(doors, operation, _CALLS_OF_MOTO, Effort(quick=True))
            yield costs.ratio(f"moto: {operation} with {number:,} waiting / with 10", "many", "few")


def filled_of_moto(client: Any, number: int) -> str:
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
