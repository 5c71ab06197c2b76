"""What botocore's clients retry they retry here, in virtual time, and each attempt is a call."""

import random
import time
from datetime import timedelta

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.session import get_session
from botocore.stub import Stubber

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import UnknownOption
from pytest_fakeaws.faults.points import AwsError, Breakage, Disturbance
from pytest_fakeaws.journal.entries import InvocationStarted, InvocationThrottled

MODES = ("legacy", "standard", "adaptive")


@pytest.fixture
def busy(fakeaws):
    """A function that may run once at a time, and is busy for ten seconds."""
    function = fakeaws.create_function(
        "busy", lambda *_: time.sleep(10), timeout=60, reserved_concurrency=1
    )
    fakeaws.spawn(function.invoke)
    fakeaws.clock.advance(0)
    return function


def client_of(service, mode="standard", attempts=10, **options):
    """A client that tries so often."""
    retries = {"mode": mode, "total_max_attempts": attempts}
    return boto3.client(service, config=Config(retries=retries, **options))


def attempts_in(fakeaws, operation):
    """What the attempts at an operation came to."""
    return [(call.attempt, call.error) for call in fakeaws.calls.filter(operation=operation)]


@pytest.fixture
def disturb(fakeaws):
    """Lets the next attempts at an operation be disturbed, one after the other."""

    def disturb(operation, *disturbances):
        coming = list(disturbances)

        def disturber(point):
            return coming.pop(0) if point.operation == operation and coming else None

        fakeaws._dispatch.hooks.call = disturber

    return disturb


# What AWS throttles


@pytest.mark.parametrize("mode", MODES)
def test_a_throttled_client_tries_again_until_there_is_room(fakeaws, busy, mode):
    """It waits in virtual time, in which the invocation that is in the way comes to its end."""
    answer = client_of("lambda", mode).invoke(FunctionName="busy")

    assert answer["Payload"].read() == b"null"
    first, second = busy.invocations
    assert second.started - first.started >= timedelta(seconds=10)
    calls = attempts_in(fakeaws, "Invoke")
    throttled = [(number, "TooManyRequestsException") for number in range(1, len(calls))]
    assert calls == [*throttled, (len(calls), None)]
    assert answer["ResponseMetadata"]["RetryAttempts"] == len(throttled)


@pytest.mark.parametrize(("mode", "default"), [("legacy", 5), ("standard", 3), ("adaptive", 3)])
def test_a_client_gives_up_in_the_end(fakeaws, busy, mode, default):
    """It raises what AWS answered last, after as many attempts as its mode makes."""
    client = boto3.client("lambda", config=Config(retries={"mode": mode}))
    fakeaws.clock.advance(1)
    busy_again = fakeaws.create_function("never", lambda *_: None, reserved_concurrency=0)

    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.invoke(FunctionName="never")

    assert caught.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == default - 1
    assert len(attempts_in(fakeaws, "Invoke")) == default
    assert busy_again.invocations == ()


def test_no_attempt_takes_effect_twice(fakeaws, busy):
    """What the first attempt is answered was worked out once."""
    client_of("lambda").invoke(FunctionName="busy")

    facts = [type(entry.fact) for entry in fakeaws.journal]
    assert facts.count(InvocationThrottled) == len(attempts_in(fakeaws, "Invoke")) - 1
    assert facts.count(InvocationStarted) == 2


def test_the_environment_says_how_clients_retry(fakeaws, busy, monkeypatch):
    """`AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE` count, as ever."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    client = boto3.client("lambda")

    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName="busy")

    assert len(attempts_in(fakeaws, "Invoke")) == 2


def test_a_client_that_never_retries_is_told_at_once(fakeaws, busy, elapsed):
    """No virtual time passes."""
    client = client_of("lambda", attempts=1)

    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName="busy")

    assert elapsed() == 0
    assert attempts_in(fakeaws, "Invoke") == [(1, "TooManyRequestsException")]


def test_the_handle_of_a_function_shows_what_aws_does(busy, elapsed):
    """Behind it there is no client that would try again."""
    with pytest.raises(Exception, match="Rate Exceeded"):
        busy.invoke()

    assert elapsed() == 0


def test_a_payload_that_is_read_from_a_file_is_read_again(fakeaws, tmp_path):
    """Each attempt sends all of it."""
    function = fakeaws.create_function("echo", lambda event, _: event, reserved_concurrency=0)
    (tmp_path / "payload").write_bytes(b'{"n": 1}')

    def make_room():
        time.sleep(0.1)
        boto3.client("lambda").delete_function_concurrency(FunctionName="echo")

    fakeaws.spawn(make_room)
    with (tmp_path / "payload").open("rb") as payload:
        client_of("lambda").invoke(FunctionName="echo", Payload=payload)

    assert [run.event for run in function.invocations] == [{"n": 1}]


def test_a_worker_that_is_killed_tries_no_more(fakeaws, busy):
    """Its wait ends, and nothing of it takes effect."""
    worker = fakeaws.spawn(lambda: client_of("lambda").invoke(FunctionName="busy"))
    fakeaws.clock.advance(0)
    worker.kill()
    fakeaws.clock.run_until_idle()

    assert len(busy.invocations) == 1


def test_a_handler_may_be_throttled_too(fakeaws, busy, inside):
    """Its client waits in the handler, while the world goes on."""
    answer = inside(lambda: client_of("lambda").invoke(FunctionName="busy")["StatusCode"])

    assert answer == 200


# Who retries


def test_a_client_from_before_the_fake_retries_too():
    """It waits in virtual time as well, and draws its jitter from the seed."""
    access = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    client = boto3.client("lambda", "us-east-1", **access)

    def waited():
        with FakeAWS() as aws:
            aws.create_function("never", lambda *_: None, reserved_concurrency=0)
            started = aws.clock.now()
            with pytest.raises(ClientError):
                client.invoke(FunctionName="never")
            return aws.clock.now() - started

    first = waited()
    assert first > timedelta()
    assert waited() == first


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_jitter_comes_from_the_seed(mode):
    """The same seed, the same waits; another, others; the process's own random numbers are left alone."""

    def waited(seed):
        with FakeAWS(seed=seed) as aws:
            aws.create_function("never", lambda *_: None, reserved_concurrency=0)
            started = aws.clock.now()
            with pytest.raises(ClientError):
                client_of("lambda", mode).invoke(FunctionName="never")
            return aws.clock.now() - started

    state = random.getstate()
    assert waited(1) == waited(1) != waited(2)
    assert random.getstate() == state


def test_an_unsigned_client_retries(fakeaws, busy):
    """It needs no credentials for it."""
    client = client_of("lambda", signature_version=botocore.UNSIGNED)

    assert client.invoke(FunctionName="busy")["StatusCode"] == 200


def test_credentials_that_would_ask_the_network_are_not_asked(fakeaws, busy):
    """Virtual time has outlived those of a role; nothing is signed with them."""
    session = get_session()
    session._credentials = RefreshableCredentials(
        "a", "b", "c", fakeaws.clock.now() - timedelta(days=1), pytest.fail, "assume-role"
    )
    client = boto3.Session(botocore_session=session).client(
        "lambda", "us-east-1", config=Config(retries={"total_max_attempts": 10})
    )

    assert client.invoke(FunctionName="busy")["StatusCode"] == 200


def test_an_active_stubber_wins_over_a_throttle(fakeaws, busy):
    """It answers instead of us, and nothing is retried."""
    client = client_of("lambda")
    with Stubber(client) as stubber:
        stubber.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.invoke(FunctionName="busy")

    assert attempts_in(fakeaws, "Invoke") == []


def test_a_client_sends_the_same_invocation_id_with_each_attempt(fakeaws, busy):
    """Handlers of the test's own see the requests as ever, counted and signed."""
    seen = []
    client = client_of("lambda")
    client.meta.events.register(
        "before-send.lambda.Invoke", lambda request, **_: seen.append(dict(request.headers))
    )
    client.invoke(FunctionName="busy")

    assert len({headers["amz-sdk-invocation-id"] for headers in seen}) == 1
    numbers = [headers["amz-sdk-request"].decode() for headers in seen]
    assert [f"attempt={number}" in text for number, text in enumerate(numbers, 1)] == [
        True for _ in attempts_in(fakeaws, "Invoke")
    ]
    assert all(b"Credential=" in headers["Authorization"] for headers in seen)


# What goes wrong on purpose


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "error",
    [
        AwsError("InternalFailure", "unknown error", 500),
        AwsError("ServiceUnavailable", "try later", 503),
        AwsError("ThrottlingException", "Rate exceeded", 400),
        AwsError("RequestThrottled", "Rate exceeded", 403),
    ],
    ids=lambda error: error.code,
)
def test_an_error_before_the_effect_is_retried(fakeaws, disturb, mode, error):
    """The message is sent once, by the second attempt."""
    queue = fakeaws.create_queue("orders")
    disturb("SendMessage", Disturbance(error=error))

    client_of("sqs", mode).send_message(QueueUrl=queue.url, MessageBody="a")

    assert queue.messages.bodies == ["a"]
    assert attempts_in(fakeaws, "SendMessage") == [(1, error.code), (2, None)]


def test_an_error_that_is_not_retried_is_raised_at_once(fakeaws, disturb):
    """Nobody tries again after an access that was denied."""
    queue = fakeaws.create_queue("orders")
    disturb("SendMessage", Disturbance(error=AwsError("AccessDenied", "no", 403)))

    with pytest.raises(ClientError, match=r"\(AccessDenied\).*: no"):
        client_of("sqs").send_message(QueueUrl=queue.url, MessageBody="a")

    assert attempts_in(fakeaws, "SendMessage") == [(1, "AccessDenied")]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", Breakage)
@pytest.mark.parametrize("takes_effect", [False, True])
def test_a_connection_that_breaks_is_tried_again(fakeaws, disturb, mode, how, takes_effect):
    """If the call had taken effect before, it takes effect twice: the well-known trap."""
    queue = fakeaws.create_queue("orders")
    disturb("SendMessage", Disturbance(breakage=how, takes_effect=takes_effect))

    client_of("sqs", mode).send_message(QueueUrl=queue.url, MessageBody="a")

    assert queue.messages.bodies == (["a", "a"] if takes_effect else ["a"])
    assert attempts_in(fakeaws, "SendMessage") == [(1, how.value), (2, None)]


@pytest.mark.parametrize(
    ("how", "raised"),
    [
        (Breakage.REFUSED, EndpointConnectionError),
        (Breakage.CLOSED, ConnectionClosedError),
        (Breakage.TIMED_OUT, ReadTimeoutError),
    ],
)
def test_a_connection_that_stays_broken_raises_what_botocore_raises(sqs, disturb, how, raised):
    """After its last attempt the client raises botocore's own error."""
    disturb("ListQueues", *[Disturbance(breakage=how)] * 10)

    with pytest.raises(raised, match="us-east-1"):
        sqs.list_queues()


def test_an_answer_that_is_lost_may_be_an_error(fakeaws, disturb):
    """The client tries again all the same."""
    disturb("GetQueueUrl", Disturbance(breakage=Breakage.CLOSED, takes_effect=True))
    client = client_of("sqs")

    with pytest.raises(client.exceptions.QueueDoesNotExist):
        client.get_queue_url(QueueName="nobody")

    assert [number for number, _ in attempts_in(fakeaws, "GetQueueUrl")] == [1, 2]


def test_a_call_may_take_its_time(sqs, disturb, elapsed):
    """Virtual time passes before it takes effect."""
    disturb("ListQueues", Disturbance(latency=1_500_000))
    sqs.list_queues()

    assert elapsed() == 1.5


def test_the_quota_for_retries_runs_out(fakeaws, disturb, elapsed):
    """A client that has failed too often tries no more, as ever."""
    url = fakeaws.create_queue("orders").url
    client = client_of("sqs", attempts=3)
    trouble = Disturbance(error=AwsError("InternalFailure", "unknown error", 500))
    disturb("ReceiveMessage", *[trouble] * 200)

    for _ in range(60):
        with pytest.raises(ClientError):
            client.receive_message(QueueUrl=url)

    assert elapsed() > 0
    assert len(attempts_in(fakeaws, "ReceiveMessage")) < 60 * 3


# What is put back


def test_botocore_is_as_it_was_afterwards():
    """Nothing that retries draw from or wait with is replaced any more."""
    from botocore import retryhandler
    from botocore.retries import bucket, standard

    def state():
        owners = (bucket.Clock, bucket.TokenBucket, standard.ExponentialBackoff)
        return [
            retryhandler.random,
            *(dict(vars(owner)) for owner in (*owners, standard.RetryHandler)),
        ]

    before = state()
    with FakeAWS():
        assert state() != before
    assert state() == before


# fakeaws.calls


def test_calls_are_shown_in_their_order(fakeaws, sqs):
    """Each with its service, operation, attempt, error and time."""
    sqs.create_queue(QueueName="orders")
    fakeaws.clock.advance(5)
    with pytest.raises(ClientError):
        sqs.get_queue_url(QueueName="nobody")

    (made, asked) = fakeaws.calls
    assert (made.service, made.operation, made.attempt, made.error) == (
        "sqs",
        "CreateQueue",
        1,
        None,
    )
    assert asked.error == "AWS.SimpleQueueService.NonExistentQueue"
    assert asked.at - made.at == timedelta(seconds=5)


def test_calls_can_be_filtered(fakeaws, sqs):
    """By service and by operation, in either spelling."""
    sqs.list_queues()
    boto3.client("lambda").list_functions()

    def operations(**by):
        return [call.operation for call in fakeaws.calls.filter(**by)]

    assert operations() == ["ListQueues", "ListFunctions"]
    assert operations(service="lambda") == ["ListFunctions"]
    assert operations(operation="list_queues") == ["ListQueues"]
    assert operations(operation="ListQueues", service="lambda") == []
    assert fakeaws.calls.filter("sqs").errors == [None]


def test_a_service_that_is_misspelt_is_explained(fakeaws):
    """Else a test that counts its calls would pass for the wrong reason."""
    with pytest.raises(UnknownOption, match='Did you mean "sqs"'):
        fakeaws.calls.filter(service="sqqs")
