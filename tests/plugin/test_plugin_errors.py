"""Errors for the author of a test have three parts: what happened, the evidence, and what to do."""

import functools
from datetime import datetime, timedelta

import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import FakeAWSError


def batches():
    """Yield, which no consumer may."""
    yield


async def async_batches():
    """Yield, which no consumer may."""
    yield


def wait_for_itself(aws):
    """Spawn a consumer that asks for its own end."""

    def wait():
        worker.join()

    worker = aws.spawn(wait)
    aws.clock.advance(0)


def _to_a_stream(aws):
    topic = aws.create_topic("lake")
    topic.subscribe("arn:aws:firehose:us-east-1:123456789012:deliverystream/lake")
    topic.publish("one")


MISTAKES = {
    "a keyword of the fake": (
        lambda _: FakeAWS(regoin="eu-west-1"),
        "FakeAWS() has no keyword 'regoin'.",
        "It knows: region, account_id, accounts, seed, start, host_time, permissions, allow, ignore_advice, *",
        'Did you mean "region"?',
    ),
    "a keyword of a queue": (
        lambda aws: aws.create_queue("jobs", visibilty_timeout=3),
        "FakeAWS.create_queue() has no keyword 'visibilty_timeout'.",
        "It knows: name, dead_letter_queue, max_receive_count, visibility_timeout, *",
        'Did you mean "visibility_timeout"?',
    ),
    "a keyword of the clock": (
        lambda aws: aws.clock.run_until(bool, time_out=3),
        "Clock.run_until() has no keyword 'time_out'.",
        "It knows: condition, timeout.",
        'Did you mean "timeout"?',
    ),
    "the name of a queue": (
        lambda aws: aws.queue("order"),
        'There is no queue "order".',
        "Existing: invoices, orders.",
        'Did you mean "orders"?',
    ),
    "the name of a function": (
        lambda aws: aws.function("invoice"),
        'There is no function "invoice".',
        "Existing: none.",
        "Create it first, with fakeaws.create_function().",
    ),
    "a dead-letter queue that there is not": (
        lambda aws: aws.queue("orders").dead_letters,
        'The queue "orders" has no dead-letter queue.',
        "Its RedrivePolicy is not set.",
        "Create it with dead_letter_queue=True, or set the RedrivePolicy attribute.",
    ),
    "a unit": (
        lambda aws: aws.clock.advance("5 parsecs"),
        "'5 parsecs' is not a duration.",
        "Units: us, ms, s, min, h, days, weeks *",
        'Give seconds (90), a timedelta, or text such as "90s", *',
    ),
    "a negative duration": (
        lambda aws: aws.clock.advance(timedelta(seconds=-1)),
        "A duration cannot be negative: *.",
        "Virtual time only moves forward; *",
        "Start another fake with an earlier start= *",
    ),
    "the past": (
        lambda aws: aws.clock.advance_to("2029-12-31T23:59:00Z"),
        "The clock cannot go back to 2029-12-31T23:59:00+00:00.",
        "It is 2030-01-01T00:00:00+00:00, 60 s later.",
        "Virtual time only moves forward; give the fake an earlier start= instead.",
    ),
    "a point in time": (
        lambda aws: aws.clock.advance_to("tomorrow"),
        "'tomorrow' is not a point in time.",
        "Expected a datetime, or ISO 8601 text.",
        'Write, for example, "2030-01-01T09:30:00Z".',
    ),
    "a handler's module": (
        lambda aws: aws.create_function("invoice", "no_such_shop.invoice.handler"),
        'The handler "no_such_shop.invoice.handler" does not import.',
        "import no_such_shop.invoice\nModuleNotFoundError: No module named 'no_such_shop'",
        "Check the spelling, and that the module's folder is on sys.path *",
    ),
    "a handler's name": (
        lambda aws: aws.create_function("invoice", "json.dump_s"),
        'The handler "json.dump_s" does not import.',
        'The module "json" imports, but has no "dump_s".',
        'Did you mean "dumps"?',
    ),
    "what is no handler": (
        lambda aws: aws.create_function("invoice", 7),
        "The handler 7 cannot be called.",
        "It is an int.",
        "Give a function that takes an event and a context, or its dotted name.",
    ),
    "what is no consumer": (
        lambda aws: aws.spawn(7),
        "7 cannot be spawned.",
        "It is of type int, which cannot be called.",
        "Give the function and its arguments apart: fakeaws.spawn(worker, queue_url).",
    ),
    "a generator": (
        lambda aws: aws.spawn(batches),
        "batches cannot be spawned.",
        "It has a yield in it: to call it makes a generator and runs none of its code.",
        "Spawn a function that runs the loop over the generator.",
    ),
    "an asynchronous generator": (
        lambda aws: aws.spawn(functools.partial(async_batches)),
        "async_batches cannot be spawned.",
        "It has a yield in it: to call it makes a generator and runs none of its code.",
        "Spawn a function that runs the loop over the generator.",
    ),
    "a spawn without a fake": (
        lambda _: FakeAWS().spawn(print),
        "This fake is not active.",
        "It was made, but never started.",
        "Use it inside its with block or between start() and stop(), *",
    ),
    "a consumer that waits for itself": (
        wait_for_itself,
        "wait waits for itself.",
        "Its own join() or result() was called inside it; it would never end.",
        "Call it from the test or from another process.",
    ),
    "a result that never was": (
        lambda aws: (worker := aws.spawn(print), worker.kill(), worker.result()),
        "print has no result.",
        "Before it returned, this happened to it: killed.",
        "Ask for the result of one that ends by itself; join() waits for any.",
    ),
    "a second fake": (
        lambda _: FakeAWS().start(),
        "A second fake was started while one is active.",
        "Active: <FakeAWS at 2030-01-01T00:00:00+00:00, seed 0>.",
        "Use the one that is there (its handles reach everything), or stop it first. *",
    ),
    "permissions": (
        lambda _: FakeAWS(permissions="same_account"),
        "permissions='same_account' does not exist.",
        'There are: "same-account" and "strict".',
        'Did you mean "same-account"?',
    ),
    "an account": (
        lambda _: FakeAWS(account_id="12"),
        "account_id='12' is no account id.",
        "AWS's account ids are texts of twelve digits.",
        'Write, for example, account_id="123456789012".',
    ),
    "what is not simulated": (
        _to_a_stream,
        "Delivery of notifications by the protocol firehose is not simulated.",
        "pytest-fakeaws refuses by name what it does not simulate, *",
        "The simulated operations and rules are listed in docs/fidelity.md.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_explained_in_three_parts(fakeaws, mistake):
    """A slip of the pen is named, shown beside what would have been right, and put right."""
    fakeaws.create_queue("orders")
    fakeaws.create_queue("invoices")
    slip, *expected = MISTAKES[mistake]

    with pytest.raises(FakeAWSError) as caught:
        slip(fakeaws)

    error = caught.value
    parts = [error.what, error.evidence, error.advice]
    assert [
        part if part.startswith(text.partition("*")[0]) else text
        for part, text in zip(parts, expected, strict=True)
    ] == parts


def test_the_text_of_an_error_shows_the_parts_apart():
    """The evidence is indented, and a blank line stands around it."""
    error = FakeAWSError("It broke.", "line 1\nline 2", "Mend it.")

    assert str(error) == "It broke.\n\n  line 1\n  line 2\n\nMend it."


@pytest.mark.parametrize(
    ("error", "slip"),
    [
        (TypeError, lambda _: FakeAWS(regoin="eu-west-1")),
        (LookupError, lambda aws: aws.queue("order")),
        (ValueError, lambda aws: aws.clock.advance("5 parsecs")),
        (ImportError, lambda aws: aws.create_function("invoice", "no_such_shop.handler")),
        (RuntimeError, lambda _: FakeAWS().start()),
        (TimeoutError, lambda aws: aws.clock.run_until(lambda: False)),
        (NotImplementedError, _to_a_stream),
    ],
)
def test_errors_are_also_what_python_calls_such_errors(fakeaws, error, slip):
    """Whoever catches the built-in class catches ours."""
    with pytest.raises(error):
        slip(fakeaws)


def test_a_start_that_cannot_be_read_is_refused_before_anything_starts():
    """The mistake is in the options, so it shows where they are."""
    with pytest.raises(FakeAWSError, match="not a point in time"):
        FakeAWS(start="soon")


def test_a_naive_start_is_utc():
    """A `datetime` without a zone is no mistake."""
    with FakeAWS(start=datetime(2031, 5, 1, 12)) as aws:
        assert aws.clock.now().isoformat() == "2031-05-01T12:00:00+00:00"
