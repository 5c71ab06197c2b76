import json

import boto3
import pytest

from pytest_fakeaws.journal.entries import MessageDeleted, MessageSent, QueueCreated
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.journal.timeline import ENDS, LINES, only, timeline
from pytest_fakeaws.sim.instants import SECOND

HEADING = "virtual time since 2030-01-01 00:00:00 UTC, seed 0"


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def lines(fakeaws):
    """What the timeline says, below its heading."""

    def lines():
        heading, _, *rest = fakeaws.timeline().splitlines()
        assert heading == HEADING
        return rest

    return lines


@pytest.fixture
def receive(sqs):
    """Receives from a queue and returns the receipt handles."""

    def receive(queue, **parameters):
        answer = sqs.receive_message(QueueUrl=queue.url, **parameters)
        return [message["ReceiptHandle"] for message in answer.get("Messages", [])]

    return receive


def test_a_quiet_world_has_a_short_timeline(fakeaws):
    """Start and seed are there, for whoever wants to run it again."""
    assert fakeaws.timeline() == f"{HEADING}\n\nnothing happened"


def test_a_message_s_life_is_told_line_by_line(fakeaws, sqs, receive, lines):
    """Sent, received, hidden for longer, deleted: each in virtual time."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    fakeaws.clock.advance("1.5 s")
    [handle] = receive(orders)
    fakeaws.clock.advance(10)
    sqs.change_message_visibility(QueueUrl=orders.url, ReceiptHandle=handle, VisibilityTimeout=60)
    sqs.delete_message(QueueUrl=orders.url, ReceiptHandle=handle)
    assert lines() == [
        "00:00:00  orders           #1 sent: first",
        "00:00:01.500  orders           #1 received, time 1; hidden until 00:00:31.500",
        "00:00:11.500  orders           #1 hidden until 00:01:11.500 instead",
        "00:00:11.500  orders           #1 deleted",
    ]


def test_a_delayed_message_says_when_it_becomes_visible(fakeaws, lines):
    """The delay shows as the instant of its end."""
    fakeaws.create_queue("orders").send("first", delay="2 min")
    assert lines() == ["00:00:00  orders           #1 sent, visible at 00:02:00: first"]


def test_messages_are_numbered_as_they_appear(fakeaws, lines):
    """Short numbers stand for long ids."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    orders.send("second")
    assert lines() == [
        "00:00:00  orders           #1 sent: first",
        "00:00:00  orders           #2 sent: second",
    ]


def test_a_body_is_shown_in_one_short_line(fakeaws, lines):
    """White space is squeezed, and what is long is cut."""
    fakeaws.create_queue("orders").send("two\n  lines " + "a" * 100)
    assert lines() == [f"00:00:00  orders           #1 sent: two lines {'a' * 49}…"]


def test_a_dead_letter_says_why_nobody_had_deleted_it(fakeaws, receive, lines):
    """Where no handler failed, the message was merely never deleted."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
    orders.send("first")
    receive(orders)
    fakeaws.clock.advance(30)
    receive(orders)
    assert lines() == [
        "00:00:00  orders           #1 sent: first",
        "00:00:00  orders           #1 received, time 1; hidden until 00:00:30",
        "00:00:30  orders           #1 dead-lettered to orders-dlq: received once, 1 allowed",
        "",
        "what became of lost messages:",
        "  #1 first",
        "    moved from orders to orders-dlq at 00:00:30: received once, 1 allowed; nobody deleted it",
    ]


def test_a_dead_letter_says_how_its_handler_failed(fakeaws, lines):
    """The error, and how often it happened, is the cause of death."""

    def ship(event, context):
        raise ValueError("no stock")

    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=2)
    orders.trigger(fakeaws.create_function("ship", ship))
    orders.send("first")
    fakeaws.clock.run_until_idle()
    assert lines()[-2:] == [
        "  #1 first",
        (
            "    moved from orders to orders-dlq at 00:01:00: received 2 times, 2 allowed; "
            "ship failed with ValueError: no stock (2 times)"
        ),
    ]


def test_a_failing_handler_is_told_with_its_line(fakeaws, lines):
    """The invocation, its batch, the error and the place in the handler's own code."""

    def ship(event, context):
        raise ValueError("no stock")

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("ship", ship))
    orders.send("first")
    fakeaws.clock.advance(0)
    started, failed, code = lines()[2:5]
    assert code == '                             > raise ValueError("no stock")'
    assert started == "00:00:00  ship             attempt 1 started with #1"
    assert failed.startswith("00:00:00  ship             failed with #1: ValueError: no stock  (")


def test_an_expired_message_says_that_nobody_handled_it(fakeaws, lines):
    """When it expired is told, whenever it was noticed."""
    fakeaws.create_queue("orders", retention=60).send("first")
    fakeaws.clock.advance(90)
    assert lines() == [
        "00:00:00  orders           #1 sent: first",
        "00:01:30  orders           #1 had expired at 00:01:00",
        "",
        "what became of lost messages:",
        "  #1 first",
        "    expired in orders at 00:01:00, unhandled",
    ]


def test_a_purge_and_a_deletion_are_told(fakeaws, sqs, lines):
    """What happens to a queue happens to its messages."""
    orders = fakeaws.create_queue("orders")
    orders.send("first")
    sqs.purge_queue(QueueUrl=orders.url)
    sqs.delete_queue(QueueUrl=orders.url)
    assert lines()[1:] == [
        "00:00:00  orders           purged of 1 message",
        "00:00:00  orders           deleted",
    ]


def test_a_call_that_failed_is_told_with_its_code(fakeaws, sqs, lines):
    """A call that went well is told by what it did."""
    orders = fakeaws.create_queue("orders")
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=orders.url, ReceiptHandle="garbage")
    assert lines() == ["00:00:00  sqs:DeleteMessage answered ReceiptHandleIsInvalid"]


@pytest.fixture
def journal():
    """A journal of which each fact is a second younger than the one before."""

    class Clock:
        seconds = iter(range(1_000))

        @property
        def now(self):
            return next(self.seconds) * SECOND

    return Journal(Clock())


def test_a_long_timeline_is_cut_in_the_middle(journal):
    """The beginning, the number of lines left out, and more of the end."""
    for number in range(LINES + 5):
        journal.record(MessageSent("arn:aws:sqs:us-east-1:1:q", str(number), str(number), 0))
    lines = timeline(journal, start=0, seed=0).splitlines()[2:]
    head, tail = LINES // 4, LINES - LINES // 4
    assert lines[head] == "          ... 5 more lines ..."
    assert [line.rpartition(" ")[2] for line in lines[:head]] == [str(n) for n in range(head)]
    assert [line.rpartition(" ")[2] for line in lines[head + 1 :]] == [
        str(number) for number in range(head + 5, head + 5 + tail)
    ]


def test_a_timeline_that_fits_is_not_cut(journal):
    """Exactly as many lines as there may be."""
    for number in range(LINES):
        journal.record(MessageDeleted("q", str(number)))
    assert len(timeline(journal, start=0, seed=0).splitlines()) == LINES + 2


def test_facts_about_no_message_are_left_out(journal):
    """The creation of a queue, for one."""
    journal.record(QueueCreated("q"))
    assert timeline(journal, start=0, seed=7).splitlines()[2:] == ["nothing happened"]


def test_items_that_a_function_gave_back_say_so(fakeaws, lines):
    """A partial failure names the messages that stay."""

    def ship(event, context):
        failed = [record for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("ship", ship), report_batch_item_failures=True)
    for body in ("good", "bad"):
        orders.send(body)
    fakeaws.clock.advance(0)
    assert [line for line in lines() if "left in the queue" in line] == [
        "00:00:00  mapping          #2 left in the queue: reported as failed"
    ]


def test_a_success_is_told_without_its_payload(fakeaws, lines):
    """Payloads are the journal's business; the timeline stays readable."""
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("ship", lambda event, _: json.dumps(event)))
    orders.send("first")
    fakeaws.clock.advance(0)
    assert lines()[-2:] == [
        "00:00:00  ship             succeeded with #1",
        "00:00:00  orders           #1 deleted",
    ]


def test_the_messages_that_a_failure_is_about_find_room_first(journal):
    """What is folded around them is counted."""
    for number in range(300):
        journal.record(MessageSent("arn:aws:sqs:us-east-1:1:q", str(number), str(number), 0))
    lines = timeline(journal, start=0, seed=0, concerned=["150"]).splitlines()[2:]
    head, tail = LINES // 4, LINES - LINES // 4 - 1
    assert [lines[head], lines[head + 1].rpartition(" ")[2], lines[head + 2]] == [
        f"          ... {150 - head} more lines ...",
        "150",
        f"          ... {149 - tail} more lines ...",
    ]
    assert len(lines) == LINES + 2


def test_a_timeline_of_some_messages_has_their_lines_only(journal):
    """For the explanation of a claim about them."""
    for number in range(5):
        journal.record(MessageSent("arn:aws:sqs:us-east-1:1:q", str(number), str(number), 0))
    assert only(journal, start=0, concerned=["3"]) == "00:00:03  q                #4 sent: 3"


def test_many_deaths_are_counted(fakeaws, lines):
    """The newest are explained."""
    orders = fakeaws.create_queue("orders", retention=60)
    for number in range(ENDS + 2):
        orders.send(str(number))
    fakeaws.clock.advance(60)
    ends = lines()[lines().index("what became of lost messages:") + 1 :]
    assert [len(ends), ends[0], ends[-1]] == [2 * ENDS + 1, "  #3 2", "  ... and 2 others"]
