"""`python -m pytest_fakeaws serve`: a fake by itself, in a process of its own."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.slow


@contextmanager
def serving(*options):
    """A server of its own; gives what asks it, and expects it to end well."""
    pytest.importorskip("waitress")
    server = subprocess.Popen(
        [sys.executable, "-m", "pytest_fakeaws", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    url = re.search(r"http://\S+:\d+", server.stdout.readline())[0]

    def ask(path, data=None):
        request = urllib.request.Request(url + path, data)
        return urllib.request.urlopen(request, timeout=30).read().decode()

    try:
        yield ask
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
    assert server.returncode == 0


def test_virtual_time_is_turned_from_outside():
    """Ids are those of the seed."""
    with serving("--clock", "virtual", "--seed", "7") as ask:
        ask("/?Action=CreateQueue&QueueName=jobs")
        ask("/123456789012/jobs?Action=SendMessage&MessageBody=a&DelaySeconds=900")
        receive = "/123456789012/jobs?Action=ReceiveMessage"
        before = ask(receive)
        now = json.loads(ask("/_fakeaws/advance", b'{"by": "15 min"}'))

        assert now == {"now": "2030-01-01T00:15:00+00:00"}
        assert ("<Body>" in before, "<Body>a</Body>" in ask(receive)) == (False, True)


def test_virtual_time_follows_real_time():
    """A long poll ends when a message becomes visible."""
    with serving("--clock", "real") as ask:
        ask("/?Action=CreateQueue&QueueName=jobs")
        ask("/123456789012/jobs?Action=SendMessage&MessageBody=a&DelaySeconds=1")
        poll = "/123456789012/jobs?Action=ReceiveMessage&WaitTimeSeconds=20"

        assert "<Body>a</Body>" in ask(poll)


def test_an_address_that_is_taken_is_told():
    """With what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        again = subprocess.run(
            [sys.executable, "-m", "pytest_fakeaws", "serve", "--port", port],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    assert (again.returncode, f"Nobody can listen at 127.0.0.1:{port}." in again.stderr) == (
        2,
        True,
    )
