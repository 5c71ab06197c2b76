"""HTTP libraries inside the process: what they make of cookies, of broken connections and of throttles."""

import asyncio
import http.client
import urllib.request
from urllib.error import URLError

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

httpx = pytest.importorskip("httpx")

RECEIVE = "?Action=ReceiveMessage"


# Cookies of a function


@pytest.fixture
def baker(fakeaws):
    """The URL of a function that gives two cookies, and returns those that it gets."""

    def handler(event, context):
        cookies = ["a=1; HttpOnly", "b=2"]
        return {"statusCode": 200, "cookies": cookies, "body": ", ".join(event.get("cookies", []))}

    return fakeaws.create_function("baker", handler).create_url().url


def test_each_cookie_is_a_header_of_its_own(baker):
    """For libraries that leave cookies to their users."""
    both = ["a=1; HttpOnly", "b=2"]

    with urllib.request.urlopen(baker) as response:
        assert response.headers.get_all("Set-Cookie") == both
    assert urllib3.request("GET", baker).headers.getlist("Set-Cookie") == both
    assert httpx.get(baker).headers.get_list("set-cookie") == both


def test_a_session_of_requests_keeps_them(baker):
    """And the response tells of them."""
    with requests.Session() as session:
        response = session.get(baker)
        assert response.cookies.get_dict() == {"a": "1", "b": "2"}
        assert session.get(baker).text == "a=1, b=2"


def test_a_client_of_httpx_keeps_them(baker):
    """From one request to the next."""
    with httpx.Client() as client:
        client.get(baker)
        assert client.get(baker).text == "a=1, b=2"


def test_a_response_goes_through_the_hooks_of_requests(baker):
    """They are the application's."""
    seen = []

    requests.get(baker, hooks={"response": lambda response, **_: seen.append(response.status_code)})

    assert seen == [200]


# A request for headers alone


HEADS = {
    "urllib.request": lambda url: urllib.request.urlopen(
        urllib.request.Request(url, method="HEAD")
    ).read(),
    "urllib3": lambda url: urllib3.request("HEAD", url).data,
    "requests": lambda url: requests.head(url).content,
    "httpx": lambda url: httpx.head(url).content,
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_request_for_headers_has_no_content(fakeaws, head):
    """Whatever the function returns."""
    function = fakeaws.create_function("hello", lambda event, _: event["requestContext"]["http"])

    assert head(function.create_url().url) == b""
    assert function.invocations[0].result["method"] == "HEAD"


# Broken connections


async def fetch_later(url):
    """A GET by httpx's asynchronous client."""
    async with httpx.AsyncClient() as client:
        await client.get(url)


FETCHES = {
    "urllib.request": urllib.request.urlopen,
    "urllib3": lambda url: urllib3.request("GET", url, retries=False),
    "requests": requests.get,
    "httpx": httpx.get,
    "httpx, asynchronous": lambda url: asyncio.run(fetch_later(url)),
}
REFUSED = {
    "urllib.request": URLError,
    "urllib3": urllib3.exceptions.NewConnectionError,
    "requests": requests.ConnectionError,
    "httpx": httpx.ConnectError,
    "httpx, asynchronous": httpx.ConnectError,
}
CLOSED = {
    "urllib.request": http.client.RemoteDisconnected,
    "urllib3": urllib3.exceptions.ProtocolError,
    "requests": requests.ConnectionError,
    "httpx": httpx.RemoteProtocolError,
    "httpx, asynchronous": httpx.RemoteProtocolError,
}
LATE = {
    "urllib.request": TimeoutError,
    "urllib3": urllib3.exceptions.ReadTimeoutError,
    "requests": requests.ReadTimeout,
    "httpx": httpx.ReadTimeout,
    "httpx, asynchronous": httpx.ReadTimeout,
}


@pytest.mark.parametrize("library", FETCHES)
def test_a_refused_connection_is_an_error_of_the_librarys(fakeaws, library):
    """The application catches what it would catch."""
    orders = fakeaws.create_queue("orders")
    fakeaws.faults.disconnect("sqs:ReceiveMessage")

    with pytest.raises(REFUSED[library], match="Connection refused"):
        FETCHES[library](orders.url + RECEIVE)


@pytest.mark.parametrize("library", FETCHES)
def test_a_lost_reply_is_an_error_of_the_librarys(fakeaws, library):
    """Of the connection that closed."""
    orders = fakeaws.create_queue("orders")
    orders.send("lamp")
    fakeaws.faults.lose_reply("sqs:ReceiveMessage")

    with pytest.raises(CLOSED[library]):
        FETCHES[library](orders.url + RECEIVE)
    assert orders.in_flight.bodies == ["lamp"]


@pytest.mark.parametrize("library", FETCHES)
def test_an_answer_that_does_not_come_in_time_is_an_error_of_the_librarys(fakeaws, library):
    """As if its own time-out had passed."""
    orders = fakeaws.create_queue("orders")
    fakeaws.faults.time_out("sqs:ReceiveMessage")

    with pytest.raises(LATE[library]):
        FETCHES[library](orders.url + RECEIVE)


# Retries


def test_a_request_of_urllib3_is_retried_as_it_was_told(fakeaws, elapsed):
    """In virtual time: its second and third attempts come after one second and two."""
    orders = fakeaws.create_queue("orders")
    fakeaws.faults.disconnect("sqs:ReceiveMessage", times=3)
    retries = urllib3.Retry(3, backoff_factor=1)

    assert urllib3.request("GET", orders.url + RECEIVE, retries=retries).status == 200
    assert elapsed() == 6


def test_a_request_of_urllib3_is_given_up_as_ever(fakeaws):
    """With its own error, which names the last one."""
    orders = fakeaws.create_queue("orders")
    fakeaws.faults.disconnect("sqs:ReceiveMessage", times=3)

    with pytest.raises(urllib3.exceptions.MaxRetryError, match="Connection refused"):
        urllib3.request("GET", orders.url + RECEIVE, retries=2)


@pytest.mark.parametrize("raising", [True, False])
def test_a_throttled_request_of_requests_is_retried(fakeaws, elapsed, raising):
    """By the adapter that the application mounted."""
    function = fakeaws.create_function("busy", lambda *_: None, reserved_concurrency=0)
    retries = urllib3.Retry(2, backoff_factor=1, status_forcelist=[429], raise_on_status=raising)
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=retries))
        if raising:
            with pytest.raises(requests.exceptions.RetryError):
                session.get(function.create_url().url)
        else:
            assert session.get(function.create_url().url).status_code == 429

    assert len(function.throttles) == 3
    assert elapsed() == 2
