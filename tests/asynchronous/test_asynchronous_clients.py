"""aiobotocore and aioboto3 in a fake: waiting, cancelling, streams, pages, errors, handlers and workers."""

import asyncio
import subprocess
import sys
import textwrap
import threading
import time

import aioboto3
import boto3
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from aiobotocore.stub import AioStubber

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import NotSimulated, UnansweredCall

pytestmark = pytest.mark.anyio


async def receive(sqs, queue, **options):
    """The bodies of what one call receives."""
    answer = await sqs.receive_message(QueueUrl=queue.url, **options)
    return [message["Body"] for message in answer.get("Messages", [])]


# Waiting


async def test_a_long_poll_ends_at_the_instant_of_the_message(fakeaws, sqs, elapsed):
    """Not at the end of its wait."""
    queue = fakeaws.create_queue("orders", delay=7)
    queue.send("a")

    assert await receive(sqs, queue, WaitTimeSeconds=20) == ["a"]
    assert elapsed() == 7


async def test_long_polls_of_two_tasks_do_not_hold_each_other_up(fakeaws, sqs, elapsed):
    """Each is woken at its own instant, and timers of the loop come in between."""
    first, second = fakeaws.create_queue("first", delay=5), fakeaws.create_queue("second")
    happened = []

    async def poll(queue):
        bodies = await receive(sqs, queue, WaitTimeSeconds=20)
        happened.append((queue.name, bodies, elapsed()))

    async def ticks():
        await asyncio.sleep(12)
        happened.append(("tick", elapsed()))

    first.send("a")
    await asyncio.gather(poll(first), poll(second), ticks())

    assert happened == [("first", ["a"], 5), ("tick", 12), ("second", [], 20)]


async def test_a_task_may_send_what_another_polls_for(fakeaws, sqs, elapsed):
    """A sent message ends the poll at that instant."""
    queue = fakeaws.create_queue("orders")

    async def send():
        await asyncio.sleep(3)
        await sqs.send_message(QueueUrl=queue.url, MessageBody="a")

    sending = asyncio.create_task(send())
    bodies = await receive(sqs, queue, WaitTimeSeconds=20)
    await sending

    assert (bodies, elapsed()) == (["a"], 3)


async def test_a_cancelled_long_poll_takes_no_message(fakeaws, sqs, elapsed):
    """A poll that nobody awaits any more has left; the next one gets the message."""
    queue = fakeaws.create_queue("orders")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(receive(sqs, queue, WaitTimeSeconds=20), 5)
    passed = elapsed()
    queue.send("a")
    await asyncio.sleep(30)

    assert passed == 5
    assert queue.messages.bodies == ["a"]
    assert queue.messages[0].receive_count == 0
    assert await receive(sqs, queue) == ["a"]


async def test_an_invocation_waits_for_its_handler(fakeaws, client, elapsed):
    """Two run side by side, each as long as it takes."""
    fakeaws.create_function("nap", lambda event, context: time.sleep(event), timeout=60)
    async with client:
        lambda_ = await client("lambda")
        await asyncio.gather(
            lambda_.invoke(FunctionName="nap", Payload="30"),
            lambda_.invoke(FunctionName="nap", Payload="20"),
        )

    assert elapsed() == 30


async def test_a_cancelled_invocation_is_nobodys(fakeaws, client, elapsed):
    """Whoever gives up gets its time back; what runs in Lambda runs on."""
    ended = []

    def work(event, context):
        time.sleep(30)
        ended.append(elapsed())

    fakeaws.create_function("work", work, timeout=60)
    async with client:
        lambda_ = await client("lambda")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(lambda_.invoke(FunctionName="work"), 5)
    await asyncio.sleep(60)

    assert ended == [30]


def test_a_loop_in_another_thread_polls_too(fakeaws, elapsed):
    """Its calls wait in threads, and its other tasks live on."""
    queue = fakeaws.create_queue("orders", delay=7)
    happened = []

    async def poll():
        async with get_session().create_client("sqs") as sqs:
            happened.append((await receive(sqs, queue, WaitTimeSeconds=20), elapsed()))

    async def main():
        polling = asyncio.create_task(poll())
        await asyncio.sleep(3)
        happened.append(("tick", elapsed()))
        await polling

    queue.send("a")
    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    thread.join()

    assert happened == [("tick", 3), (["a"], 7)]


def test_a_poll_that_is_cancelled_in_another_thread_takes_no_message(fakeaws):
    """It has left there too."""
    queue = fakeaws.create_queue("orders")

    async def main():
        async with get_session().create_client("sqs") as sqs:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(receive(sqs, queue, WaitTimeSeconds=20), 5)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    time.sleep(6)
    queue.send("a")
    thread.join()
    fakeaws.clock.advance(1)

    assert queue.messages.bodies == ["a"]


# Streams, pages and waiters


@pytest.fixture
async def lambda_(fakeaws, client):
    """A client of Lambda, and a function that gives back what it gets."""
    fakeaws.create_function("echo", lambda event, context: event)
    async with client:
        yield await client("lambda")


async def test_a_payload_is_read_as_ever(lambda_):
    """At once, piece by piece, and as a context manager."""

    async def stream():
        answer = await lambda_.invoke(FunctionName="echo", Payload='"hello"')
        return answer["Payload"]

    assert await (await stream()).read() == b'"hello"'
    pieces = await stream()
    assert [await pieces.read(3), await pieces.read(), await pieces.read()] == [
        b'"he',
        b'llo"',
        b"",
    ]
    async with await stream() as response:
        assert await response.read() == b'"hello"'


async def test_a_payload_is_iterated_as_ever(lambda_):
    """By pieces of a size, by default pieces and by lines."""

    async def stream():
        answer = await lambda_.invoke(FunctionName="echo", Payload='"hello"')
        return answer["Payload"]

    assert [piece async for piece in (await stream()).iter_chunks(4)] == [b'"hel', b'lo"']
    assert [piece async for piece in await stream()] == [b'"hello"']
    assert [line async for line in (await stream()).iter_lines()] == [b'"hello"']


async def test_paginators_turn_the_pages(fakeaws, sqs):
    """An asynchronous paginator asks until there is no further page."""
    for number in range(5):
        fakeaws.create_queue(f"queue-{number}")
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})

    assert [len(page["QueueUrls"]) async for page in pages] == [2, 2, 1]


async def test_waiters_wait_in_virtual_time(fakeaws, lambda_, elapsed):
    """Their sleeps are the loop's."""

    async def create():
        await asyncio.sleep(2.5)
        fakeaws.create_function("late", print)

    creating = asyncio.create_task(create())
    await lambda_.get_waiter("function_exists").wait(FunctionName="late")
    await creating

    assert elapsed() == 3


# Errors and neighbours


async def test_errors_are_those_of_the_client(sqs):
    """Caught by the class that the client offers."""
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as refused:
        await sqs.get_queue_url(QueueName="nobody")

    assert refused.value.response["Error"]["Code"].endswith("NonExistentQueue")


async def test_an_operation_that_is_not_simulated_raises_by_name(lambda_):
    """Nothing is guessed, and nothing goes to the network instead."""
    if not hasattr(lambda_, "get_durable_execution"):
        pytest.skip("This botocore has no operation that is not simulated.")
    with pytest.raises(NotSimulated, match=r"^lambda:GetDurableExecution is not"):
        await lambda_.get_durable_execution(DurableExecutionArn="arn:aws:lambda")


async def test_a_call_that_nobody_fakes_is_stopped(fakeaws, client):
    """The leak guard names the service."""
    async with client:
        dynamodb = await client("dynamodb")
        with pytest.raises(UnansweredCall, match="dynamodb"):
            await dynamodb.list_tables()


async def test_a_stubber_wins(fakeaws, sqs):
    """The answers that it was given come first."""
    with AioStubber(sqs) as stubber:
        stubber.add_response("list_queues", {"QueueUrls": ["https://stubbed"]})
        answer = await sqs.list_queues()

    assert answer["QueueUrls"] == ["https://stubbed"]


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
async def test_sleeps_between_retries_are_virtual(client, mode):
    """A service that is let through, and is not there: the client waits before it asks again."""
    config = AioConfig(retries={"mode": mode, "max_attempts": 4}, connect_timeout=1)
    with FakeAWS(allow=("dynamodb",)) as aws:
        start, before = aws.clock.now(), time.perf_counter()
        async with client:
            dynamodb = await client("dynamodb", endpoint_url="http://127.0.0.1:9", config=config)
            with pytest.raises(Exception, match=r"127\.0\.0\.1:9"):
                await dynamodb.list_tables()
        passed = (aws.clock.now() - start).total_seconds()

    assert passed > 0
    assert time.perf_counter() - before < 2


# Clients, however they were made


async def test_a_client_made_before_the_fake_reaches_it(client):
    """It is the class of all clients that is heard, and it serves one fake after another."""
    options = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "s"}
    seen = []
    async with client:
        sqs = await client("sqs", region_name="us-east-1", **options)
        for name in ("first", "second"):
            with FakeAWS() as aws:
                aws.create_queue(name)
                seen += (await sqs.list_queues())["QueueUrls"]

    assert [url.rpartition("/")[2] for url in seen] == ["first", "second"]


async def test_the_account_follows_the_key(fakeaws, client):
    """A client of another account makes queues there."""
    async with client:
        theirs = await client("sqs", **fakeaws.credentials("111122223333"))
        url = (await theirs.create_queue(QueueName="orders"))["QueueUrl"]

    assert url == "https://sqs.us-east-1.amazonaws.com/111122223333/orders"


async def test_clients_of_aioboto3_reach_the_fake(fakeaws):
    """They are aiobotocore's."""
    queue = fakeaws.create_queue("orders")
    async with aioboto3.Session().client("sqs") as sqs:
        assert (await sqs.list_queues())["QueueUrls"] == [queue.url]


async def test_resources_of_aioboto3_work_as_they_do_with_aws(fakeaws):
    """A resource's queue sends, receives and deletes."""
    async with aioboto3.Session().resource("sqs") as sqs:
        queue = await sqs.create_queue(QueueName="orders")
        await queue.send_message(MessageBody="first")
        (message,) = await queue.receive_messages(WaitTimeSeconds=5)
        body = await message.body
        await message.delete()

    assert body == "first"
    assert fakeaws.queue("orders").in_flight.bodies == []


@pytest.mark.slow
def test_aiobotocore_may_be_imported_inside_the_fake():
    """Nothing of it need be there when the fake starts."""
    code = """
        import asyncio, sys
        from pytest_fakeaws import FakeAWS

        async def main(queue):
            async with get_session().create_client("sqs") as sqs:
                answer = await sqs.receive_message(QueueUrl=queue.url, WaitTimeSeconds=20)
                return [message["Body"] for message in answer["Messages"]]

        with FakeAWS() as aws:
            queue = aws.create_queue("orders", delay=5)
            queue.send("a")
            assert "aiobotocore" not in sys.modules
            from aiobotocore.session import get_session
            print(asyncio.run(main(queue)), aws.clock.now().second)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (result.stdout.strip(), result.stderr) == ("['a'] 5", "")


# Handlers and workers


def test_a_handler_calls_asynchronously(fakeaws):
    """By `asyncio.run`, each invocation in a loop of its own."""
    done = fakeaws.create_queue("done")

    async def main(records):
        async with get_session().create_client("sqs") as sqs:
            for record in records:
                await asyncio.sleep(1)
                await sqs.send_message(QueueUrl=done.url, MessageBody=record["body"])

    jobs = fakeaws.create_queue("jobs")
    work = fakeaws.create_function("work", lambda event, _: asyncio.run(main(event["Records"])))
    jobs.trigger(work)
    jobs.send("a")
    jobs.send("b")
    fakeaws.clock.run_until_idle()

    assert [run.error for run in work.invocations] == [None]
    assert done.messages.bodies == ["a", "b"]


async def consume(url, done):
    """An asynchronous consumer as people write them."""
    async with get_session().create_client("sqs") as sqs:
        try:
            while True:
                polled = await sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
                for message in polled.get("Messages", []):
                    await asyncio.sleep(5)
                    await sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    done.append(message["Body"])
        finally:
            done.append("ended")
            await sqs.send_message(QueueUrl=url, MessageBody="never")


def test_an_asynchronous_consumer_lives_in_virtual_time(fakeaws):
    """It waits for messages without keeping the world busy."""
    jobs, done = fakeaws.create_queue("jobs"), []
    worker = fakeaws.spawn(consume, jobs.url, done)
    jobs.send("a")
    jobs.send("b", delay=60)
    fakeaws.clock.run_until_idle()

    assert done == ["a", "b"]
    assert worker.alive


@pytest.mark.parametrize("when", [2, 10], ids=["at work", "in a long poll"])
def test_an_asynchronous_consumer_can_be_killed(fakeaws, recwarn, caplog, when):
    """No call of it takes effect any more, and its `finally` blocks run without a word."""
    jobs, done = fakeaws.create_queue("jobs", visibility_timeout=30), []
    worker = fakeaws.spawn(consume, jobs.url, done)
    fakeaws.clock.advance(0)
    jobs.send("a")
    fakeaws.clock.advance(when)
    worker.kill()
    fakeaws.clock.advance(60)

    assert done == {2: ["ended"], 10: ["a", "ended"]}[when]
    assert jobs.messages.bodies == {2: ["a"], 10: []}[when]
    assert (list(recwarn), caplog.messages) == ([], [])


def test_a_consumer_as_a_task_of_the_test(fakeaws):
    """`advance_async` lets it work."""

    async def test():
        jobs, done = fakeaws.create_queue("jobs"), []
        worker = asyncio.create_task(consume(jobs.url, done))
        jobs.send("a")
        await fakeaws.clock.advance_async(5)
        seen = list(done)
        worker.cancel()
        await asyncio.wait([worker])
        return seen, jobs.messages.bodies

    assert asyncio.run(test()) == (["a"], ["never"])


def test_both_kinds_of_clients_meet(fakeaws):
    """A plain client sends what an asynchronous one receives."""
    queue = fakeaws.create_queue("orders")

    async def test():
        async with get_session().create_client("sqs") as sqs:
            polling = asyncio.create_task(receive(sqs, queue, WaitTimeSeconds=20))
            await asyncio.sleep(1)
            boto3.client("sqs").send_message(QueueUrl=queue.url, MessageBody="a")
            return await polling

    assert asyncio.run(test()) == ["a"]
