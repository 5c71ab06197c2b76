"""The event that a function gets from a queue, beside those that AWS delivered."""

import base64

import boto3
import pytest

RETRY = "test_failing_lambda_retries_after_visibility_timeout"
ATTRIBUTES = "test_message_body_and_attributes_passed_correctly"
RESPONSE = "test_report_batch_item_failures_empty_json_batch_succeeds"


@pytest.fixture
def queue(fakeaws):
    """The queue."""
    return fakeaws.create_queue("orders")


@pytest.fixture
def events(fakeaws, queue):
    """The events that a function got once a message was sent as told."""

    def delivered(send, *, failures=0):
        def handler(event, context):
            if int(event["Records"][0]["attributes"]["ApproximateReceiveCount"]) <= failures:
                raise RuntimeError("no payment provider")

        function = fakeaws.create_function("consume", handler)
        queue.trigger(function, batch_size=1)
        send()
        fakeaws.clock.run_until_idle()
        return [run.event for run in function.invocations]

    return delivered


def recorded_event(step):
    """The event in a recorded step: the function had sent it on as a message."""
    (message,) = step["Messages"]
    return message["Body"]["event"]


def body_of(event):
    """The body of an event's only record."""
    (record,) = event["Records"]
    return record["body"]


@pytest.mark.fakeaws(account_id="111111111111")
def test_a_message_and_its_retry_are_as_aws_delivered_them(queue, events, recordings, resembles):
    """The retry has a new receipt handle and a higher count, and is the same otherwise."""
    recorded = recordings(RETRY)
    first, second = (
        recorded_event(recorded["first_attempt"]),
        recorded_event(recorded["second_attempt"]),
    )

    actual = events(lambda: queue.send(body_of(first)), failures=1)

    resembles([first, second], actual)


@pytest.mark.fakeaws(account_id="111111111111")
def test_message_attributes_are_as_aws_delivered_them(queue, events, recordings, resembles):
    """With their digest, in Lambda's own spelling of the keys."""
    recorded = recorded_event(recordings(ATTRIBUTES)["first_attempt"])
    attributes = {
        name: {"DataType": value["dataType"], "StringValue": value["stringValue"]}
        for name, value in recorded["Records"][0]["messageAttributes"].items()
    }

    (actual,) = events(
        lambda: boto3.client("sqs").send_message(
            QueueUrl=queue.url, MessageBody=body_of(recorded), MessageAttributes=attributes
        )
    )

    resembles(recorded, actual)


@pytest.mark.fakeaws(account_id="111111111111")
def test_a_plain_message_is_as_aws_delivered_it(queue, events, recordings, resembles):
    """Nothing but a body."""
    recorded = recorded_event(recordings(RESPONSE)["first_invocation"])

    (actual,) = events(lambda: queue.send(body_of(recorded)))

    resembles(recorded, actual)


def test_keys_are_in_the_order_in_which_aws_writes_them(queue, events, recordings):
    """Code that prints a record shows what it would show in AWS."""
    recorded = recorded_event(recordings(RESPONSE)["first_invocation"])["Records"][0]

    (event,) = events(lambda: queue.send("order"))

    (record,) = event["Records"]
    assert list(record) == list(recorded)
    assert list(record["attributes"]) == list(recorded["attributes"])


def test_times_are_virtual_milliseconds(fakeaws, queue, events):
    """Sent at the start, first received when the delay was over, and still so at the retry."""
    start = round(fakeaws.clock.now().timestamp() * 1_000)

    first, second = events(lambda: queue.send("order", delay=10), failures=1)

    for event in (first, second):
        attributes = event["Records"][0]["attributes"]
        assert attributes["SentTimestamp"] == str(start)
        assert attributes["ApproximateFirstReceiveTimestamp"] == str(start + 10_000)


def test_binary_attributes_are_base64(queue, events):
    """JSON has no bytes."""
    (event,) = events(lambda: queue.send("order", attributes={"Picture": b"\x00\xff"}))

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
