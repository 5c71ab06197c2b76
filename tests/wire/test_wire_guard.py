"""Nothing leaves for the network unless it is meant to."""

import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import UnansweredCall


@pytest.fixture
def local_service():
    """The port of a server on this machine that refuses whatever it is asked."""

    class Teapot(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(418)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    with socketserver.TCPServer(("127.0.0.1", 0), Teapot) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_suite_itself_cannot_leave():
    """Whoever opens a connection to another machine fails the test."""
    with pytest.raises(pytest.fail.Exception, match=r"about to reach 192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80))


@pytest.mark.parametrize(
    ("call", "name", "host"),
    [
        (
            lambda: boto3.client("dynamodb").list_tables(),
            "dynamodb:ListTables",
            "dynamodb.us-east-1.amazonaws.com",
        ),
        (
            lambda: boto3.client("s3").get_object(Bucket="bills", Key="january"),
            "s3:GetObject",
            "bills.s3.amazonaws.com",
        ),
        (
            lambda: boto3.client("events").list_rules(),
            "eventbridge:ListRules",
            "events.us-east-1.amazonaws.com",
        ),
    ],
    ids=["dynamodb", "s3", "eventbridge"],
)
def test_a_call_that_nobody_fakes_is_stopped(fakeaws, call, name, host):
    """The error names the call and where it was going, and ends with what to do."""
    with pytest.raises(UnansweredCall) as caught:
        call()

    service = name.partition(":")[0]
    assert caught.value.what == f"{name} was about to leave for the network: nobody fakes it."
    assert caught.value.evidence == f"It was on its way to {host}."
    assert f'@pytest.mark.fakeaws(allow=("{service}",))' in caught.value.advice


def test_a_stopped_call_is_not_retried(fakeaws):
    """The first attempt is the last: no time passes."""
    with pytest.raises(UnansweredCall):
        boto3.client("dynamodb").list_tables()

    assert fakeaws.clock.now().isoformat() == "2030-01-01T00:00:00+00:00"


def test_a_client_that_never_had_credentials_is_stopped_alike(monkeypatch):
    """It does not fail for want of a signature first, nor go looking for credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session(region_name="us-east-1").client("dynamodb")

    with FakeAWS(), pytest.raises(UnansweredCall, match="dynamodb:ListTables"):
        client.list_tables()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_service_on_this_machine_may_be_asked(fakeaws, local_service, host):
    """DynamoDB Local, MinIO and their like are neighbours."""
    client = boto3.client("dynamodb", endpoint_url=f"http://{host}:{local_service}")

    with pytest.raises(ClientError, match="418"):
        client.list_tables()


@pytest.mark.fakeaws(allow=("dynamodb", "events"))
@pytest.mark.parametrize(
    ("service", "operation"), [("dynamodb", "list_tables"), ("events", "list_rules")]
)
def test_a_service_that_is_allowed_may_leave(fakeaws, service, operation):
    """Only the suite's own guard holds it; services are named as boto3 names them."""
    client = boto3.client(service, config=Config(retries={"max_attempts": 0}))

    with pytest.raises(pytest.fail.Exception, match=f"about to reach {service}"):
        getattr(client, operation)()


@pytest.mark.fakeaws(allow="dynamodb")
def test_one_allowed_service_needs_no_tuple(fakeaws):
    """A text is one service, not many of one letter."""
    with pytest.raises(pytest.fail.Exception, match="about to reach dynamodb"):
        boto3.client("dynamodb").list_tables()


@pytest.mark.fakeaws(allow=("dynamodb",))
def test_what_is_not_allowed_is_stopped_all_the_same(fakeaws):
    """Allowing one service opens no other."""
    with pytest.raises(UnansweredCall, match="s3:ListBuckets"):
        boto3.client("s3").list_buckets()
