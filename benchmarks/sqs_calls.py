"""SQS calls: what one call costs, over the floor; moto for scale.

moto gets slower with each message that waits, so it is given few: 8 calls of each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.contestants import BODY, floor, have_access, motos, ours, repeated
from benchmarks.harness import Costs, Effort, Row, Setting, cpu, interleaved, main

_CALLS, _CALLS_OF_MOTO = 300, 8
_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
_MESSAGE = {
    "MessageId": "0" * 36,
    "ReceiptHandle": "0" * 84,
    "MD5OfBody": "0" * 32,
    "Body": BODY,
}
_SENT = {"MD5OfMessageBody": "0" * 32, "MessageId": "0" * 36}
_ENTRIES = [{"Id": str(number), "MessageBody": BODY} for number in range(10)]
_ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "send_message": ("SendMessage", _SENT),
    "receive_message(1)": ("ReceiveMessage", {"Messages": [_MESSAGE]}),
    "receive_message(10)": ("ReceiveMessage", {"Messages": [_MESSAGE] * 10}),
    "delete_message": ("DeleteMessage", {}),
    "send_message_batch(10)": (
        "SendMessageBatch",
        {"Successful": [{"Id": str(number), **_SENT} for number in range(10)]},
    ),
}
_BUDGETS = {"receive_message(10)": 1.8, "send_message_batch(10)": 1.8}


def measure(effort: Effort) -> Iterator[Row]:
    """One row for each kind of call."""
    have_access()
    for what in _ANSWERS:
        costs = _compared(what, effort)
        yield costs.ratio(f"{what}: ours / floor", "ours", "floor", _BUDGETS.get(what, 1.4))
        yield costs.ratio(f"{what}: moto / floor", "moto", "floor")
    costs = _with_and_without_journal(effort)
    yield costs.ratio("send_message: with its journal / without", "with", "without", 1 / 0.85)


def _with_and_without_journal(effort: Effort) -> Costs:
    """A call that keeps its facts, and one that makes them and lets them go."""
    calls = effort.size(_CALLS)
    return interleaved(
        {
            "with": cpu(_inside(_our_client, "send_message", calls), calls),
            "without": cpu(_inside(_our_client_without_journal, "send_message", calls), calls),
        },
        effort.rounds(25),
    )


def _compared(what: str, effort: Effort) -> Costs:
    calls = effort.size(_CALLS)
    return interleaved(
        {
            "ours": cpu(_inside(_our_client, what, calls), calls),
            "floor": cpu(_on_floor(what, calls), calls),
            "moto": cpu(
                _inside(lambda: motos("sqs"), what, _CALLS_OF_MOTO),
                _CALLS_OF_MOTO,
            ),
        },
        effort.rounds(25),
    )


@contextmanager
def _our_client() -> Iterator[Any]:
    with ours("sqs") as (_, client):
        yield client


@contextmanager
def _our_client_without_journal() -> Iterator[Any]:
    with ours("sqs") as (aws, client):
        aws.journal.record = lambda _: 0
        yield client


def _on_floor(what: str, calls: int) -> Setting:
    operation, answer = _ANSWERS[what]
    client = floor("sqs", operation, answer)

    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        yield repeated(_call(what, client, _URL, iter(lambda: "0" * 84, None)), calls)

    return setting


def _inside(fake: Callable[[], Any], what: str, calls: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        with fake() as client:
            url = client.create_queue(QueueName="orders")["QueueUrl"]
            handles = _prepared(what, client, url, calls + 3)
            yield repeated(_call(what, client, url, iter(handles)), calls)

    return setting


def _prepared(what: str, client: Any, url: str, calls: int) -> list[str]:
    """Let the queue hold what *calls* will receive or delete, and return receipt handles to delete."""
    batches = {"receive_message(1)": calls // 10 + 1, "receive_message(10)": calls}
    for _ in range(batches.get(what, calls // 10 + 1)):
        client.send_message_batch(QueueUrl=url, Entries=_ENTRIES)
    handles: list[str] = []
    while what == "delete_message" and len(handles) < calls:
        taken = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        handles += [message["ReceiptHandle"] for message in taken]
    return handles


def _call(what: str, client: Any, url: str, handles: Iterator[str]) -> Callable[[], object]:
    calls: dict[str, Callable[[], object]] = {
        "send_message": lambda: client.send_message(QueueUrl=url, MessageBody=BODY),
        "receive_message(1)": lambda: client.receive_message(QueueUrl=url),
        "receive_message(10)": lambda: client.receive_message(QueueUrl=url, MaxNumberOfMessages=10),
        "delete_message": lambda: client.delete_message(QueueUrl=url, ReceiptHandle=next(handles)),
        "send_message_batch(10)": lambda: client.send_message_batch(QueueUrl=url, Entries=_ENTRIES),
    }
    return calls[what]


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
