"""Clients of aiobotocore retry as those of boto3 do: in virtual time, and without holding anybody up."""

import asyncio

import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore import UNSIGNED
from botocore.exceptions import ConnectionClosedError

from pytest_fakeaws.faults.points import AwsError, Breakage, Disturbance

pytestmark = pytest.mark.anyio


def config(mode="standard", **options):
    """The configuration of a client that tries often."""
    return AioConfig(retries={"mode": mode, "total_max_attempts": 10}, **options)


@pytest.fixture
def busy(fakeaws):
    """A function that may run once at a time."""

    async def wait():
        await asyncio.sleep(10)

    return fakeaws.create_function(
        "busy", lambda *_: asyncio.run(wait()), timeout=60, reserved_concurrency=1
    )


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize(
    "options", [{}, {"signature_version": UNSIGNED}], ids=["signed", "unsigned"]
)
async def test_a_throttled_client_tries_again_until_there_is_room(
    fakeaws, busy, client, mode, options
):
    """Both invocations succeed, one after the other; other tasks go on meanwhile."""
    async with client:
        lambda_ = await client("lambda", config=config(mode, **options))
        answers = await asyncio.gather(
            lambda_.invoke(FunctionName="busy"), lambda_.invoke(FunctionName="busy")
        )
        payloads = [await answer["Payload"].read() for answer in answers]

    assert payloads == [b"null", b"null"]
    assert len(busy.invocations) == 2
    assert fakeaws.calls.filter(operation="Invoke").errors.count(None) == 2


async def test_a_connection_that_breaks_is_tried_again(fakeaws, client):
    """What took effect before takes effect twice."""
    queue = fakeaws.create_queue("orders")
    coming = [Disturbance(breakage=Breakage.CLOSED, takes_effect=True)]
    fakeaws._dispatch.hooks.call = lambda _: coming.pop() if coming else None
    async with client:
        sqs = await client("sqs", config=config())
        await sqs.send_message(QueueUrl=queue.url, MessageBody="a")

    assert queue.messages.bodies == ["a", "a"]


async def test_a_connection_that_stays_broken_raises_what_botocore_raises(fakeaws, client):
    """After the last attempt."""
    fakeaws._dispatch.hooks.call = lambda _: Disturbance(breakage=Breakage.CLOSED)
    async with client:
        sqs = await client("sqs", config=config())
        with pytest.raises(ConnectionClosedError):
            await sqs.list_queues()

    assert [call.attempt for call in fakeaws.calls] == list(range(1, 11))


async def test_a_stream_of_events_can_be_read_after_a_retry(fakeaws, client):
    """It comes as bytes then, and reads the same."""
    fakeaws.create_function("double", lambda event, _: event * 2)
    coming = [Disturbance(error=AwsError("ServiceException", "oh", 500))]
    fakeaws._dispatch.hooks.call = lambda _: coming.pop() if coming else None
    async with client:
        lambda_ = await client("lambda", config=config())
        answer = await lambda_.invoke_with_response_stream(FunctionName="double", Payload=b"21")
        events = [event async for event in answer["EventStream"]]

    assert events == [{"PayloadChunk": {"Payload": b"42"}}, {"InvokeComplete": {}}]


@pytest.mark.parametrize("point", [{"before_call": 2}, {"after_calls": 1}])
async def test_a_handler_of_coroutines_crashes_at_a_chosen_call(fakeaws, client, point):
    """What it awaited never comes, none of its lines runs any more, and its batch comes back."""
    orders, out = fakeaws.create_queue("orders"), fakeaws.create_queue("out")
    seen = []

    async def ship():
        async with get_session().create_client("sqs") as sqs:
            await sqs.send_message(QueueUrl=out.url, MessageBody="1")
            await sqs.send_message(QueueUrl=out.url, MessageBody="2")
            seen.append("done")

    orders.trigger(fakeaws.create_function("ship", lambda *_: asyncio.run(ship()), timeout=10))
    fault = fakeaws.faults.crash("ship", **point)
    orders.send("a")
    await fakeaws.clock.advance_async("1 min")

    runs = fakeaws.function("ship").invocations
    assert [run.error is None for run in runs] == [False, True]
    assert (fault.hits, seen, out.messages.bodies) == (1, ["done"], ["1", "1", "2"])


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
async def test_faults_strike_asynchronous_clients_too(fakeaws, client, mode):
    """They retry in virtual time, and each attempt is a call."""
    queue = fakeaws.create_queue("orders")
    began = fakeaws.clock.now()
    fakeaws.faults.error("sqs:SendMessage", status=503, times=2)
    fakeaws.faults.slow("sqs:SendMessage", by="2s", skip=2)
    async with client:
        sqs = await client("sqs", config=config(mode))
        await sqs.send_message(QueueUrl=queue.url, MessageBody="a")

    unavailable = "ServiceUnavailable"
    assert fakeaws.calls.filter("sqs").errors == [unavailable, unavailable, None]
    assert (fakeaws.clock.now() - began).total_seconds() > 0
