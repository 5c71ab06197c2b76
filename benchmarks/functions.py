"""Functions: a message through a mapping and a trivial handler, a synchronous invoke, a week of failures.

The mapping's batches are of 10, and filling the queue is not counted. moto never runs a handler without
Docker: its invoke answers a constant, and its mapping has nothing to measure.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.response import StreamingBody

from benchmarks.contestants import BODY, floor, have_access, motos, ours, repeated
from benchmarks.harness import Effort, Meter, Row, Setting, cpu, interleaved, main

_CALLS, _CALLS_OF_MOTO = 200, 10
_MESSAGES = 2_000
_BACKLOGS = (500, 50_000)
_EVENTS = 1_000
_WEEK = 7 * 86_400
_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/orders"


def measure(effort: Effort) -> Iterator[Row]:
    """The mapping, then the invoke, then the week."""
    have_access()
    yield _mapped(effort)
    yield _backlogged(effort)
    yield from _invoked(effort)
    yield _failed(effort)


def _handler(event: Any, context: Any) -> None:
    """Do nothing."""


def _mapping(number: int) -> Meter:
    """What each of so many messages costs that wait when a mapping begins."""

    @contextmanager
    def mapping() -> Iterator[Callable[[], object]]:
        with ours("sqs") as (aws, _):
            queue = aws.create_queue("orders")
            queue.trigger(aws.create_function("handle", _handler), batch_size=10)
            for _ in range(number):
                queue.send(BODY)
            yield aws.clock.run_until_idle
            if queue.messages:
                raise AssertionError("The mapping did not handle all messages.")

    return cpu(mapping, number)


def _backlogged(effort: Effort) -> Row:
    short, long = map(effort.size, _BACKLOGS)
    costs = interleaved({"long": _mapping(long), "short": _mapping(short)}, effort.rounds(5))
    what = f"a message of a mapping's backlog of {long:,} / of {short:,}"
    return costs.ratio(what, "long", "short", 1.5)


def _mapped(effort: Effort) -> Row:
    calls = effort.size(_CALLS)
    costs = interleaved(
        {
            "a message": _mapping(effort.size(_MESSAGES)),
            "floor of a send": _floor(
                "sqs",
                "SendMessage",
                {"MD5OfMessageBody": "0" * 32, "MessageId": "0" * 36},
                lambda client: client.send_message(QueueUrl=_URL, MessageBody=BODY),
                calls,
            ),
        },
        effort.rounds(25),
    )
    return costs.ratio(
        "a message through a mapping of batch 10 / floor of a send",
        "a message",
        "floor of a send",
        0.25,
    )


def _invoked(effort: Effort) -> Iterator[Row]:
    calls = effort.size(_CALLS)
    answer = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
    payload = StreamingBody(io.BytesIO(b"null"), 4)
    costs = interleaved(
        {
            "ours": cpu(_of_ours(calls), calls),
            "floor": _floor("lambda", "Invoke", {**answer, "Payload": payload}, _invoke, calls),
            "moto": cpu(_of_moto, _CALLS_OF_MOTO),
        },
        effort.rounds(25),
    )
    yield costs.ratio("invoke of a trivial handler: ours / floor", "ours", "floor", 2)
    yield costs.ratio("invoke: moto, which runs nothing / floor", "moto", "floor")


def _failed(effort: Effort) -> Row:
    """A thousand asynchronous events over a week: all fail three times, and are told to a queue."""
    number = effort.size(_EVENTS)

    @contextmanager
    def week() -> Iterator[Callable[[], object]]:
        with ours("lambda") as (aws, client):
            failures = aws.create_queue("failures", retention="14 days")
            aws.create_function("fail", _fail, on_failure=failures)

            def pass_by() -> None:
                for _ in range(number):
                    client.invoke(FunctionName="fail", InvocationType="Event", Payload=b"{}")
                    aws.clock.advance(_WEEK / number)

            yield pass_by
            if len(failures.messages) != number:
                raise AssertionError("Not every event was told.")

    costs = interleaved({"a week": cpu(week)}, effort.rounds(9))
    what = f"a simulated week of {number:,} failing asynchronous events"
    return costs.figure(what, "a week", "s", 1)


def _fail(event: Any, context: Any) -> None:
    raise ValueError("no total")


def _invoke(client: Any) -> object:
    return client.invoke(FunctionName="handle", Payload=b'{"order": 7}')


def _floor(
    service: str,
    operation: str,
    answer: dict[str, Any],
    call: Callable[[Any], object],
    calls: int,
) -> Meter:
    client = floor(service, operation, answer)

    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        yield repeated(lambda: call(client), calls)

    return cpu(setting, calls)


def _of_ours(calls: int) -> Setting:
    @contextmanager
    def setting() -> Iterator[Callable[[], object]]:
        with ours("lambda") as (aws, client):
            aws.create_function("handle", _handler)
            yield repeated(lambda: _invoke(client), calls)

    return setting


@contextmanager
def _of_moto() -> Iterator[Callable[[], object]]:
    with motos("lambda") as client:
        role = boto3.client("iam").create_role(
            RoleName="role", AssumeRolePolicyDocument=json.dumps({})
        )["Role"]["Arn"]
        client.create_function(
            FunctionName="handle",
            Role=role,
            Runtime="python3.12",
            Handler="module.handler",
            Code={"ZipFile": _zipped()},
        )
        yield repeated(lambda: _invoke(client), _CALLS_OF_MOTO)


def _zipped() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("module.py", "def handler(event, context):\n    pass\n")
    return archive.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(__doc__, measure))
