"""What the timeline tells of asynchronous events."""

import re

import pytest


@pytest.fixture
def told(fakeaws):
    """The timeline's lines about a function, without its name and the place of an error."""

    def told(name):
        lines = [
            re.sub(rf"^(\S+)  {name} +", r"\1 ", line).partition("  (")[0]
            for line in fakeaws.timeline().splitlines()
            if f"  {name} " in line
        ]
        return [line for line in lines if line]

    return told


def test_an_event_is_told_from_its_acceptance_to_its_end(fakeaws, failing, told):
    """Each attempt, each wait, and where it went."""
    fakeaws.create_queue("failures")
    work = fakeaws.create_function("work", failing, retry_attempts=1, on_failure="failures")
    work.invoke_async({"order": 7})
    fakeaws.clock.run_until_idle()

    assert told("work") == [
        '00:00:00 event 1 queued: {"order": 7}',
        "00:00:00 attempt 1 started with event 1",
        "00:00:00 failed with event 1: ValueError: no total",
        "00:00:00 event 1 retried at 00:01:00",
        "00:01:00 attempt 2 started with event 1",
        "00:01:00 failed with event 1: ValueError: no total",
        "00:01:00 gave up event 1 after 2 attempts: RetriesExhausted",
        "00:01:00 event 1 sent to failures (on failure)",
    ]


def test_the_end_of_a_lost_event_is_explained(fakeaws, failing):
    """With every reason, and who was told."""
    fakeaws.create_function("work", failing).invoke_async({"order": 7})
    fakeaws.clock.run_until_idle()

    event, why = fakeaws.timeline().splitlines()[-2:]
    assert event == '  event 1 {"order": 7}'
    assert why == (
        "    given up by work at 00:03:00 after 3 attempts: RetriesExhausted; "
        "work failed with ValueError: no total (3 times); told: nobody"
    )


def test_a_throttle_is_told(fakeaws, failing, told):
    """With its reason."""
    work = fakeaws.create_function("work", failing, reserved_concurrency=0)
    with pytest.raises(Exception, match="Rate Exceeded"):
        work.invoke()

    assert told("work") == ["00:00:00 throttled: ReservedFunctionConcurrentInvocationLimitExceeded"]


def test_what_could_not_be_delivered_is_told(fakeaws, failing, told):
    """With AWS's reason."""
    queue = "arn:aws:sqs:us-east-1:123456789012:gone"
    fakeaws.create_function("work", failing, retry_attempts=0, dead_letter=queue).invoke_async()
    fakeaws.clock.run_until_idle()

    assert told("work")[-1].startswith(
        "00:00:00 event 1 not delivered to gone (dead-letter queue), dropped: AWS.SimpleQueueServ"
    )
