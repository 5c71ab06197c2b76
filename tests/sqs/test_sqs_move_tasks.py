"""Move tasks: what lies in a dead-letter queue goes back to work."""

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.journal.entries import MessageMoved


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def wear_out(sqs):
    """Sends messages to a queue whose messages may be received once, and makes dead letters of them."""

    def wear_out(queue, *bodies, **parameters):
        for body in bodies:
            queue.send(body, **parameters)
        for _ in range(2):
            sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10, VisibilityTimeout=0)

    return wear_out


@pytest.fixture
def orders(fakeaws):
    """A queue whose messages may be received once."""
    return fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)


@pytest.fixture
def dead(fakeaws, orders, wear_out):
    """The dead-letter queue of `orders`, with three messages."""
    wear_out(orders, "a", "b", "c")
    return fakeaws.queue("orders-dlq")


@pytest.fixture
def other(fakeaws):
    """A queue that has nothing to do with the others."""
    return fakeaws.create_queue("other")


@pytest.fixture
def start(sqs, dead):
    """Starts a task that empties the dead-letter queue, and returns its handle."""

    def start(rate=None, destination=None, source=dead):
        optional = {"MaxNumberOfMessagesPerSecond": rate, "DestinationArn": destination}
        given = {name: value for name, value in optional.items() if value is not None}
        return sqs.start_message_move_task(SourceArn=source.arn, **given)["TaskHandle"]

    return start


@pytest.fixture
def tasks(sqs, dead):
    """Lists the tasks of the dead-letter queue."""

    def tasks(number=10):
        answer = sqs.list_message_move_tasks(SourceArn=dead.arn, MaxResults=number)
        return answer["Results"]

    return tasks


def moved_at(fakeaws):
    """The instants at which messages were moved, in seconds since the start."""
    first, *_ = fakeaws.journal
    return [
        (entry.at - first.at) / 1_000_000
        for entry in fakeaws.journal
        if isinstance(entry.fact, MessageMoved)
    ]


# Moving


def test_dead_letters_go_back_to_their_source(fakeaws, orders, dead, start):
    """Without a destination each message returns to where it came from, the oldest first."""
    start()
    fakeaws.clock.run_until_idle()
    assert (orders.messages.bodies, dead.messages.bodies) == (["a", "b", "c"], [])


def test_dead_letters_of_several_sources_part_again(fakeaws, orders, start, wear_out, dead):
    """Each has its own source."""
    second = fakeaws.create_queue("second", dead_letter_queue=dead, max_receive_count=1)
    wear_out(second, "d")
    start()
    fakeaws.clock.run_until_idle()
    assert (orders.messages.bodies, second.messages.bodies) == (["a", "b", "c"], ["d"])


def test_dead_letters_go_where_the_task_says(fakeaws, orders, other, start):
    """DestinationArn beats the source."""
    start(destination=other.arn)
    fakeaws.clock.run_until_idle()
    assert (orders.messages.bodies, other.messages.bodies) == ([], ["a", "b", "c"])


def test_a_task_moves_nothing_in_the_call_that_starts_it(dead, start):
    """It is at work from the next time the clock runs."""
    start()
    assert dead.messages.bodies == ["a", "b", "c"]


def test_a_rate_of_one_moves_a_message_each_second(fakeaws, start):
    """The first at once."""
    start(rate=1)
    fakeaws.clock.run_until_idle()
    assert moved_at(fakeaws) == [0, 1, 2]


def test_a_task_without_a_rate_moves_five_hundred_a_second(fakeaws, start):
    """The most that a caller could ask for."""
    start()
    fakeaws.clock.run_until_idle()
    assert moved_at(fakeaws) == [0, 0.002, 0.004]


def test_a_task_is_work(fakeaws, start):
    """`run_until_idle` runs it to its end, which comes with its last message."""
    before = fakeaws.clock.now()
    start(rate=1)
    fakeaws.clock.run_until_idle()
    assert (fakeaws.clock.now() - before).total_seconds() == 2


def test_a_moved_message_is_a_new_one(fakeaws, sqs, orders, dead, start):
    """It has another id, was sent when it was moved, and this is its first receive."""
    before = dead.messages[0].id
    fakeaws.clock.advance(60)
    start()
    fakeaws.clock.run_until_idle()
    answer = sqs.receive_message(QueueUrl=orders.url, MessageSystemAttributeNames=["All"])
    [message] = answer["Messages"]
    assert message["MessageId"] != before
    assert message["Attributes"]["SentTimestamp"] == "1893456060000"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in message["Attributes"]


def test_a_moved_message_keeps_its_content(fakeaws, sqs, orders, start, wear_out):
    """Attributes and group come along."""
    wear_out(orders, "d", attributes={"colour": "red"}, group="g")
    start()
    fakeaws.clock.run_until_idle()
    answer = sqs.receive_message(
        QueueUrl=orders.url,
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["MessageGroupId"],
    )
    message = answer["Messages"][-1]
    assert message["MessageAttributes"]["colour"]["StringValue"] == "red"
    assert message["Attributes"] == {"MessageGroupId": "g"}


def test_a_moved_message_may_die_again(fakeaws, sqs, orders, dead, start):
    """Its receive count begins anew, and so does its way."""
    start()
    fakeaws.clock.run_until_idle()
    for _ in range(2):
        sqs.receive_message(QueueUrl=orders.url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    assert dead.messages.bodies == ["a", "b", "c"]


def test_a_message_in_flight_is_not_moved(fakeaws, sqs, dead, start):
    """Somebody is at work with it."""
    sqs.receive_message(QueueUrl=dead.url)
    start()
    fakeaws.clock.run_until_idle()
    assert dead.in_flight.bodies == ["a"]


def test_a_message_that_comes_meanwhile_is_moved_too(fakeaws, orders, dead, start, wear_out):
    """The task goes on until nothing waits."""
    start(rate=1)
    fakeaws.clock.advance(1)
    wear_out(orders, "d")
    fakeaws.clock.run_until_idle()
    assert dead.messages.bodies == []


def test_a_moved_message_wakes_a_function(fakeaws, dead, start, other):
    """It is a message like another."""
    bodies = []
    function = fakeaws.create_function(
        "work", lambda event, context: bodies.extend(r["body"] for r in event["Records"])
    )
    other.trigger(function)
    start(destination=other.arn)
    fakeaws.clock.run_until_idle()
    assert bodies == ["a", "b", "c"]


def test_dead_letters_of_a_fifo_queue_keep_their_order(fakeaws, sqs, wear_out):
    """And are not taken for those that were sent before."""
    orders = fakeaws.create_queue(
        "orders.fifo",
        dead_letter_queue=True,
        max_receive_count=1,
        content_based_deduplication=True,
    )
    wear_out(orders, "a", "b", "c", group="g")
    sqs.start_message_move_task(SourceArn=fakeaws.queue("orders-dlq.fifo").arn)
    fakeaws.clock.run_until_idle()
    assert orders.messages.bodies == ["a", "b", "c"]


# Listing


def test_a_task_at_work_is_listed_with_its_handle(fakeaws, orders, dead, start, tasks):
    """It tells how much it has moved."""
    handle = start(rate=1)
    fakeaws.clock.advance(1)
    assert tasks() == [
        {
            "TaskHandle": handle,
            "Status": "RUNNING",
            "SourceArn": dead.arn,
            "MaxNumberOfMessagesPerSecond": 1,
            "ApproximateNumberOfMessagesMoved": 2,
            "ApproximateNumberOfMessagesToMove": 3,
            "StartedTimestamp": 1_893_456_000_000,
        }
    ]


def test_a_task_that_is_over_has_no_handle(fakeaws, start, tasks):
    """There is nothing left to cancel."""
    start()
    fakeaws.clock.run_until_idle()
    [task] = tasks()
    assert (task["Status"], "TaskHandle" in task) == ("COMPLETED", False)


def test_a_task_on_an_empty_queue_completes(fakeaws, sqs, dead, start, tasks):
    """It has moved nothing."""
    sqs.purge_queue(QueueUrl=dead.url)
    start()
    fakeaws.clock.run_until_idle()
    [task] = tasks()
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 0)


@pytest.fixture
def many(fakeaws, other, start):
    """Twelve tasks, with rates from 1 to 12, one after the other."""
    for rate in range(1, 13):
        start(rate=rate, destination=other.arn)
        fakeaws.clock.run_until_idle()


@pytest.mark.parametrize(("number", "rates"), [(3, [12, 11, 10]), (10, list(range(12, 2, -1)))])
def test_tasks_are_listed_newest_first(many, tasks, number, rates):
    """Ten of them at the most."""
    assert [task["MaxNumberOfMessagesPerSecond"] for task in tasks(number)] == rates


def test_one_task_is_listed_unless_asked_for_more(many, sqs, dead):
    """MaxResults is 1 by default."""
    [task] = sqs.list_message_move_tasks(SourceArn=dead.arn)["Results"]
    assert task["MaxNumberOfMessagesPerSecond"] == 12


@pytest.mark.parametrize("number", [0, 11])
def test_a_list_of_tasks_has_bounds(tasks, number):
    """From one to ten."""
    with pytest.raises(ClientError, match="Must be between 1 and 10, if provided"):
        tasks(number)


def test_a_queue_without_tasks_lists_none(tasks):
    """The answer is an empty list."""
    assert tasks() == []


# Cancelling


@pytest.fixture
def cancelled(fakeaws, sqs, start):
    """The answer to the cancellation of a task that had moved two messages."""
    handle = start(rate=1)
    fakeaws.clock.advance(1)
    answer = sqs.cancel_message_move_task(TaskHandle=handle)
    fakeaws.clock.run_until_idle()
    return answer


def test_a_cancelled_task_leaves_the_rest_where_it_is(cancelled, orders, dead):
    """What was moved stays moved."""
    assert (orders.messages.bodies, dead.messages.bodies) == (["a", "b"], ["c"])


def test_a_cancellation_tells_how_much_was_moved(cancelled):
    """The caller knows where the task stood."""
    assert cancelled["ApproximateNumberOfMessagesMoved"] == 2


def test_a_cancelled_task_is_listed_as_such(cancelled, tasks):
    """It neither completed nor failed."""
    assert [task["Status"] for task in tasks()] == ["CANCELLED"]


def test_a_new_task_may_follow_a_cancelled_one(fakeaws, sqs, dead, start):
    """The queue is free again."""
    sqs.cancel_message_move_task(TaskHandle=start(rate=1))
    start()
    fakeaws.clock.run_until_idle()
    assert dead.messages.bodies == []


@pytest.mark.parametrize("handle", ["garbage", ""])
def test_an_unknown_task_cannot_be_cancelled(sqs, dead, handle):
    """There is none of that handle."""
    with pytest.raises(sqs.exceptions.ResourceNotFoundException):
        sqs.cancel_message_move_task(TaskHandle=handle)


def test_a_task_that_is_over_cannot_be_cancelled(fakeaws, sqs, start):
    """Only a task at work can."""
    handle = start()
    fakeaws.clock.run_until_idle()
    with pytest.raises(sqs.exceptions.UnsupportedOperation):
        sqs.cancel_message_move_task(TaskHandle=handle)


def test_another_account_s_task_cannot_be_cancelled(fakeaws, start):
    """Its handle is unknown there."""
    stranger = boto3.client("sqs", **fakeaws.credentials("210987654321"))
    with pytest.raises(stranger.exceptions.ResourceNotFoundException):
        stranger.cancel_message_move_task(TaskHandle=start())


# Refusals and failures


def test_a_queue_has_one_task_at_a_time(start):
    """A second one must wait."""
    start()
    with pytest.raises(ClientError, match="Only one active task is allowed"):
        start()


def test_the_source_is_a_dead_letter_queue(start, other):
    """Some queue's redrive policy must name it."""
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        start(source=other)


@pytest.mark.parametrize(
    "arn", ["arn:aws:sqs:us-east-1:123456789012:nowhere", "arn:aws:sqs:eu-west-1:123456789012:x"]
)
@pytest.mark.parametrize("parameter", ["SourceArn", "DestinationArn"])
def test_source_and_destination_exist(sqs, dead, parameter, arn):
    """The error names the parameter."""
    arns = {"SourceArn": dead.arn, parameter: arn}
    with pytest.raises(sqs.exceptions.ResourceNotFoundException, match=f"for the {parameter}"):
        sqs.start_message_move_task(**arns)


def test_the_destination_is_of_the_source_s_type(fakeaws, start):
    """A standard queue's messages cannot go to a FIFO queue."""
    fifo = fakeaws.create_queue("other.fifo")
    with pytest.raises(ClientError, match="must be same type of queue"):
        start(destination=fifo.arn)


def test_the_destination_is_not_the_source(dead, start):
    """The task would never end."""
    with pytest.raises(ClientError, match="must be different"):
        start(destination=dead.arn)


@pytest.mark.parametrize("rate", [0, 501])
def test_a_rate_has_bounds(start, rate):
    """From 1 to 500 messages a second."""
    with pytest.raises(ClientError, match="Must be between 1 and 500, if provided"):
        start(rate=rate)


@pytest.fixture
def reasons(tasks):
    """Tells how each task ended, and why it failed."""
    return lambda: [(task["Status"], task.get("FailureReason")) for task in tasks()]


@pytest.fixture
def without_destination(fakeaws, sqs, other, start):
    """A task whose destination was deleted after two messages."""
    start(rate=1, destination=other.arn)
    fakeaws.clock.advance(1)
    sqs.delete_queue(QueueUrl=other.url)
    fakeaws.clock.run_until_idle()


def test_a_task_fails_when_its_destination_is_deleted(without_destination, reasons):
    """The reason is the code of the error that a sender would get."""
    assert reasons() == [("FAILED", "AWS.SimpleQueueService.NonExistentQueue")]


def test_a_task_that_fails_leaves_what_it_could_not_move(without_destination, dead):
    """Nothing is lost."""
    assert dead.messages.bodies == ["c"]


def test_a_task_fails_when_a_message_s_source_is_gone(fakeaws, dead, orders, start, reasons):
    """There is no other place for it to go."""
    fakeaws.create_queue("second", dead_letter_queue=dead)
    boto3.client("sqs").delete_queue(QueueUrl=orders.url)
    start()
    fakeaws.clock.run_until_idle()
    assert reasons() == [("FAILED", "AWS.SimpleQueueService.NonExistentQueue")]


def test_a_task_fails_at_a_message_of_unknown_origin(fakeaws, dead, start, reasons):
    """A message that was sent to the dead-letter queue itself has no source."""
    dead.send("d")
    start()
    fakeaws.clock.run_until_idle()
    assert reasons() == [("FAILED", "CouldNotDetermineMessageSource")]
    assert dead.messages.bodies == ["d"]


def test_a_message_of_unknown_origin_has_a_place_to_go_if_told(fakeaws, dead, other, start):
    """With a destination the source does not matter."""
    dead.send("d")
    start(destination=other.arn)
    fakeaws.clock.run_until_idle()
    assert other.messages.bodies == ["a", "b", "c", "d"]


def test_a_task_ends_with_its_source(fakeaws, sqs, dead, orders, start):
    """When the dead-letter queue is deleted nothing more is moved."""
    start(rate=1)
    fakeaws.clock.advance(0)
    sqs.delete_queue(QueueUrl=dead.url)
    fakeaws.clock.run_until_idle()
    assert orders.messages.bodies == ["a"]
