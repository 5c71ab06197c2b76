"""What a test may claim beyond a plain assert."""

import time

import boto3
import pytest

from pytest_fakeaws.errors import ExpectationFailed, WrongState


@pytest.fixture
def sqs(fakeaws):
    return boto3.client("sqs")


@pytest.fixture
def receive(sqs):
    """Receives one message and returns its handle."""

    def receive(queue):
        return sqs.receive_message(QueueUrl=queue.url)["Messages"][0]["ReceiptHandle"]

    return receive


def failure(claim, *args, **kwargs):
    """The failure of a claim."""
    with pytest.raises(ExpectationFailed) as caught:
        claim(*args, **kwargs)
    return caught.value


# eventually and never


def test_eventually_drives_time_until_the_condition_holds(fakeaws):
    """And no further; what it gave is returned."""
    reminders = fakeaws.create_queue("reminders", delay=90)
    reminders.send("pay")
    start = fakeaws.clock.now()
    assert fakeaws.expect.eventually(lambda: reminders.messages.bodies) == ["pay"]
    assert (fakeaws.clock.now() - start).total_seconds() == 90


def test_eventually_takes_a_function_full_of_asserts(fakeaws):
    """An assertion that does not hold yet is asked again."""
    reminders = fakeaws.create_queue("reminders", delay=90)
    reminders.send("pay")

    def paid():
        assert reminders.messages.bodies == ["pay"]
        return True

    assert fakeaws.expect.eventually(paid) is True


def test_what_never_came_is_an_error_in_three_parts(fakeaws):
    """What happened, what it gave the last time and what was due next, and what to do."""
    reminders = fakeaws.create_queue("reminders")
    reminders.send("pay", delay="10 min")

    error = failure(fakeaws.expect.eventually, lambda: reminders.messages.bodies, timeout="1 min")
    assert str(error) == (
        "The condition did not hold within 60 s of virtual time.\n"
        "\n"
        "  It gave: [].\n"
        "  Due next:\n"
        "    nothing\n"
        "  \n"
        "  00:00:00  reminders        #1 sent, visible at 00:10:00: pay\n"
        "\n"
        "Is something missing that would make it true, or is the timeout too short?"
    )


def test_the_assertion_that_did_not_hold_is_evidence(fakeaws):
    """And a function has a name."""

    def paid():
        raise AssertionError("nobody paid")

    error = failure(fakeaws.expect.eventually, paid, timeout=1)
    assert error.what == "paid did not hold within 1 s of virtual time."
    assert error.evidence.splitlines()[0] == "It gave: AssertionError: nobody paid."


def test_never_watches_for_as_long_as_told(fakeaws):
    """And time has passed."""
    jobs = fakeaws.create_queue("jobs")
    start = fakeaws.clock.now()
    fakeaws.expect.never(lambda: jobs.messages, within="1 h")
    assert (fakeaws.clock.now() - start).total_seconds() == 3_600


def test_what_never_should_have_held_is_told_at_its_instant(fakeaws):
    """With what had just happened."""
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)

    def fail(event, context):
        raise ValueError

    orders.trigger(fakeaws.create_function("invoice", fail))
    orders.send("a")
    error = failure(fakeaws.expect.never, lambda: orders.dead_letters, within="1 h")
    assert error.what == "The condition held at 00:00:30, and never should."
    assert error.evidence.splitlines()[-1] == (
        "00:00:30  orders           #1 dead-lettered to orders-dlq: received once, 1 allowed"
    )


@pytest.mark.parametrize("claim", ["eventually", "never"])
def test_a_handler_cannot_drive(fakeaws, claim):
    """The refusal names the claim."""
    work = fakeaws.create_function(
        "work", lambda event, context: getattr(fakeaws.expect, claim)(lambda: True)
    )
    run = work.invoke()
    assert isinstance(run.error, WrongState)
    assert run.error.what == f"expect.{claim}() was called from inside work."


# exactly once


def test_messages_that_a_function_handled_were_handled_once(fakeaws):
    """Attempts that failed do not count."""
    errors = [ValueError()]

    def flaky(event, context):
        if errors:
            raise errors.pop()

    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("invoice", flaky))
    for body in "ab":
        orders.send(body)
    fakeaws.clock.run_until_idle()
    fakeaws.expect.exactly_once(orders)


def test_a_message_that_was_given_back_was_not_handled_then(fakeaws):
    """A partial failure counts for those that did not fail."""

    def ship(event, context):
        failed = [one for one in event["Records"] if one["body"] == "bad" and not seen]
        seen.append(event)
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}

    seen = []
    orders = fakeaws.create_queue("orders")
    orders.trigger(fakeaws.create_function("ship", ship), report_batch_item_failures=True)
    for body in ("good", "bad"):
        orders.send(body)
    fakeaws.clock.run_until_idle()
    fakeaws.expect.exactly_once(orders)


def test_a_message_that_two_workers_had_was_handled_twice(fakeaws):
    """The work took longer than the visibility timeout."""
    jobs = fakeaws.create_queue("jobs", visibility_timeout=10)

    def worker():
        sqs = boto3.client("sqs")
        [message] = sqs.receive_message(QueueUrl=jobs.url, WaitTimeSeconds=20)["Messages"]
        time.sleep(15)
        sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"])

    fakeaws.spawn(worker)
    fakeaws.spawn(worker)
    jobs.send("a")
    fakeaws.clock.advance(60)
    error = failure(fakeaws.expect.exactly_once, jobs)
    assert error.what == (
        "Not every message of jobs was handled exactly once: of 1 message 1 more often, 0 not."
    )
    assert error.evidence.splitlines()[:3] == [
        (
            "#1 a was sent to jobs at 00:00:00, received 2 times: worker did not delete it, then "
            "worker-2 had it, and deleted at 00:00:25 by worker-2."
        ),
        "",
        "00:00:00  jobs             #1 sent: a",
    ]
    assert error.concerned == (jobs_message(fakeaws),)


def jobs_message(fakeaws):
    """The id of the only message."""
    [sent] = fakeaws.journal.of(kind="MessageSent").facts
    return sent.message_id


def test_a_message_that_waits_was_not_handled(fakeaws):
    """Nor would be a dead letter."""
    orders = fakeaws.create_queue("orders")
    orders.send("a")
    error = failure(fakeaws.expect.exactly_once, orders)
    assert error.what.endswith("of 1 message 0 more often, 1 not.")


# in this order


@pytest.fixture
def handled(fakeaws, sqs, receive):
    """A queue whose messages a, b and c were handled in this order."""
    queue = fakeaws.create_queue("q")
    for body in "abc":
        queue.send(body)
    for handle in [receive(queue) for _ in "abc"]:
        sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=handle)
    return queue


@pytest.mark.parametrize("bodies", ["abc", "ac", "b", ""])
def test_messages_are_in_order_if_none_came_before_its_predecessor(fakeaws, handled, bodies):
    """Others may come between."""
    fakeaws.expect.in_order(handled, list(bodies))


@pytest.mark.parametrize("bodies", ["ba", "abd"])
def test_messages_out_of_order_are_told_in_theirs(fakeaws, handled, bodies):
    """With the timeline of just these."""
    error = failure(fakeaws.expect.in_order, handled, list(bodies))
    assert error.what == (f"The messages of q were not handled in this order: {', '.join(bodies)}.")
    assert error.evidence.splitlines()[0] == "Handled: a, b, c."
    assert "#3" not in error.evidence


# at most so many calls


def test_calls_are_counted_by_pattern(fakeaws, handled):
    """Three receives and three deletes; the sends of the handle are none."""
    fakeaws.expect.at_most(3, "sqs:ReceiveMessage")
    fakeaws.expect.at_most(6)
    error = failure(fakeaws.expect.at_most, 5, "sqs:*")
    assert str(error).splitlines()[:4] == [
        "6 API calls (sqs:*), and there should be at most 5.",
        "",
        "  sqs:ReceiveMessage: 3",
        "  sqs:DeleteMessage: 3",
    ]
