"""Handlers that call AWS themselves, directly or from asyncio."""

import asyncio
import json
import time
from datetime import timedelta

import boto3
import pytest

from pytest_fakeaws.journal.entries import InvocationStarted, MessageSent


@pytest.fixture
def queue(fakeaws):
    """A queue for handlers to use."""
    return fakeaws.create_queue("orders")


def receive(queue, wait):
    """The bodies that a client receives within *wait* seconds."""
    answer = boto3.client("sqs").receive_message(QueueUrl=queue.url, WaitTimeSeconds=wait)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_handler_sends_a_message(fakeaws, queue):
    """A client made inside a handler reaches the same queues as the test."""

    def handler(event, context):
        boto3.client("sqs").send_message(QueueUrl=queue.url, MessageBody=event["order"])

    fakeaws.create_function("send", handler).invoke({"order": "7"})

    assert queue.messages.bodies == ["7"]


def test_what_a_handler_does_follows_from_its_invocation(fakeaws, queue):
    """The journal knows which invocation sent a message, also after the handler has waited."""

    def handler(event, context):
        time.sleep(1)
        queue.send("7")

    fakeaws.create_function("send", handler).invoke()

    by_type = {type(entry.fact): entry for entry in fakeaws.journal}
    assert by_type[MessageSent].cause == by_type[InvocationStarted].number


def test_a_handler_uses_a_client_of_the_test(fakeaws, queue, sqs):
    """A client made before the handler runs works in it."""

    def handler(event, context):
        return sqs.get_queue_url(QueueName="orders")["QueueUrl"]

    assert fakeaws.create_function("look", handler).invoke().result == queue.url


def test_a_handler_waits_in_a_long_poll_until_a_message_arrives(fakeaws, queue):
    """The poll ends when the delayed message becomes visible."""
    queue.send("7", delay=5)
    run = fakeaws.create_function("poll", lambda *_: receive(queue, 20), timeout=30).invoke()

    assert (run.result, run.duration) == (["7"], timedelta(seconds=5))


def test_a_long_poll_on_an_empty_queue_takes_its_time(fakeaws, queue):
    """Nothing comes, and all of the wait passes."""
    run = fakeaws.create_function("poll", lambda *_: receive(queue, 20), timeout=30).invoke()

    assert (run.result, run.duration) == ([], timedelta(seconds=20))


def test_a_handler_invokes_another_function(fakeaws):
    """It waits for the other one, and gets its result."""

    def price(event, context):
        time.sleep(1)
        return event["lamps"] * 15

    def order(event, context):
        answer = boto3.client("lambda").invoke(FunctionName="price", Payload=json.dumps(event))
        return {"total": json.load(answer["Payload"])}

    fakeaws.create_function("price", price)
    run = fakeaws.create_function("order", order).invoke({"lamps": 2})

    assert (run.result, run.duration) == ({"total": 30}, timedelta(seconds=1))


def test_a_handler_may_use_handles_too(fakeaws):
    """Handles work inside a handler as they do in the test."""
    price = fakeaws.create_function("price", lambda event, _: event * 15)
    order = fakeaws.create_function("order", lambda event, _: price.invoke(event).result)

    assert order.invoke(2).result == 30


def test_a_caller_that_times_out_leaves_the_other_function_running(fakeaws):
    """A synchronous invocation goes on without the one who asked for it."""
    slow = fakeaws.create_function("slow", lambda *_: time.sleep(5), timeout=10)
    caller = fakeaws.create_function("caller", lambda *_: slow.invoke())

    assert caller.invoke().duration == timedelta(seconds=3)
    fakeaws.clock.run_until_idle()
    assert slow.invocations[0].duration == timedelta(seconds=5)


def test_a_function_may_invoke_itself(fakeaws, client):
    """Each call is an invocation of its own."""

    def countdown(event, context):
        if event == 0:
            return ["done"]
        answer = client.invoke(FunctionName="countdown", Payload=json.dumps(event - 1))
        return [event, *json.load(answer["Payload"])]

    function = fakeaws.create_function("countdown", countdown)

    assert function.invoke(3).result == [3, 2, 1, "done"]
    assert [run.event for run in function.invocations] == [3, 2, 1, 0]


def test_a_handler_runs_a_coroutine(fakeaws, queue):
    """`asyncio.run` in a handler works, and so do calls from its coroutine."""

    async def main():
        await asyncio.sleep(0)
        return receive(queue, 20)

    queue.send("7", delay=2)
    run = fakeaws.create_function("async", lambda *_: asyncio.run(main())).invoke()

    assert (run.result, run.duration) == (["7"], timedelta(seconds=2))


def test_two_handlers_each_wait_in_a_loop_of_their_own(fakeaws, queue):
    """A handler that gives way inside its event loop takes the loop with it."""

    async def main():
        loop = asyncio.get_running_loop()
        time.sleep(1)  # noqa: ASYNC251 - gives way in virtual time, in the middle of the loop
        await asyncio.sleep(0)
        return loop is asyncio.get_running_loop()

    function = fakeaws.create_function("async", lambda *_: asyncio.run(main()))
    queue.trigger(function, batch_size=1)
    queue.send("a")
    queue.send("b")
    fakeaws.clock.run_until_idle()

    assert [run.result for run in function.invocations] == [True, True]
    assert [run.duration for run in function.invocations] == [timedelta(seconds=1)] * 2


def test_a_handler_runs_a_coroutine_when_the_test_is_one(fakeaws):
    """The loop of the test does not forbid the handler one of its own."""

    async def answer():
        return 42

    async def body():
        return function.invoke().result

    function = fakeaws.create_function("async", lambda *_: asyncio.run(answer()))

    assert asyncio.run(body()) == 42
