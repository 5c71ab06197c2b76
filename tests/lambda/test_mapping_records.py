"""The event that a function gets from a queue, beside those that AWS delivered."""

import base64
import json

import pytest

RECORDED = "lambda_/event_source_mapping/test_lambda_integration_sqs.py::"
RETRY = f"{RECORDED}test_failing_lambda_retries_after_visibility_timeout"
ATTRIBUTES = f"{RECORDED}test_message_body_and_attributes_passed_correctly"
RESPONSE = f"{RECORDED}test_report_batch_item_failures_empty_json_batch_succeeds"


@pytest.fixture
def queue(fakeaws):
    """The queue that feeds a function."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def destination(fakeaws):
    """The queue that the recorded functions sent to what they got."""
    return fakeaws.create_queue("destination")


@pytest.fixture
def delivered(fakeaws, queue, destination, sqs):
    """What a function makes of its deliveries, as the messages that the destination received."""

    def run(tell, send):
        def handler(event, context):
            told = tell(event)
            destination.send(json.dumps(told))
            if told.get("error"):
                raise RuntimeError(told["error"])
            return {}

        queue.trigger(fakeaws.create_function("tell", handler), batch_size=1)
        send()
        fakeaws.clock.run_until_idle()
        expected = len(destination.messages)
        return [sqs.receive_message(QueueUrl=destination.url) for _ in range(expected)]

    return run


@pytest.fixture
def body_of(destination):
    """The body that was sent in a recorded delivery, naming the destination of this test."""

    def body(answer):
        (record,) = answer["Messages"][0]["Body"]["event"]["Records"]
        return record["body"].replace("<queue-url:1>", destination.url)

    return body


def test_a_message_and_its_retry_are_as_recorded(queue, delivered, body_of, recorded):
    """The retry has a new receipt handle and a higher count, and is the same otherwise."""
    answers = recorded("lambda", RETRY)

    def tell(event):
        (record,) = event["Records"]
        first = record["attributes"]["ApproximateReceiveCount"] == "1"
        return {"error": "failed attempt" if first else None, "event": event}

    received = delivered(tell, lambda: queue.send(body_of(answers["first_attempt"])))

    steps = ["first_attempt", "second_attempt"]
    assert list(map(answers.seen, steps, received)) == [answers[step] for step in steps]


def test_message_attributes_are_as_recorded(queue, delivered, body_of, recorded, sqs):
    """With their digest, in Lambda's own spelling of the keys."""
    answers = recorded("lambda", ATTRIBUTES)
    (record,) = answers["first_attempt"]["Messages"][0]["Body"]["event"]["Records"]
    attributes = {
        name: {"DataType": value["dataType"], "StringValue": value["stringValue"]}
        for name, value in record["messageAttributes"].items()
    }

    (received,) = delivered(
        lambda event: {"error": None, "event": event},
        lambda: sqs.send_message(
            QueueUrl=queue.url,
            MessageBody=body_of(answers["first_attempt"]),
            MessageAttributes=attributes,
        ),
    )

    assert answers.seen("first_attempt", received) == answers["first_attempt"]


def test_a_plain_message_is_as_recorded(queue, delivered, body_of, recorded):
    """Nothing but a body."""
    answers = recorded("lambda", RESPONSE)

    (received,) = delivered(
        lambda event: {"event": event, "result": {}},
        lambda: queue.send(body_of(answers["first_invocation"])),
    )

    assert answers.seen("first_invocation", received) == answers["first_invocation"]


@pytest.fixture
def events(fakeaws, queue):
    """The events that a function got once a message was sent as told."""

    def delivered(*, failures=0, **message):
        def handler(event, context):
            if int(event["Records"][0]["attributes"]["ApproximateReceiveCount"]) <= failures:
                raise RuntimeError("no payment provider")

        function = fakeaws.create_function("consume", handler)
        queue.trigger(function, batch_size=1)
        queue.send("order", **message)
        fakeaws.clock.run_until_idle()
        return [run.event for run in function.invocations]

    return delivered


def test_keys_are_in_the_order_in_which_aws_writes_them(events, recorded):
    """Code that prints a record shows what it would show in AWS."""
    (message,) = recorded("lambda", RESPONSE)["first_invocation"]["Messages"]
    (written,) = message["Body"]["event"]["Records"]

    (event,) = events()

    (record,) = event["Records"]
    assert list(record) == list(written)
    assert list(record["attributes"]) == list(written["attributes"])


def test_times_are_virtual_milliseconds(fakeaws, events):
    """Sent at the start, first received when the delay was over, and still so at the retry."""
    start = round(fakeaws.clock.now().timestamp() * 1_000)

    first, second = events(delay=10, failures=1)

    for event in (first, second):
        attributes = event["Records"][0]["attributes"]
        assert attributes["SentTimestamp"] == str(start)
        assert attributes["ApproximateFirstReceiveTimestamp"] == str(start + 10_000)


def test_binary_attributes_are_base64(events):
    """JSON has no bytes."""
    (event,) = events(attributes={"Picture": b"\x00\xff"})

    attribute = event["Records"][0]["messageAttributes"]["Picture"]
    assert base64.b64decode(attribute["binaryValue"]) == b"\x00\xff"
    assert attribute["dataType"] == "Binary"


def test_a_dead_letter_names_the_queue_that_it_comes_from(fakeaws):
    """A function that handles dead letters can tell them apart."""
    orders = fakeaws.create_queue("orders-to-fail", dead_letter_queue=True, max_receive_count=1)
    orders.trigger(fakeaws.create_function("fail", lambda *_: 1 / 0))
    bury = fakeaws.create_function("bury", lambda *_: None)
    fakeaws.queue("orders-to-fail-dlq").trigger(bury)
    orders.send("poison")
    fakeaws.clock.run_until_idle()

    (run,) = bury.invocations
    assert run.event["Records"][0]["attributes"]["DeadLetterQueueSourceArn"] == orders.arn


def test_the_receipt_handle_is_good_for_the_handlers_own_calls(fakeaws, queue, sqs):
    """A handler may extend the visibility of what it works on."""

    def handler(event, context):
        (record,) = event["Records"]
        sqs.change_message_visibility(
            QueueUrl=queue.url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=5
        )
        raise RuntimeError("try again soon")

    function = fakeaws.create_function("hurry", handler)
    queue.trigger(function)
    queue.send("order")
    fakeaws.clock.advance(5)

    assert [run.attempt for run in function.invocations] == [1, 2]
