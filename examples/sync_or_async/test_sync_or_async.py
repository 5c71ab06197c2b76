"""One function, called both ways: who waits, who retries, and who is told."""

import json
from datetime import timedelta

import pytest
from thumbnails import client, function

SMALL = {"name": "a.png", "width": 2_000, "height": 1_000}
HUGE = {"name": "map.tif", "width": 40_000, "height": 25_000}  # 1,000 seconds: too much for Lambda
CORRUPT = {"name": "b.png", "width": 1, "height": 1, "corrupt": True}


@pytest.fixture
def done(fakeaws):
    return fakeaws.create_queue("done")


@pytest.fixture
def failed(fakeaws):
    return fakeaws.create_queue("failed")


@pytest.fixture
def dead_letters(fakeaws):
    return fakeaws.create_queue("dead-letters")


@pytest.fixture
def thumbnails(fakeaws, done, failed, dead_letters):
    """The function, with all that can be told about its asynchronous events."""
    return fakeaws.create_function(
        "thumbnails",
        function.handler,
        timeout=900,
        on_success=done,
        on_failure=failed,
        dead_letter=dead_letters,
    )


def test_a_caller_who_waits_gets_the_result(fakeaws, thumbnails, done):
    """Two virtual seconds pass in the call; destinations are for asynchronous events only."""
    start = fakeaws.clock.now()

    assert client.now(SMALL) == "thumbnails/a.png"
    assert fakeaws.clock.now() - start == timedelta(seconds=2)
    assert done.messages.bodies == []


def test_a_caller_who_waits_sees_the_error_and_nobody_retries(thumbnails, failed):
    """What to do about it is the caller's business."""
    with pytest.raises(client.NoThumbnail, match=r"b\.png is no image"):
        client.now(CORRUPT)

    assert len(thumbnails.invocations) == 1
    assert failed.messages.bodies == []


def test_a_caller_who_waits_for_too_much_is_told_after_a_quarter_of_an_hour(fakeaws, thumbnails):
    """900 seconds is the longest timeout there is."""
    start = fakeaws.clock.now()

    with pytest.raises(client.NoThumbnail, match=r"Task timed out after 900\.00 seconds"):
        client.now(HUGE)

    assert fakeaws.clock.now() - start == timedelta(seconds=900)


def test_an_event_goes_on_its_own_way(fakeaws, thumbnails, done):
    """The call returns at once; the destination gets the result with the request."""
    start = fakeaws.clock.now()
    client.later(SMALL)
    assert fakeaws.clock.now() == start
    fakeaws.clock.run_until_idle()

    record = json.loads(done.messages[0].body)
    assert record["requestPayload"] == SMALL
    assert record["responsePayload"] == {"thumbnail": "thumbnails/a.png", "seconds": 2.0}


@pytest.mark.parametrize(
    ("image", "error"),
    [(CORRUPT, "ValueError"), (HUGE, "Sandbox.Timedout")],
)
def test_an_event_that_fails_is_retried_twice_and_then_reported(
    fakeaws, thumbnails, failed, dead_letters, image, error
):
    """A minute and two after the attempt before; then both the destination and the DLQ have it."""
    client.later(image)
    fakeaws.clock.run_until_idle()

    first, second, third = thumbnails.invocations
    assert second.started - (first.started + first.duration) == timedelta(minutes=1)
    assert third.started - (second.started + second.duration) == timedelta(minutes=2)

    record = json.loads(failed.messages[0].body)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorType"] == error
    assert dead_letters.messages.bodies == [json.dumps(image)]
