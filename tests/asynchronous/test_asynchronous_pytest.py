"""pytest-asyncio's tests and fixtures, in a loop that outlives the fake."""

import asyncio

import pytest
import pytest_asyncio
from aiobotocore.session import get_session

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOOPS = []


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def session():
    """A session that lasts as long as the loop."""
    LOOPS.append(asyncio.get_running_loop())
    return get_session()


@pytest_asyncio.fixture(loop_scope="module")
async def orders(fakeaws, session):
    """A queue that is made and deleted by an asynchronous fixture."""
    async with session.create_client("sqs") as sqs:
        url = (await sqs.create_queue(QueueName="orders"))["QueueUrl"]
        yield url
        await sqs.delete_queue(QueueUrl=url)


@pytest.mark.parametrize("turn", [1, 2])
async def test_a_loop_serves_one_fake_after_another(session, orders, turn, elapsed):
    """Each test has its own time and its own queues."""
    async with session.create_client("sqs") as sqs:
        await sqs.send_message(QueueUrl=orders, MessageBody="a", DelaySeconds=5)
        polled = await sqs.receive_message(QueueUrl=orders, WaitTimeSeconds=20)

    assert [asyncio.get_running_loop()] == LOOPS
    assert (len(polled["Messages"]), elapsed()) == (1, 5)


async def test_the_clock_can_be_turned(fakeaws, elapsed):
    """By itself with the plain verb, beside others with the asynchronous one."""
    fakeaws.clock.advance(5)
    other = asyncio.create_task(asyncio.sleep(7))
    await fakeaws.clock.advance_async(7)

    assert (elapsed(), other.done()) == (12, True)


@pytest.mark.asyncio(loop_scope="function")
async def test_a_loop_of_a_test_of_its_own_is_virtual_too(elapsed):
    """Loops of every scope are."""
    await asyncio.sleep(60)

    assert elapsed() == 60
