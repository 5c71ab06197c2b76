"""aiohttp inside the process: what is its own, beside what all libraries of plain HTTP have in common."""

import asyncio
import subprocess
import sys

import pytest

from pytest_fakeaws.errors import UnansweredCall

aiohttp = pytest.importorskip("aiohttp")

RECEIVE = "?Action=ReceiveMessage&WaitTimeSeconds=20"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def fetch(url, read=aiohttp.ClientResponse.read, **options):
    """What *read* makes of the response to one request."""

    async def once():
        async with (
            aiohttp.ClientSession() as session,
            session.request(options.pop("method", "GET"), url, **options) as response,
        ):
            return await read(response)

    return asyncio.run(once())


async def sent_in_chunks(*chunks):
    for chunk in chunks:
        yield chunk


def test_a_body_in_chunks_is_read_whole(fakeaws):
    """As an application streams it."""
    orders = fakeaws.create_queue("orders")
    body = sent_in_chunks(b"Action=SendMessage", b"&MessageBody=hello")
    fetch(orders.url, method="POST", data=body, headers=FORM)

    assert orders.messages.bodies == ["hello"]


def test_other_tasks_go_on_while_a_poll_waits(fakeaws):
    """The message that ends it comes from one of them."""
    orders = fakeaws.create_queue("orders")

    async def send_later():
        await asyncio.sleep(5)
        orders.send("hello")

    async def both():
        async with aiohttp.ClientSession() as session, session.get(orders.url + RECEIVE) as polled:
            return await polled.read()

    async def run():
        return (await asyncio.gather(both(), send_later()))[0]

    before = fakeaws.clock.now()
    assert b"<Body>hello</Body>" in asyncio.run(run())
    assert (fakeaws.clock.now() - before).total_seconds() == 5


def test_a_large_answer_arrives_whole(fakeaws):
    """More than aiohttp reads at once."""
    url = fakeaws.create_function("big", lambda *_: "x" * 1_000_000).create_url().url

    assert len(fetch(url)) == 1_000_000


def test_a_request_for_headers_has_no_content(fakeaws):
    """The session does not wait for any."""
    url = fakeaws.create_function("hello", lambda *_: "hello").create_url().url

    assert fetch(url, method="HEAD") == b""


def test_cookies_of_a_function_are_kept_by_the_session(fakeaws):
    """Each of them."""
    answer = {"statusCode": 204, "cookies": ["a=1", "b=2"]}
    url = fakeaws.create_function("cookies", lambda *_: answer).create_url().url

    async def cookies():
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as response:
                assert response.status == 204
            return {cookie.key: cookie.value for cookie in session.cookie_jar}

    assert asyncio.run(cookies()) == {"a": "1", "b": "2"}


def test_a_connection_that_a_fault_breaks_is_an_error_of_aiohttps(fakeaws):
    """The application catches what it would catch."""
    orders = fakeaws.create_queue("orders")
    fakeaws.faults.disconnect("sqs:ReceiveMessage")

    with pytest.raises(aiohttp.ClientConnectionError, match="Connection refused"):
        fetch(orders.url + RECEIVE)


@pytest.mark.fakeaws(allow=("states",))
def test_what_is_allowed_goes_out(fakeaws, no_network):
    """Only that."""
    with pytest.raises(pytest.fail.Exception, match="about to reach"):
        fetch("http://states.us-east-1.amazonaws.com/")
    with pytest.raises(UnansweredCall):
        fetch("http://events.us-east-1.amazonaws.com/")


def test_a_request_of_botocores_is_left_to_its_own_guard(fakeaws, no_network):
    """For aiobotocore sends through aiohttp, and what it was let out with goes out."""
    headers = {"amz-sdk-invocation-id": "1"}
    with pytest.raises(pytest.fail.Exception, match="about to reach"):
        fetch("http://states.us-east-1.amazonaws.com/", headers=headers)


def test_nothing_is_heard_after_the_end(fakeaws):
    """The method is the library's again."""
    heard = aiohttp.BaseConnector.connect
    fakeaws.stop()

    assert heard.__wrapped__ is aiohttp.BaseConnector.connect


LATE = """
import asyncio, sys
from pytest_fakeaws.fake import FakeAWS
from pytest_fakeaws.errors import UnansweredCall
with FakeAWS() as fakeaws:
    url = fakeaws.create_queue("orders").url
    before = "{library}" in sys.modules
    import {library}
    async def get(url):
        async with {library}.{client}() as client:
            await client.get(url)
    asyncio.run(get(url + "?Action=SendMessage&MessageBody=hello"))
    try:
        asyncio.run(get("http://states.us-east-1.amazonaws.com/"))
    except UnansweredCall:
        print(before, fakeaws.queue("orders").messages.bodies)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "client"), [("aiohttp", "ClientSession"), ("httpx", "AsyncClient")]
)
def test_a_library_that_is_imported_late_is_heard_too(library, client):
    """From its first request."""
    pytest.importorskip(library)
    code = LATE.format(library=library, client=client)
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert (run.stdout, run.stderr) == ("False ['hello']\n", "")
