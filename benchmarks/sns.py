"""SNS: what a publish to many queues costs, over the floor; moto for scale.

Every subscription has a filter policy that lets the message through, as far as AWS allows: 200. moto is given few calls: 4.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from benchmarks.contestants import BODY, floor, have_access, motos, ours, repeated
from benchmarks.harness import Costs, Effort, Row, Setting, cpu, interleaved, main

_CALLS, _CALLS_OF_MOTO = 100, 4
_FEW, _MANY, _VERY_MANY = 10, 110, 10_000
_TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
_POLICIES = 200  # of a topic: AWS allows no more
_PUBLISH_BUDGET, _FURTHER_BUDGET = 3.0, 0.1
_POLICY = json.dumps({"kind": ["order"]})
_ATTRIBUTES = {"kind": {"DataType": "String", "StringValue": "order"}}
_KINDS = {"enveloped": "false", "raw": "true"}


def measure(effort: Effort) -> Iterator[Row]:
    """A publish to ten, each further subscriber, ten thousand, and reading what arrived."""
    have_access()
    for kind, raw in _KINDS.items():
        yield from _fanned_out(kind, raw, effort)
    yield from _read(effort)


def _fanned_out(kind: str, raw: str, effort: Effort) -> Iterator[Row]:
    calls, most = effort.size(_CALLS), effort.size(_VERY_MANY)
    costs = interleaved(
        {
            "floor": cpu(_on_floor(calls), calls),
            "ours": cpu(_publishing(_our_client, _FEW, raw, calls), calls),
            "to 110": cpu(_publishing(_our_client, _MANY, raw, calls), calls),
            "to all": cpu(_publishing(_our_client, most, raw, 1), most),
            "moto": cpu(_publishing(_motos_client, _FEW, raw, _CALLS_OF_MOTO), _CALLS_OF_MOTO),
        },
        effort.rounds(15),
    )
    what = f"publish to {_FEW} filtered queues, {kind}"
    yield costs.ratio(f"{what}: ours / floor", "ours", "floor", _PUBLISH_BUDGET)
    yield costs.ratio(f"{what}: moto / floor", "moto", "floor")
    yield _each_further(kind, costs)
    yield costs.ratio(f"each of {most:,} queues, {kind}, / floor", "to all", "floor")


def _each_further(kind: str, costs: Costs) -> Row:
    further = (costs.median("to 110") - costs.median("ours")) / (_MANY - _FEW)
    return Row(
        f"each further queue, {kind}, / floor",
        further / costs.median("floor"),
        budget=_FURTHER_BUDGET,
        costs={"further queue": further, "floor": costs.median("floor")},
    )


def _read(effort: Effort) -> Iterator[Row]:
    """What the first look at a body costs: it makes the envelope, once for all queues."""
    calls = effort.size(_CALLS)
    costs = interleaved(
        {kind: cpu(_receiving(raw, calls), calls * _FEW) for kind, raw in _KINDS.items()},
        effort.rounds(15),
    )
    yield costs.difference(
        "receive of an enveloped message: more than of a raw one", "enveloped", "raw", "us"
    )


@contextmanager
def _our_client() -> Iterator[Any]:
    with ours("sns") as (_, client):
        yield client


@contextmanager
def _motos_client() -> Iterator[Any]:
    with motos("sns") as client:
        yield client


def _on_floor(calls: int) -> Setting:
    client = floor("sns", "Publish", {"MessageId": "0" * 36})

    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        yield repeated(_publish(client, _TOPIC), calls)

    return setting


def _publishing(fake: Callable[[], Any], queues: int, raw: str, calls: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        with fake() as client:
            sqs = boto3.client("sqs")
            topic, urls = _subscribed(client, sqs, queues, raw)
            yield repeated(_publish(client, topic), calls)
            _check(sqs, urls, calls + 3)

    return setting


def _receiving(raw: str, calls: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], None]]:
        with _our_client() as client:
            sqs = boto3.client("sqs")
            topic, urls = _subscribed(client, sqs, _FEW, raw)
            repeated(_publish(client, topic), calls)()

            def receive() -> None:
                for url in urls:
                    sqs.receive_message(QueueUrl=url)

            yield lambda: [receive() for _ in range(calls)]

    return setting


def _subscribed(client: Any, sqs: Any, queues: int, raw: str) -> tuple[str, list[str]]:
    """A topic with so many queues that subscribe to it."""
    topic = client.create_topic(Name="orders")["TopicArn"]
    urls = []
    for number in range(queues):
        urls.append(sqs.create_queue(QueueName=f"orders-{number}")["QueueUrl"])
        arn = f"arn:aws:sqs:us-east-1:123456789012:orders-{number}"
        attributes = {"RawMessageDelivery": raw}
        if number < _POLICIES:
            attributes["FilterPolicy"] = _POLICY
        client.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return topic, urls


def _publish(client: Any, topic: str) -> Callable[[], object]:
    return lambda: client.publish(TopicArn=topic, Message=BODY, MessageAttributes=_ATTRIBUTES)


def _check(sqs: Any, urls: list[str], messages: int) -> None:
    """Every queue must have every message."""
    name = "ApproximateNumberOfMessages"
    for url in urls:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        if int(found) != messages:
            raise RuntimeError(f"{url} has {found} messages, not {messages}")


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
