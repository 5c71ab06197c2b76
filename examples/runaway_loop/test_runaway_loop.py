"""A function sends its results to its own queue: what stops it, and what it would have cost."""

import time

import boto3
import pytest
from tagging import handler

from pytest_fakeaws.errors import ClockStopped


@pytest.fixture
def photographs(fakeaws, monkeypatch):
    """The queue of photographs; by mistake the results go there too."""
    queue = fakeaws.create_queue("photographs", dead_letter_queue=True)
    queue.trigger(fakeaws.create_function("tag", "tagging.handler.handler", timeout=5))
    monkeypatch.setenv("RESULTS_QUEUE_URL", queue.url)
    return queue


@pytest.fixture
def unguarded(photographs):
    """Somebody has told Lambda that the function may go round in circles."""
    boto3.client("lambda").put_function_recursion_config(FunctionName="tag", RecursiveLoop="Allow")


def test_lambda_stops_the_loop_after_16_rounds(fakeaws, photographs):
    """The message whose invocation is refused ends in the dead-letter queue."""
    photographs.send('{"name": "beach.jpg"}')
    fakeaws.clock.run_until_idle()

    assert len(fakeaws.function("tag").invocations) == 16
    assert len(photographs.dead_letters) == 1


def test_the_author_is_told_the_way_of_the_loop(fakeaws, photographs):
    """In the timeline, which a failing test's report shows."""
    photographs.send('{"name": "beach.jpg"}')
    fakeaws.clock.run_until_idle()

    assert "recursive loop tag -> queue photographs -> tag -> ... 16 times" in fakeaws.timeline()


def test_a_bound_on_calls_finds_the_mistake_before_anybody_looks_at_lambda(fakeaws, photographs):
    """One photograph should cost one message in and one out."""
    photographs.send('{"name": "beach.jpg"}')
    fakeaws.clock.run_until_idle()

    with pytest.raises(AssertionError, match="sqs:SendMessage"):
        fakeaws.expect.at_most(1, "sqs:SendMessage")


def test_without_the_guard_it_would_never_end(fakeaws, photographs, unguarded):
    """The clock stops at its bound, and names who keeps the world busy."""
    photographs.send('{"name": "beach.jpg"}')

    with pytest.raises(ClockStopped, match="tag -> queue photographs -> tag"):
        fakeaws.clock.run_until_idle(max_events=1_000)


def test_a_month_of_it_would_have_cost_this(fakeaws, photographs, unguarded, monkeypatch):
    """A minute is simulated, with a quarter of a second for each round."""
    send = handler.sqs.send_message

    def send_slowly(**parameters):
        time.sleep(0.25)
        return send(**parameters)

    monkeypatch.setattr(handler.sqs, "send_message", send_slowly)
    photographs.send('{"name": "beach.jpg"}')
    fakeaws.clock.advance("1 min")

    usage = fakeaws.usage
    assert usage.invocations == {"tag": 241}
    month = usage.cost * 60 * 24 * 30
    assert round(month) == 12  # dollars, for one photograph
