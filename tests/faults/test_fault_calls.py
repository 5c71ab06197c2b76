"""Calls that go wrong on purpose: what the client sees, what took effect, and what the journal says."""

from contextlib import suppress

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from pytest_fakeaws.errors import UnknownOption, UnknownResource
from pytest_fakeaws.journal.entries import FaultInjected

MODES = ("legacy", "standard", "adaptive")


def client(service="sqs", mode="standard", attempts=5):
    """A client that tries so often."""
    return boto3.client(
        service, config=Config(retries={"mode": mode, "total_max_attempts": attempts})
    )


@pytest.fixture
def orders(fakeaws):
    """A queue."""
    return fakeaws.create_queue("orders")


def send(queue, body="a", **options):
    """Send by a client."""
    client(**options).send_message(QueueUrl=queue.url, MessageBody=body)


@pytest.mark.parametrize("mode", MODES)
def test_a_throttled_call_is_tried_again_by_the_client(fakeaws, orders, elapsed, mode):
    """Its waits pass in virtual time, and each attempt is a call."""
    news = fakeaws.create_topic("news")
    news.subscribe(orders, raw=True)
    fault = fakeaws.faults.throttle("sns:Publish", times=2)
    client("sns", mode).publish(TopicArn=news.arn, Message="a")

    assert fakeaws.calls.filter("sns", "Publish").errors == ["Throttled", "Throttled", None]
    assert (fault.hits, orders.messages.bodies) == (2, ["a"])
    assert elapsed() > 0


def test_a_legacy_client_does_not_try_again_when_a_queue_throttles_it(fakeaws, orders):
    """Botocore's list for that mode has not the code that SQS uses."""
    fakeaws.faults.throttle("sqs:SendMessage")
    with pytest.raises(ClientError, match="RequestThrottled"):
        send(orders, mode="legacy")

    send(orders, mode="legacy")
    assert orders.messages.bodies == ["a"]


@pytest.mark.parametrize("mode", MODES)
def test_the_jitter_of_retries_comes_from_the_seed(fakeaws, orders, elapsed, mode):
    """The same run waits the same."""

    def waited():
        fakeaws.reset()
        began = fakeaws.clock.now()
        queue = fakeaws.create_queue("orders")
        fakeaws.faults.error("sqs:*", status=503, times=3)
        send(queue, mode=mode)
        return fakeaws.clock.now() - began

    assert waited() == waited()


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sqs", "list_queues", "RequestThrottled"),
        ("sns", "list_topics", "Throttled"),
        ("lambda", "list_functions", "TooManyRequestsException"),
    ],
)
def test_each_service_throttles_in_its_own_words(fakeaws, service, operation, code):
    """With the code of its API reference."""
    fakeaws.faults.throttle(f"{service}:*", every=1)
    with pytest.raises(ClientError) as error:
        getattr(client(service, attempts=2), operation)()

    assert error.value.response["Error"]["Code"] == code
    assert fakeaws.calls.errors == [code, code]


def test_the_logs_of_a_function_can_be_throttled(fakeaws):
    """As far as CloudWatch Logs is simulated."""
    fakeaws.create_function("pay", lambda *_: None).invoke()
    fakeaws.faults.throttle("logs:*")
    client("logs").describe_log_streams(logGroupName="/aws/lambda/pay")

    assert fakeaws.calls.errors[-2:] == ["ThrottlingException", None]


@pytest.mark.parametrize(
    ("status", "code"), [(500, "InternalFailure"), (503, "ServiceUnavailable")]
)
def test_an_error_of_the_service_takes_no_effect(fakeaws, orders, status, code):
    """And the client tries again."""
    fakeaws.faults.error("sqs:SendMessage", status=status)
    send(orders)

    assert fakeaws.calls.filter("sqs", "SendMessage").errors == [code, None]
    assert orders.messages.bodies == ["a"]


def test_an_error_of_the_tests_own_reaches_the_code(fakeaws, orders):
    """A client does not retry what is its own fault."""
    fakeaws.faults.error("sqs:SendMessage", status=403, code="AccessDenied", text="no")
    with pytest.raises(ClientError, match=r"\(AccessDenied\).*: no"):
        send(orders)


def test_a_lost_reply_makes_a_duplicate(fakeaws, orders):
    """The call took effect, and the client does it again."""
    fakeaws.faults.lose_reply("sqs:SendMessage", queue=orders)
    send(orders)

    assert orders.messages.bodies == ["a", "a"]


def test_a_fifo_queue_forgives_a_lost_reply(fakeaws):
    """By the deduplication id, which the second attempt has too."""
    orders = fakeaws.create_queue("orders.fifo", content_based_deduplication=True)
    fakeaws.faults.lose_reply("sqs:SendMessage", queue="orders.fifo")
    client().send_message(QueueUrl=orders.url, MessageBody="a", MessageGroupId="g")

    assert orders.messages.bodies == ["a"]


def test_a_refused_connection_takes_no_effect(fakeaws, orders):
    """Nothing was sent."""
    with (
        fakeaws.faults.disconnect("sqs:SendMessage", every=1) as fault,
        pytest.raises(EndpointConnectionError),
    ):
        send(orders, attempts=3)

    assert (fault.hits, orders.messages.bodies) == (3, [])


@pytest.mark.parametrize(("takes_effect", "bodies"), [(False, ["a"]), (True, ["a", "a"])])
def test_a_call_times_out_after_a_minute(fakeaws, orders, elapsed, takes_effect, bodies):
    """The client then tries again, whether the first attempt took effect or not."""
    fakeaws.faults.time_out("sqs:SendMessage", takes_effect=takes_effect)
    send(orders)

    assert orders.messages.bodies == bodies
    assert 60 <= elapsed() < 62


def test_a_slow_call_takes_virtual_time(fakeaws, elapsed):
    """As long as it was told to."""
    fakeaws.faults.slow("sns:*", by="2s", every=1)
    boto3.client("sns").list_topics()

    assert elapsed() == 2


def test_a_fault_lasts_for_a_while(fakeaws, orders):
    """At its end it is over: the third attempt comes after that."""
    fault = fakeaws.faults.error("sqs:*", status=503, lasting="1 min")
    with pytest.raises(ClientError):
        send(orders, attempts=2)
    fakeaws.clock.advance("1 min")
    send(orders)

    assert (fault.hits, orders.messages.bodies) == (2, ["a"])


def test_a_fault_strikes_each_third_time(fakeaws, orders):
    """Of the calls that it is for."""
    fakeaws.faults.error("sqs:SendMessage", code="Odd", status=400, every=3)
    for _ in range(6):
        with suppress(ClientError):
            send(orders)

    odd = [None, None, "Odd"]
    assert fakeaws.calls.filter(operation="SendMessage").errors == [*odd, *odd]


def test_a_fault_strikes_with_a_probability_from_the_seed(fakeaws, orders):
    """About half of the calls, and the same ones in each run."""

    def hits():
        fakeaws.reset()
        queue = fakeaws.create_queue("orders")
        fault = fakeaws.faults.slow("sqs:SendMessage", by=0, probability=0.5)
        sqs = client()
        struck = []
        for _ in range(100):
            before = fault.hits
            sqs.send_message(QueueUrl=queue.url, MessageBody="a")
            struck.append(fault.hits > before)
        return struck

    first = hits()
    assert 30 < sum(first) < 70
    assert hits() == first


def test_a_fault_is_for_the_calls_that_it_names(fakeaws, orders):
    """By queue, topic, function, and whatever a predicate says."""
    other = fakeaws.create_queue("orders-too")
    topic = fakeaws.create_topic("orders")
    function = fakeaws.create_function("orders", lambda *_: None)
    faults = fakeaws.faults
    of_queue = faults.slow("*", by=0, queue=orders, every=1)
    of_topic = faults.slow("*", by=0, topic="orders", every=1)
    of_function = faults.slow("lambda:Invoke", by=0, function=function, every=1)
    of_body = faults.slow(
        "sqs:send_message",
        by=0,
        where=lambda call: call.parameters["MessageBody"] == "b",
        every=1,
    )
    send(orders)
    send(other, "b")
    boto3.client("sns").publish(TopicArn=topic.arn, Message="a")
    boto3.client("lambda").invoke(FunctionName=f"{function.arn}:$LATEST")

    hits = [fault.hits for fault in (of_queue, of_topic, of_function, of_body)]
    assert hits == [1, 1, 1, 1]


def test_the_story_says_what_was_done_to_the_code(fakeaws, orders):
    """A fault is a fact, told where it struck."""
    fakeaws.faults.lose_reply("sqs:SendMessage")
    send(orders)

    (fact,) = fakeaws.journal.of(kind=FaultInjected).facts
    assert fact == FaultInjected("sqs:SendMessage", "reply lost")
    assert "sqs:SendMessage  injected: reply lost" in fakeaws.timeline()


def test_a_fault_that_is_stopped_strikes_no_more(fakeaws, orders):
    """Nor does one whose block has ended."""
    fault = fakeaws.faults.lose_reply("sqs:SendMessage", every=1)
    fault.stop()
    with fakeaws.faults.throttle("sqs:*", every=1) as throttle:
        pass
    send(orders)

    assert (fault.hits, throttle.hits, fakeaws._dispatch.hooks.call) == (0, 0, None)
    assert repr(fault) == "<Fault reply lost: 0 hits>"


def test_without_retries_a_lost_reply_is_an_error(fakeaws, orders):
    """The message was sent all the same."""
    fakeaws.faults.lose_reply("sqs:SendMessage")
    with pytest.raises(ConnectionClosedError):
        send(orders, attempts=1)

    assert orders.messages.bodies == ["a"]


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda faults: faults.throttle("sqs:SendMesage"), 'Did you mean "sqs:SendMessage"?'),
        (lambda faults: faults.throttle("sq:SendMessage"), 'Did you mean "sqs"?'),
        (lambda faults: faults.throttle("sqs:*", tims=2), 'Did you mean "times"?'),
        (lambda faults: faults.throttle("sqs:*", times=0), "times is at least 1."),
        (lambda faults: faults.slow("sqs:*", by=1, probability=2), "from 0 to 1"),
        (lambda faults: faults.duplicate("orders", where=all), "no keyword 'where'"),
    ],
)
def test_a_misused_fault_is_explained(fakeaws, orders, use, message):
    """What happened, the evidence, and what was probably meant."""
    with pytest.raises(UnknownOption) as error:
        use(fakeaws.faults)

    assert message in str(error.value)


def test_a_fault_of_a_queue_that_does_not_exist_is_refused(fakeaws, orders):
    """A slip of the pen would otherwise be a fault that never strikes."""
    with pytest.raises(UnknownResource, match='Did you mean "orders"'):
        fakeaws.faults.lose_reply("sqs:SendMessage", queue="ordes")
