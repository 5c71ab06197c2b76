"""Bad bytes, too many of them, slow ones and half of them: an error of the client's, and nobody is held up."""

import random
import socket
from contextlib import suppress

import pytest

from pytest_fakeaws.faults.points import Breakage, Disturbance

LIST = "/?Action=ListQueues&Version=2012-11-05"


@pytest.fixture
def talk(endpoint):
    """Sends bytes, ends its half of the connection, and returns what comes back."""

    def talk(sent):
        with socket.create_connection((endpoint.host, endpoint.port), timeout=5) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    return talk


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\0\xff\r\n\r\n", b"400"),
        (b"GET\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"501"),
        (b"PUT /2015-03-31/functions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"),
    ],
)
def test_what_cannot_be_read_is_refused(talk, ask, sent, status):
    """And others are answered as before."""
    assert talk(sent).split(b" ")[1] == status
    assert ask(LIST)[0] == 200


def test_headers_without_end_are_cut_off(talk, ask):
    """With a refusal, if the connection is still there when the client listens."""
    answer = b""
    with suppress(OSError):  # reset while it talks, or before it has ended its half
        answer = talk(b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000)

    assert answer.split(b" ")[1:2] in ([b"431"], [])
    assert ask(LIST)[0] == 200


def test_half_a_request_has_no_answer(fakeaws, talk, ask):
    """Whoever says no more is let go."""
    orders = fakeaws.create_queue("orders")
    form = b"Action=SendMessage&MessageBody=a"
    head = b"POST /123456789012/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"

    assert talk(head + form) == b""
    assert orders.messages.bodies == []


def test_slow_clients_hold_nobody_up(endpoint, ask):
    """However many there are."""
    slow = [socket.create_connection((endpoint.host, endpoint.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Le")

    assert ask(LIST)[0] == 200
    for connection in slow:
        connection.close()


def test_random_bytes_are_survived(talk, ask):
    """A request is no request at random."""
    chance = random.Random(0)
    start = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\nConnection: close\r\n"
    for _ in range(30):
        talk(chance.choice([b"", start, start + b"\r\n"]) + chance.randbytes(40))

    assert ask(LIST)[0] == 200


def test_a_connection_that_breaks_on_purpose_breaks(fakeaws, talk):
    """The response ends before its end."""
    fakeaws._dispatch.hooks.call = lambda _: Disturbance(breakage=Breakage.CLOSED)
    head, _, body = talk(f"GET {LIST} HTTP/1.1\r\nHost: a\r\n\r\n".encode()).partition(b"\r\n\r\n")

    assert b"content-length: 1" in head.lower()
    assert body == b""


def test_what_is_not_simulated_is_refused_by_name(ask):
    """As an error that clients can read, and do not try again after."""
    status, content = ask("/", {}, **{"X-Amz-Target": "DynamoDB_20120810.GetItem"})

    assert (status, b"DynamoDB_20120810 is not simulated." in content) == (501, True)
