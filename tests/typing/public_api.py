"""What users' type checkers see: checked by mypy and pyright in their strict modes, never run.

`assert_type` holds the inferred type; a `type: ignore` that is not needed is an error, so that what should be
refused is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from typing_extensions import assert_type

from pytest_fakeaws import (
    Clock,
    EventSourceMapping,
    FakeAWS,
    FakeAWSError,
    Function,
    HttpEndpoint,
    HttpRequest,
    Invocation,
    Message,
    Notification,
    Process,
    Queue,
    Subscription,
    Topic,
)


def handler(event: Any, context: Any) -> object:
    return {"batchItemFailures": []}


@pytest.fixture(scope="module")
def cloud() -> Iterator[FakeAWS]:
    with FakeAWS(seed=7, start="now", accounts={"AKIA": "111122223333"}, allow=["dynamodb"]) as aws:
        assert_type(aws, FakeAWS)
        yield aws


def test_queues(fakeaws: FakeAWS) -> None:
    orders = fakeaws.create_queue(
        "orders.fifo", dead_letter_queue=True, visibility_timeout=timedelta(minutes=1)
    )
    assert_type(orders, Queue)
    assert_type(orders.send("7", group="ada"), str)
    message = orders.messages[0]
    assert_type(message, Message)
    assert_type(message.body, str)
    bodies: Sequence[str] = orders.dead_letters.bodies
    assert bodies == []
    assert_type(fakeaws.queue("orders"), Queue)
    assert_type(fakeaws.explain(message), str)


def test_functions(fakeaws: FakeAWS) -> None:
    function = fakeaws.create_function("invoice", handler, timeout="1 min")
    assert_type(function, Function)
    run = function.invoke({"id": 7})
    assert_type(run, Invocation)
    assert_type(run.duration, timedelta | None)
    assert_type(run.error, BaseException | None)
    assert_type(function.invoke_async([1]), str)
    assert_type(function.create_url().request("POST", "/", json={}).status, int)
    mapping = fakeaws.create_queue("orders").trigger(function, window="20s")
    assert_type(mapping, EventSourceMapping)
    assert_type([one.attempt for one in mapping.invocations], list[int])


def test_topics(fakeaws: FakeAWS) -> None:
    topic = fakeaws.create_topic("orders")
    assert_type(topic, Topic)
    subscription = topic.subscribe(fakeaws.create_queue("audit"), filter_policy={"kind": ["order"]})
    assert_type(subscription, Subscription)
    assert_type(topic.publish("7", attributes={"usd": 7}), str)
    assert_type([one for one in topic.notifications], list[Notification])  # noqa: C416

    def hook(request: HttpRequest) -> int:
        assert_type(request.body, str)
        return 200

    assert_type(fakeaws.http_endpoint("https://shop.example/", hook), HttpEndpoint)


def test_time(fakeaws: FakeAWS) -> None:
    clock = fakeaws.clock
    assert_type(clock, Clock)
    assert_type(clock.now(), datetime)
    clock.advance(5)
    clock.advance("5 min")
    clock.advance(timedelta(minutes=5))
    clock.run_until(lambda: True, timeout="1 h")
    with clock.real():
        pass
    assert_type(asyncio.run(clock.advance_async(1)), None)
    assert_type(fakeaws.expect.eventually(lambda: [1], timeout=60), list[int])


def work(url: str, done: list[str]) -> int:
    done.append(url)
    return 1


def test_processes(fakeaws: FakeAWS) -> None:
    process = fakeaws.spawn(work, "url", [])
    assert_type(process, Process)
    process.kill()
    try:
        fakeaws.queue("nowhere")
    except FakeAWSError as error:
        assert_type(str(error), str)


def test_what_is_refused(fakeaws: FakeAWS) -> None:
    fakeaws.create_queue("q", visibility="1 min")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    fakeaws.clock.advance([1])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    fakeaws.spawn(work, "url")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    FakeAWS(host_time="sundial")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@FakeAWS(seed=3)
def decorated(text: str) -> str:
    return text


assert_type(decorated("7"), str)
