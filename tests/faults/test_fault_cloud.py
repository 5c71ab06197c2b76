"""What goes wrong inside the cloud: deliveries, runs of functions and of consumers."""

import time

import boto3
import pytest
from moto import mock_aws

from pytest_fakeaws.errors import UnknownOption
from pytest_fakeaws.handles.process import Process
from pytest_fakeaws.services.lambda_.outcomes import RuntimeCrashed, TaskTimedOut


@pytest.fixture
def orders(fakeaws):
    """A queue with a dead-letter queue."""
    return fakeaws.create_queue("orders", dead_letter_queue=True, visibility_timeout=30)


@pytest.fixture
def handled(fakeaws, orders):
    """The bodies that a function has handled, in order; it sends two messages for each."""
    handled = []

    def handler(event, context):
        for record in event["Records"]:
            sqs = boto3.client("sqs")
            sqs.send_message(QueueUrl="out", MessageBody="1")
            sqs.send_message(QueueUrl="out", MessageBody="2")
            handled.append(record["body"])

    fakeaws.create_queue("out")
    orders.trigger(fakeaws.create_function("ship", handler, timeout=10), batch_size=1)
    return handled


def receive(queue, **options):
    """Receive by a client, and return the messages."""
    answer = boto3.client("sqs").receive_message(
        QueueUrl=queue.url, MaxNumberOfMessages=10, **options
    )
    return answer.get("Messages", [])


# Queues


def test_a_message_is_delivered_again_although_it_was_deleted(fakeaws, orders, handled):
    """The copy has the same id, and does not count towards the dead-letter queue."""
    fault = fakeaws.faults.duplicate(orders)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    runs = fakeaws.function("ship").invocations
    ids = {run.event["Records"][0]["messageId"] for run in runs}
    assert (handled, len(ids), fault.hits) == (["a", "a"], 1, 1)
    assert [run.attempt for run in runs] == [1, 1]
    assert orders.dead_letters.bodies == []


def test_a_copy_shows_up_when_it_was_told_to(fakeaws, orders):
    """Until then the queue seems empty, and the handle that deleted the message means nothing."""
    fakeaws.faults.duplicate("orders", after="5 min")
    orders.send("a")
    (message,) = receive(orders)
    for _ in range(2):
        boto3.client("sqs").delete_message(
            QueueUrl=orders.url, ReceiptHandle=message["ReceiptHandle"]
        )
    fakeaws.clock.advance(299)
    assert receive(orders) == []
    fakeaws.clock.advance(1)
    assert [one["MessageId"] for one in receive(orders)] == [message["MessageId"]]


@pytest.mark.parametrize("groups", [None, "tenant"])
def test_messages_are_received_in_another_order(fakeaws, orders, groups):
    """All of them, once each; in a queue with tenants too."""
    fakeaws.faults.reorder(orders)
    bodies = [str(number) for number in range(10)]
    for body in bodies:
        orders.send(body, group=groups)
    received = [message["Body"] for message in receive(orders)]

    assert received != bodies
    assert sorted(received) == bodies


def test_a_message_is_late(fakeaws, orders):
    """As if it had been sent with a delay."""
    fakeaws.faults.delay(orders, by="20s")
    orders.send("a")
    orders.send("b")

    assert orders.messages.bodies == ["b"]
    fakeaws.clock.advance(20)
    assert orders.messages.bodies == ["b", "a"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda faults: faults.duplicate("orders.fifo"),
        lambda faults: faults.reorder("orders.fifo"),
        lambda faults: faults.delay("orders.fifo", by=1),
    ],
)
def test_fifo_queues_keep_their_promises(fakeaws, ask):
    """What AWS rules out is refused."""
    fakeaws.create_queue("orders.fifo")
    with pytest.raises(UnknownOption, match="exactly once"):
        ask(fakeaws.faults)


# Topics


def test_a_topic_reaches_some_of_its_subscribers_now_and_others_later(fakeaws, orders):
    """SNS tries again by itself."""
    news, other = fakeaws.create_topic("news"), fakeaws.create_queue("other")
    news.subscribe(orders, raw=True)
    late = news.subscribe(other, raw=True)
    fakeaws.faults.fail_delivery(news, to=other, reason="a hiccup")
    news.publish("a")

    assert (orders.messages.bodies, other.messages.bodies) == (["a"], [])
    fakeaws.clock.run_until_idle()
    assert other.messages.bodies == ["a"]
    assert [attempt.error for attempt in late.attempts] == ["a hiccup", None]


def test_an_http_endpoint_is_unavailable_for_a_time(fakeaws):
    """Its retries go by the delivery policy."""
    hook = fakeaws.http_endpoint("https://shop.example/hook", lambda request: 200)
    news = fakeaws.create_topic("news")
    subscription = news.subscribe(hook.url)
    subscription.confirm()
    fakeaws.clock.run_until_idle()
    hook.requests.clear()
    fakeaws.faults.fail_delivery(to=hook.url, lasting="30s")
    news.publish("a")
    fakeaws.clock.run_until_idle()

    assert len(subscription.failures) == 2
    assert [request.json()["Message"] for request in hook.requests] == ["a"]


# Functions


@pytest.mark.parametrize(
    ("point", "sent", "times"),
    [
        ({}, ["1", "2"], 1),
        ({"before_call": 2}, ["1", "1", "2"], 1),
        ({"after_calls": 1}, ["1", "1", "2"], 1),
        ({"after_calls": 2}, ["1", "2", "1", "2"], 1),
        ({"after_return": True}, ["1", "2", "1", "2"], 2),
    ],
)
def test_a_function_crashes_at_a_chosen_point(fakeaws, orders, handled, point, sent, times):
    """What it has done by then is done, and its batch comes back."""
    fault = fakeaws.faults.crash("ship", **point)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    first, second = fakeaws.function("ship").invocations
    assert isinstance(first.error, RuntimeCrashed)
    assert second.error is None
    assert fakeaws.queue("out").messages.bodies == sent
    assert (handled, fault.hits) == (["a"] * times, 1)
    assert "ship             injected: crashed" in fakeaws.timeline()


def test_a_crash_runs_finally_blocks_whose_calls_take_no_effect(fakeaws):
    """As when a process of a consumer is killed."""
    out = fakeaws.create_queue("out")

    def handler(event, context):
        sqs = boto3.client("sqs")
        try:
            sqs.send_message(QueueUrl=out.url, MessageBody="work")
        finally:
            sqs.send_message(QueueUrl=out.url, MessageBody="last words")

    fakeaws.faults.crash(fakeaws.create_function("f", handler, retry_attempts=0), after_calls=1)
    fakeaws.function("f").invoke_async({})
    fakeaws.clock.run_until_idle()

    assert out.messages.bodies == ["work"]


@pytest.mark.parametrize("point", [{}, {"after_calls": 1}, {"after_return": True}])
def test_a_function_runs_out_of_time_at_a_chosen_point(fakeaws, orders, handled, point):
    """Its time-out ends it."""
    fakeaws.faults.hang("ship", **point)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    first, second = fakeaws.function("ship").invocations
    assert (type(first.error), first.duration.total_seconds()) == (TaskTimedOut, 10)
    assert second.error is None


def test_a_function_is_slow(fakeaws, orders, handled):
    """By so much."""
    fakeaws.faults.stall("ship", by="2s", after_calls=1)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    (run,) = fakeaws.function("ship").invocations
    assert (run.duration.total_seconds(), run.error) == (2, None)


def test_a_function_is_throttled_before_it_starts(fakeaws, orders, handled):
    """Its batch is tried again by the mapping."""
    fakeaws.faults.throttle_function("ship", times=2)
    orders.send("a")
    fakeaws.clock.run_until_idle()

    function = fakeaws.function("ship")
    assert (len(function.throttles), len(function.invocations), handled) == (2, 1, ["a"])


def test_a_function_crashes_before_a_call_that_somebody_else_answers(fakeaws, orders):
    """It takes no effect, and counts, as moto answers it."""
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="done")

        def handler(event, context):
            s3.put_object(Bucket="done", Key="1", Body=b"")
            s3.put_object(Bucket="done", Key="2", Body=b"")

        fakeaws.create_function("file", handler, timeout=10, retry_attempts=0)
        fault = fakeaws.faults.crash("file", before_call=2)
        fakeaws.function("file").invoke_async({})
        fakeaws.clock.run_until_idle()

        keys = [one["Key"] for one in s3.list_objects_v2(Bucket="done")["Contents"]]
    assert (keys, fault.hits) == (["1"], 1)


# Consumers


def consume(url, done):
    """Receives, works, and deletes, for ever."""
    sqs = boto3.client("sqs")
    while True:
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
        for message in answer.get("Messages", []):
            time.sleep(1)
            done.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


@pytest.mark.parametrize("first", ["the fault", "the consumer"])
def test_a_consumer_crashes_and_is_started_again(fakeaws, orders, first):
    """After its call of DeleteMessage, the second of its calls; it has nothing left to do."""
    done, process = [], None
    if first == "the consumer":
        process = fakeaws.spawn(consume, orders.url, done)
    who = process or consume
    fault = fakeaws.faults.crash(who, after_calls=1, restart="5s")
    process = process or fakeaws.spawn(consume, orders.url, done)
    orders.send("a")
    fakeaws.clock.advance("1 min")

    assert (done, fault.hits, process.alive) == (["a"], 1, True)
    story = fakeaws.timeline()
    assert "00:00:00  consume          ended: crashed" in story
    assert "00:00:05  consume          started" in story


def test_a_consumer_that_is_not_started_again_stays_dead(fakeaws, orders):
    """As one that was killed."""
    done = []
    process = fakeaws.spawn(consume, orders.url, done)
    fakeaws.faults.crash(process, after_calls=1)
    orders.send("a")
    fakeaws.clock.advance("1 min")

    assert (done, process.alive, repr(process)) == ([], False, "<Process consume, crashed>")
    assert isinstance(process, Process)


def test_a_consumer_can_be_killed_before_it_is_started_again(fakeaws, orders):
    """Then it is not."""
    process = fakeaws.spawn(consume, orders.url, [])
    fakeaws.faults.crash(process, after_calls=1, restart="1 min")
    orders.send("a")
    fakeaws.clock.advance("10s")
    process.kill()
    fakeaws.clock.advance("5 min")

    assert not process.alive
    assert fakeaws.timeline().count("started") == 1


def test_a_fault_has_one_point(fakeaws, orders, handled):
    """Of several, nobody could tell which is meant."""
    with pytest.raises(UnknownOption, match="before_call, after_return"):
        fakeaws.faults.hang("ship", before_call=1, after_return=True)


def test_a_consumer_crashes_at_a_call_only(fakeaws, orders):
    """It has no handler that could return, and no batch."""
    process = fakeaws.spawn(consume, orders.url, [])
    with pytest.raises(UnknownOption, match="neither a handler nor a batch"):
        fakeaws.faults.crash(process)
