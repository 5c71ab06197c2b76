"""Responses that report batch item failures: which messages stay, and when all or none do.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html.
"""

import pytest


@pytest.fixture
def queue(fakeaws):
    """A queue whose messages stay hidden for half a minute."""
    return fakeaws.create_queue("orders", visibility_timeout=30)


@pytest.fixture
def left(fakeaws, queue):
    """The bodies that stay in the queue after a response for a batch of a, b and c."""

    def respond(response, *, report=True):
        def handler(event, context):
            ids = {record["body"]: record["messageId"] for record in event["Records"]}
            return response(ids)

        function = fakeaws.create_function("consume", handler)
        queue.trigger(function, report_batch_item_failures=report)
        for order in "abc":
            queue.send(order)
        fakeaws.clock.advance(0)
        assert function.invocations[0].succeeded
        return sorted(queue.in_flight.bodies)

    return respond


def failures(*identifiers):
    """A response that reports *identifiers*."""
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


@pytest.mark.parametrize("failed", ["a", "c", "ab", "abc"])
def test_only_the_listed_messages_stay(left, failed):
    """The others are deleted."""
    assert left(lambda ids: failures(*(ids[body] for body in failed))) == sorted(failed)


def test_a_message_may_be_listed_twice(left):
    """It fails once all the same."""
    assert left(lambda ids: failures(ids["b"], ids["b"])) == ["b"]


def test_other_keys_of_the_response_do_not_matter(left):
    """Only `batchItemFailures` is read."""
    assert left(lambda ids: {**failures(ids["b"]), "statusCode": 500}) == ["b"]


@pytest.mark.parametrize(
    "response",
    [
        None,
        {},
        "",
        [],
        {"batchItemFailures": []},
        {"batchItemFailures": None},
    ],
    ids=repr,
)
def test_an_empty_response_is_complete_success(left, response):
    """Nothing reported, everything deleted."""
    assert left(lambda _: response) == []


@pytest.mark.parametrize(
    "response",
    [
        failures(""),
        failures(None),
        failures(7),
        failures("no-such-message"),
        {"batchItemFailures": [{"foo": "bar"}]},
        {"batchItemFailures": [{}]},
        {"batchItemFailures": [None]},
        {"batchItemFailures": ["bar"]},
        {"batchItemFailures": {}},
        {"batchItemFailures": {"itemIdentifier": "bar"}},
        {"batchItemFailures": "bar"},
        {"batchItemFailures": ""},
        {"batchItemFailures": 0},
        "failed",
        ["failed"],
        True,
        False,
        0,
        7,
    ],
    ids=repr,
)
def test_a_response_that_makes_no_sense_is_complete_failure(left, response):
    """Lambda cannot know what was handled, so everything comes back."""
    assert left(lambda _: response) == ["a", "b", "c"]


def test_one_unknown_identifier_fails_the_whole_batch(left):
    """However right the others are."""
    assert left(lambda ids: failures(ids["b"], "no-such-message")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(lambda ids: failures(*ids.values()), id="all failed"),
        pytest.param(lambda _: failures(""), id="nonsense"),
        pytest.param(lambda _: "failed", id="text"),
    ],
)
def test_a_response_is_ignored_unless_the_mapping_asks_for_it(left, response):
    """Without FunctionResponseTypes a batch succeeds or fails as a whole."""
    assert left(response, report=False) == []


def test_an_error_fails_the_whole_batch(fakeaws, queue):
    """A handler that raises has reported nothing."""
    function = fakeaws.create_function("consume", lambda *_: 1 / 0)
    queue.trigger(function, report_batch_item_failures=True)
    queue.send("a")
    queue.send("b")
    fakeaws.clock.advance(0)

    assert sorted(queue.in_flight.bodies) == ["a", "b"]


def test_a_reported_message_comes_back_when_its_visibility_runs_out(fakeaws, queue):
    """Alone, with its next attempt."""

    def handler(event, context):
        return failures(
            *(record["messageId"] for record in event["Records"] if record["body"] == "b")
        )

    function = fakeaws.create_function("consume", handler)
    queue.trigger(function, report_batch_item_failures=True)
    for order in "abc":
        queue.send(order)
    fakeaws.clock.advance(30)

    first, second = function.invocations
    assert [len(run.event["Records"]) for run in (first, second)] == [3, 1]
    assert (second.started - first.started).total_seconds() == 30
    assert second.attempt == 2


def test_the_timeline_says_what_was_reported(fakeaws, left):
    """The reader of a failing test sees why a message came back."""
    left(lambda ids: failures(ids["b"]))

    assert "#2 left in the queue: reported as failed" in fakeaws.timeline()
