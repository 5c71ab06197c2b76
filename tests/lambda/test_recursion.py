"""Chains of invocations that come back to where they were, and what stops them."""

import contextlib
import functools
import json
import os
import re

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import ClockStopped
from pytest_fakeaws.journal.entries import RecursionStopped

ONCE = 16
"""How often Lambda lets a chain go through a function."""


called = functools.cache(boto3.client)
"""The client of a service: to make one in each handler would take longer than all the rest."""


def send(queue, body="again"):
    called("sqs").send_message(QueueUrl=queue.url, MessageBody=body)


def invoke(name, kind="RequestResponse"):
    called("lambda").invoke(FunctionName=name, InvocationType=kind)


def publish(topic):
    called("sns").publish(TopicArn=topic.arn, Message="again")


def lineage(header):
    return [int(count) for count in re.findall(r":(\d+)", header.split("Lineage=")[1])]


@pytest.fixture
def looping(fakeaws):
    """A function that sends what it gets back to the queue that it comes from."""
    images = fakeaws.create_queue("images", dead_letter_queue=True, max_receive_count=3)
    resize = fakeaws.create_function("resize", lambda event, context: send(images))
    images.trigger(resize)
    return images, resize


@pytest.fixture
def stopped(fakeaws):
    """The facts that say so."""
    return lambda: [e.fact for e in fakeaws.journal if isinstance(e.fact, RecursionStopped)]


# What a header says


def test_a_handler_sees_the_trace_header_of_its_invocation(fakeaws):
    """It is in the environment variable in which botocore looks for it."""
    function = fakeaws.create_function("f", lambda event, context: os.environ["_X_AMZN_TRACE_ID"])

    header = function.invoke().result

    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:0",
        header,
    )
    assert "_X_AMZN_TRACE_ID" not in os.environ


def test_two_invocations_of_a_test_have_nothing_in_common(fakeaws):
    """Each begins a trace of its own."""
    function = fakeaws.create_function("f", lambda event, context: os.environ["_X_AMZN_TRACE_ID"])

    first, second = function.invoke().result, function.invoke().result

    assert first.split(";")[0] != second.split(";")[0]
    assert lineage(first) == lineage(second) == [0]


def test_a_message_of_a_handler_carries_its_trace_header(fakeaws, sqs):
    """As `AWSTraceHeader`; one that a test sends has none."""
    queue = fakeaws.create_queue("q")
    headers = []

    def handler(event, context):
        headers.append(os.environ["_X_AMZN_TRACE_ID"])
        send(queue, "by a handler")
        entries = [{"Id": "1", "MessageBody": "in a batch"}]
        boto3.client("sqs").send_message_batch(QueueUrl=queue.url, Entries=entries)

    fakeaws.create_function("f", handler).invoke()
    send(queue, "by a test")
    received = sqs.receive_message(
        QueueUrl=queue.url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]

    carried = {
        message["Body"]: message.get("Attributes", {}).get("AWSTraceHeader") for message in received
    }
    assert carried == {
        "by a handler": headers[0],
        "in a batch": headers[0],
        "by a test": None,
    }


def test_a_trace_header_that_the_sender_gives_wins(fakeaws, sqs):
    """The attribute overrides the header of the call."""
    queue = fakeaws.create_queue("q")
    given_header = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}}

    def handler(event, context):
        boto3.client("sqs").send_message(
            QueueUrl=queue.url, MessageBody="m", MessageSystemAttributes=given_header
        )

    fakeaws.create_function("f", handler).invoke()
    [message] = sqs.receive_message(
        QueueUrl=queue.url, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]

    assert message["Attributes"]["AWSTraceHeader"] == "Root=1-2-3"


def test_a_chain_keeps_its_root_and_counts_each_function(fakeaws):
    """From function to queue to function, the trace is one."""
    queue, headers = fakeaws.create_queue("q"), []

    def first(event, context):
        headers.append(os.environ["_X_AMZN_TRACE_ID"])
        send(queue)

    def second(event, context):
        headers.append(os.environ["_X_AMZN_TRACE_ID"])

    queue.trigger(fakeaws.create_function("second", second))
    fakeaws.create_function("first", first).invoke()
    fakeaws.clock.run_until_idle()

    one, two = headers
    assert one.split(";")[0] == two.split(";")[0]
    assert one.split(";")[1] != two.split(";")[1]
    assert [lineage(one), lineage(two)] == [[0], [0, 0]]


def test_a_header_of_elsewhere_is_gone_on_with(fakeaws):
    """A lineage of another form counts for nothing, and what is no trace header begins anew."""
    queue, headers = fakeaws.create_queue("q"), []
    queue.trigger(
        fakeaws.create_function(
            "f", lambda event, context: headers.append(os.environ["_X_AMZN_TRACE_ID"])
        )
    )
    for header in ("Root=1-2-3;Parent=4;Sampled=1;Lineage=1:fc3b4ff1:0", "nonsense"):
        boto3.client("sqs").send_message(
            QueueUrl=queue.url,
            MessageBody="m",
            MessageSystemAttributes={
                "AWSTraceHeader": {"DataType": "String", "StringValue": header}
            },
        )
        fakeaws.clock.run_until_idle()

    continued, begun = headers
    assert continued.startswith("Root=1-2-3;Parent=")
    assert ";Sampled=1;" in continued
    assert lineage(continued) == lineage(begun) == [0]


def test_retries_of_an_event_do_not_count(fakeaws):
    """A second attempt belongs to the same step of the chain."""
    headers = []

    def handler(event, context):
        headers.append(os.environ["_X_AMZN_TRACE_ID"])
        raise ValueError("no")

    fakeaws.create_function("f", handler).invoke_async()
    fakeaws.clock.run_until_idle()

    assert [lineage(header) for header in headers] == [[0], [0], [0]]


# What stops a loop


def test_a_function_that_feeds_its_own_queue_is_stopped(fakeaws, looping, stopped):
    """After 16 invocations the message comes back until the queue gives it up."""
    images, resize = looping
    images.send("1.png")

    fakeaws.clock.run_until_idle()

    assert len(resize.invocations) == ONCE
    assert images.dead_letters.bodies == ["again"]
    assert [fact.invocations for fact in stopped()] == [ONCE] * 3
    assert fakeaws.clock.now().strftime("%H:%M:%S") == "00:01:30"  # three tries of 30 s each


def test_a_refused_try_counts_as_a_receive(fakeaws, looping):
    """The dead letter has been received as often as the queue allows."""
    images, _ = looping
    images.send("1.png")

    fakeaws.clock.run_until_idle()

    assert [letter.receive_count for letter in images.dead_letters] == [3]


def test_a_synchronous_loop_is_an_error_of_the_caller(fakeaws):
    """The 17th call is answered RecursiveInvocationException."""
    answers = []

    def handler(event, context):
        try:
            invoke("f")
        except ClientError as error:
            answers.append(error)

    function = fakeaws.create_function("f", handler)
    function.invoke()

    assert len(function.invocations) == ONCE
    [error] = answers
    assert type(error).__name__ == "RecursiveInvocationException"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.response["Type"] == "User"
    assert error.response["Message"].startswith("Lambda has detected your function")


def test_a_stopped_event_goes_to_both_targets(fakeaws):
    """The dead-letter queue has the event, the destination a record."""
    letters, records = fakeaws.create_queue("letters"), fakeaws.create_queue("records")
    function = fakeaws.create_function(
        "f",
        lambda event, context: invoke("f", "Event"),
        dead_letter=letters,
        on_failure=records,
    )
    function.invoke_async()
    fakeaws.clock.run_until_idle()

    assert len(function.invocations) == ONCE
    [letter] = letters.messages
    assert letter.body == "{}"
    assert letter.attributes["ErrorCode"] == "400"
    assert letter.attributes["ErrorMessage"].startswith("Lambda has detected your function")
    [record] = map(json.loads, records.messages.bodies)
    assert record["requestContext"]["condition"] == "RecursiveInvocation"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responsePayload" not in record


def test_functions_that_are_each_others_destination_are_stopped(fakeaws, client):
    """A record that was sent to a function belongs to the chain of its event."""
    ping = fakeaws.create_function("ping", lambda event, context: None)
    pong = fakeaws.create_function("pong", lambda event, context: None, on_success=ping)
    client.put_function_event_invoke_config(
        FunctionName="ping", DestinationConfig={"OnSuccess": {"Destination": pong.arn}}
    )
    ping.invoke_async()
    fakeaws.clock.run_until_idle()

    assert (len(ping.invocations), len(pong.invocations)) == (ONCE, ONCE)


def test_a_dead_letter_queue_that_feeds_its_function_is_a_loop(fakeaws):
    """What a function cannot handle does not come back to it for ever."""
    letters = fakeaws.create_queue("letters", dead_letter_queue=True, max_receive_count=1)

    def handler(event, context):
        if "Records" in event:
            invoke("f", "Event")
            return
        raise ValueError("no")

    function = fakeaws.create_function("f", handler, dead_letter=letters, retry_attempts=0)
    letters.trigger(function)
    function.invoke_async()
    fakeaws.clock.run_until_idle()

    assert len(function.invocations) == ONCE
    assert len(letters.dead_letters) + len(letters.messages) == 1


@pytest.mark.parametrize("raw", [False, True])
def test_a_topic_passes_the_chain_on_to_queues(fakeaws, raw):
    """Whether they get envelopes or the bare message."""
    topic, queue = fakeaws.create_topic("t"), fakeaws.create_queue("q", dead_letter_queue=True)
    topic.subscribe(queue, raw=raw)
    function = fakeaws.create_function("f", lambda event, context: publish(topic))
    queue.trigger(function)
    topic.publish("first")

    fakeaws.clock.run_until_idle()

    assert len(function.invocations) == ONCE
    assert "f -> topic t -> queue q -> f -> ... 16 times" in fakeaws.timeline()


def test_a_topic_passes_the_chain_on_to_functions(fakeaws):
    """The event is given up as any other."""
    topic, failures = fakeaws.create_topic("t"), fakeaws.create_queue("failures")
    function = fakeaws.create_function(
        "f", lambda event, context: publish(topic), on_failure=failures
    )
    topic.subscribe(function)
    topic.publish("first")

    fakeaws.clock.run_until_idle()

    assert len(function.invocations) == ONCE
    assert len(failures.messages) == 1
    assert "f -> topic t -> f -> ... 16 times" in fakeaws.timeline()


def test_handles_in_a_handler_belong_to_its_chain_too(fakeaws):
    """What a test's own handler sends by a handle is stopped as if boto3 had sent it."""
    jobs = fakeaws.create_queue("jobs", dead_letter_queue=True)
    work = fakeaws.create_function("work", lambda event, context: jobs.send("again") and None)
    jobs.trigger(work)
    jobs.send("first")

    fakeaws.clock.run_until_idle()

    assert len(work.invocations) == ONCE


def test_many_messages_of_one_chain_are_no_loop(fakeaws, stopped):
    """Only the way through a function counts, not how wide it is."""
    jobs = fakeaws.create_queue("jobs")
    work = fakeaws.create_function("work", lambda event, context: None)
    jobs.trigger(work, batch_size=1)

    def split(event, context):
        for number in range(50):
            send(jobs, str(number))

    fakeaws.create_function("split", split).invoke()
    fakeaws.clock.run_until_idle()

    assert len(work.invocations) == 50
    assert stopped() == []


def test_a_message_beside_one_that_loops_comes_back_as_well(fakeaws, stopped):
    """A batch is refused as a whole; once the other is dead-lettered, the message is handled."""
    images, handled = fakeaws.create_queue("images", dead_letter_queue=True), []

    def resize(event, context):
        for record in event["Records"]:
            if record["body"] == "loops":
                send(images, "loops")
            else:
                handled.append(fakeaws.clock.now().strftime("%H:%M:%S"))

    images.trigger(fakeaws.create_function("resize", resize))
    images.send("loops")
    images.send("new", delay=30)
    fakeaws.clock.run_until_idle()

    assert [len(fact.message_ids) for fact in stopped()] == [1, 2, 2]
    assert handled == ["00:01:30"]
    assert images.dead_letters.bodies == ["loops"]


def test_versions_of_a_function_count_together(fakeaws, create, client):
    """A loop through a published version and the latest one is one loop."""
    create(
        "import boto3\n"
        "def handler(event, context):\n"
        "    other = '1' if context.function_version == '$LATEST' else '$LATEST'\n"
        "    boto3.client('lambda').invoke(\n"
        "        FunctionName='f', Qualifier=other, InvocationType='Event')\n"
    )
    client.publish_version(FunctionName="f")
    invoke("f", "Event")
    fakeaws.clock.run_until_idle()

    assert len(fakeaws.function("f").invocations) == ONCE


def test_a_loop_that_is_allowed_goes_on(fakeaws, client, looping):
    """Until the test's own bound ends it, with an error that names it."""
    images, resize = looping
    client.put_function_recursion_config(FunctionName="resize", RecursiveLoop="Allow")
    images.send("1.png")

    with pytest.raises(ClockStopped) as caught:
        fakeaws.clock.run_until_idle(max_events=200)

    number = len(resize.invocations)
    assert number > ONCE
    assert f"Loop: resize -> queue images -> resize -> ... {number} times" in str(caught.value)


def test_a_loop_that_is_terminated_again_stops(fakeaws, client, looping):
    """The setting of the moment counts."""
    images, resize = looping
    client.put_function_recursion_config(FunctionName="resize", RecursiveLoop="Allow")
    images.send("1.png")
    with contextlib.suppress(ClockStopped):
        fakeaws.clock.run_until_idle(max_events=200)
    number = len(resize.invocations)

    client.put_function_recursion_config(FunctionName="resize", RecursiveLoop="Terminate")
    fakeaws.clock.run_until_idle()

    assert len(resize.invocations) <= number + 1
    assert images.dead_letters.bodies == ["again"]


def test_what_is_no_loop_is_not_named_in_errors(fakeaws):
    """A worker that polls for ever is none."""
    queue = fakeaws.create_queue("q", visibility_timeout=30)
    queue.trigger(fakeaws.create_function("f", lambda event, context: 1 / 0))
    queue.send("poison")

    with pytest.raises(ClockStopped) as caught:
        fakeaws.clock.run_until_idle(max_events=200)

    assert "Loop:" not in str(caught.value)


# What the test's author is told


def test_the_timeline_shows_the_way_in_a_circle(fakeaws, looping):
    """Where it was stopped, and in the fate of the message."""
    images, _ = looping
    images.send("1.png")
    fakeaws.clock.run_until_idle()

    loop = "recursive loop resize -> queue images -> resize -> ... 16 times"
    assert f"00:00:00  resize           not invoked with #17: {loop}" in fakeaws.timeline()
    assert (
        "moved from images to images-dlq at 00:01:30: received 3 times, 3 allowed; "
        f"resize was not invoked: {loop} (3 times)"
    ) in fakeaws.timeline()


def test_the_way_leads_through_every_function_and_queue(fakeaws):
    """And begins where the circle does."""
    thumbs = fakeaws.create_queue("thumbs", dead_letter_queue=True)
    fakeaws.create_function("start", lambda event, context: invoke("resize", "Event")).invoke()
    thumbs.trigger(
        fakeaws.create_function("store", lambda event, context: invoke("resize", "Event"))
    )
    fakeaws.create_function("resize", lambda event, context: send(thumbs))
    fakeaws.function("start").invoke()

    fakeaws.clock.run_until_idle()

    loop = "resize -> queue thumbs -> store -> resize -> ... 16 times"
    assert f"recursive loop {loop}" in fakeaws.timeline()


# Any shape

HOPS = st.sampled_from(("queue", "sync", "async", "topic", "handle"))


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(hops=st.lists(HOPS, min_size=1, max_size=4), before=st.lists(HOPS, max_size=2))
def test_a_circle_of_any_shape_is_stopped_after_16_rounds(hops, before):
    """Each function of it has run 16 times then, and what led into it once."""
    with FakeAWS(host_time="off") as aws:
        ways = [*before, *hops]

        def handler_of(number):
            target = number + 1 if number + 1 < len(ways) else len(before)

            def handler(event, context):
                with contextlib.suppress(ClientError):
                    go(ways[number], target)

            return handler

        def go(way, target):
            if way == "queue":
                send(aws.queue(f"q{target}"))
            elif way == "topic":
                publish(aws.topic(f"t{target}"))
            elif way == "handle":
                aws.queue(f"q{target}").send("by a handle")
            else:
                invoke(f"f{target}", "Event" if way == "async" else "RequestResponse")

        functions = []
        for number in range(len(ways)):
            queue = aws.create_queue(f"q{number}", dead_letter_queue=True, max_receive_count=1)
            functions.append(aws.create_function(f"f{number}", handler_of(number)))
            queue.trigger(functions[-1])
            aws.create_topic(f"t{number}").subscribe(functions[-1])
        functions[0].invoke()
        aws.clock.run_until_idle()

        ran = [len(function.invocations) for function in functions]
    assert ran == [1] * len(before) + [ONCE] * len(hops)
