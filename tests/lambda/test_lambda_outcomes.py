"""How an invocation ends: AWS's documents for errors, timeouts, exits and bad results."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import boto3
import pytest

from pytest_fakeaws.journal.entries import CallRefused


@pytest.fixture
def document(fakeaws, client):
    """The payload that invoking a handler once gives, read."""

    def invoked(handler, **settings):
        fakeaws.create_function("handler", handler, **settings)
        return json.loads(client.invoke(FunctionName="handler")["Payload"].read())

    return invoked


class Lamp(NamedTuple):
    """What is sold."""

    colour: str
    parts: Sequence[Lamp]


class OutOfStock(Exception):
    """An error of the code under test."""


def sell(event, context):
    """A handler that fails a frame further down."""
    take_from_shelf()


def take_from_shelf():
    """Fail."""
    raise OutOfStock("no more lamps")


class Seller:
    """A handler that is an instance."""

    def __call__(self, event, context):
        """Handle."""
        take_from_shelf()


class TestError:
    """A handler that raises."""

    def test_is_an_outcome_and_not_raised(self, fakeaws):
        """The test reads the error from the invocation, with its traceback."""
        function = fakeaws.create_function("sell", sell)

        run = function.invoke()

        assert isinstance(run.error, OutOfStock)
        assert traceback.extract_tb(run.error.__traceback__)[-1].name == "take_from_shelf"
        assert (run.result, run.succeeded) == (None, False)
        assert function.errors == (run.error,)

    def test_ends_a_handler_that_would_have_been_done_just_then(self, fakeaws):
        """At the instant of its timeout a handler is late, whatever else comes then."""
        run = fakeaws.create_function("slow", lambda *_: time.sleep(5), timeout=5).invoke()

        assert str(run.error) == "Task timed out after 5.00 seconds"

    def test_gives_aws_error_document(self, fakeaws, document):
        """Type without module, message, request id and stack trace, as the Python runtime has them."""
        answer = document(sell)

        assert list(answer) == ["errorMessage", "errorType", "requestId", "stackTrace"]
        assert answer["errorMessage"] == "no more lamps"
        assert answer["errorType"] == "OutOfStock"
        assert answer["requestId"] == fakeaws.function("handler").invocations[0].request_id

    @pytest.mark.parametrize(
        ("handler", "first"),
        [
            pytest.param(sell, "sell", id="function"),
            pytest.param(Seller(), "__call__", id="instance"),
        ],
    )
    def test_has_a_stack_trace_that_begins_in_the_handler(self, document, handler, first):
        """Nobody wants to read the frames of the runtime."""
        trace = document(handler)["stackTrace"]

        assert len(trace) == 2
        assert trace[0].startswith(f'  File "{__file__}", line ')
        assert trace[0].endswith(f", in {first}\n    take_from_shelf()\n")
        assert trace[1].endswith(', in take_from_shelf\n    raise OutOfStock("no more lamps")\n')

    def test_that_cannot_say_what_it_is_is_an_outcome_all_the_same(self, fakeaws):
        """The report of a failing test shows it, too."""

        class Speechless(Exception):
            def __str__(self):
                raise RuntimeError

        def handler(event, context):
            raise Speechless

        run = fakeaws.create_function("sell", handler).invoke()

        assert isinstance(run.error, Speechless)
        assert "Speechless: <exception str() failed>" in repr(run)
        assert "Speechless: <exception str() failed>" in fakeaws.timeline()

    def test_keeps_how_long_it_took(self, fakeaws):
        """A failure takes its time as a success does."""

        def handler(event, context):
            time.sleep(1)
            raise OutOfStock

        run = fakeaws.create_function("sell", handler).invoke()

        assert run.duration == timedelta(seconds=1)


class TestTimeout:
    """A handler that waits longer than it may."""

    def test_ends_at_its_timeout_in_virtual_time(self, fakeaws):
        """Not a microsecond later, however long it wanted to wait."""
        run = fakeaws.create_function("slow", lambda *_: time.sleep(600), timeout=5).invoke()

        assert run.duration == timedelta(seconds=5)
        assert str(run.error) == "Task timed out after 5.00 seconds"

    def test_gives_aws_error_document(self, fakeaws, document):
        """The text names the request."""
        answer = document(lambda *_: time.sleep(600), timeout=1)

        request_id = fakeaws.function("handler").invocations[0].request_id
        assert answer == {
            "errorType": "Sandbox.Timedout",
            "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
        }

    def test_comes_in_the_middle_of_a_long_poll(self, fakeaws):
        """A wait inside a call of boto3 ends as one of the handler's own does."""
        queue = fakeaws.create_queue("orders")

        def handler(event, context):
            boto3.client("sqs").receive_message(QueueUrl=queue.url, WaitTimeSeconds=20)

        run = fakeaws.create_function("poll", handler).invoke()

        assert run.duration == timedelta(seconds=3)
        assert str(run.error) == "Task timed out after 3.00 seconds"

    def test_leaves_nobody_who_waits_for_messages(self, fakeaws):
        """The poll has ended with the handler: a message sent later is still there."""
        queue = fakeaws.create_queue("orders")

        def handler(event, context):
            boto3.client("sqs").receive_message(QueueUrl=queue.url, WaitTimeSeconds=20)

        fakeaws.create_function("poll", handler).invoke()
        queue.send("order")
        fakeaws.clock.advance("20s")

        assert queue.messages.bodies == ["order"]

    def test_unwinds_the_handler(self, fakeaws, calls):
        """Its `finally` blocks run, so that local resources close."""

        def handler(event, context):
            try:
                time.sleep(600)
            finally:
                calls.append("closed")

        fakeaws.create_function("slow", handler).invoke()

        assert calls == ["closed"]

    def test_lets_no_more_calls_take_effect(self, fakeaws):
        """What the handler tries while it unwinds is refused, and the journal says so."""
        queue = fakeaws.create_queue("orders")

        def handler(event, context):
            try:
                time.sleep(600)
            finally:
                boto3.client("sqs").send_message(QueueUrl=queue.url, MessageBody="too late")

        fakeaws.create_function("slow", handler).invoke()

        assert queue.messages.bodies == []
        assert CallRefused("sqs", "SendMessage", "slow") in [
            entry.fact for entry in fakeaws.journal
        ]

    @pytest.mark.parametrize("ending", ["return", "raise OutOfStock", "exit", "sleep"])
    def test_cannot_be_argued_away(self, fakeaws, ending):
        """A handler that catches its end has timed out all the same."""

        def handler(event, context):
            try:
                time.sleep(600)
            except BaseException:
                if ending == "raise OutOfStock":
                    raise OutOfStock from None
                if ending == "exit":
                    sys.exit()
                if ending == "sleep":
                    time.sleep(600)
            return "in time"

        run = fakeaws.create_function("stubborn", handler).invoke()

        assert str(run.error) == "Task timed out after 3.00 seconds"
        assert run.duration == timedelta(seconds=3)


def test_a_handler_that_exits_ends_its_runtime(fakeaws, client, recorded):
    """The answer is the one that AWS gave."""
    answers = recorded(
        "lambda", "lambda_/test_lambda.py::TestLambdaErrors::test_lambda_runtime_exit"
    )
    fakeaws.create_function("exit", lambda *_: sys.exit(0))

    answer = client.invoke(FunctionName="exit")

    answer["Payload"] = answer["Payload"].read().decode()
    assert answers.seen("invocation_error", answer) == answers["invocation_error"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (None, "without providing a reason"),
        (3, "with error: exit status 3"),
        (256, "without providing a reason"),
        ("no lamps", "with error: exit status 1"),
    ],
)
def test_an_exit_tells_its_status(document, code, why):
    """As the process would have had it: a text is a status of 1."""
    answer = document(lambda *_: sys.exit(code))

    assert answer["errorMessage"].partition(" Error: ")[2] == f"Runtime exited {why}"


def test_a_cancellation_that_nobody_catches_ends_the_runtime(document):
    """It is no `Exception`, which is all that the runtime catches."""

    async def cancelled():
        raise asyncio.CancelledError

    answer = document(lambda *_: asyncio.run(cancelled()))

    assert answer["errorType"] == "Runtime.ExitError"
    assert answer["errorMessage"].endswith("Runtime exited with error: exit status 1")


def test_an_exit_is_the_error_of_the_invocation(fakeaws):
    """It ends the handler and not the test."""
    run = fakeaws.create_function("exit", lambda *_: sys.exit(3)).invoke()

    assert isinstance(run.error, SystemExit)
    assert run.error.code == 3


class TestResult:
    """What a handler returns goes through JSON."""

    @pytest.mark.parametrize(
        ("returned", "result"),
        [
            (None, None),
            ({"a": [1, 2.5, "x", None, True]}, {"a": [1, 2.5, "x", None, True]}),
            ((1, 2), [1, 2]),
            ({1: "number"}, {"1": "number"}),
            ("Grüße", "Grüße"),
            (Decimal(12), 12),
            ({"total": Decimal("12.50")}, {"total": 12.5}),
            (
                Lamp("red", [Lamp("blue", ())]),
                {"colour": "red", "parts": [{"colour": "blue", "parts": []}]},
            ),
            ({"name": b"lamp"}, {"name": "lamp"}),
            (b'{"name": "lamp"}', {"name": "lamp"}),
        ],
        ids=repr,
    )
    def test_is_what_the_caller_reads(self, fakeaws, returned, result):
        """Tuples become lists, those with names objects, decimals numbers, as in AWS's runtime."""
        assert fakeaws.create_function("give", lambda *_: returned).invoke().result == result

    def test_has_its_characters_as_they_are(self, fakeaws, client):
        """Nothing is escaped that need not be, and a character counts with its bytes."""
        fakeaws.create_function("talk", lambda *_: {"word": "Grüße"})

        payload = client.invoke(FunctionName="talk")["Payload"].read()

        assert payload == '{"word": "Grüße"}'.encode()

    def test_is_too_large_by_its_bytes(self, document):
        """Two of them for each of these."""
        answer = document(lambda *_: "ü" * 3_145_778)

        assert answer["errorType"] == "Function.ResponseSizeTooLarge"

    def test_that_json_cannot_say_is_an_error(self, fakeaws, document):
        """The document has the type, text and request id of AWS's runtime."""
        answer = document(lambda *_: {"when": object()})

        run = fakeaws.function("handler").invocations[0]
        assert answer["requestId"] == run.request_id

        assert answer["errorType"] == "Runtime.MarshalError"
        assert answer["errorMessage"] == (
            "Unable to marshal response: Object of type object is not JSON serializable"
        )
        assert answer["stackTrace"] == []

    def test_that_contains_itself_is_an_error(self, document):
        """Neither does JSON know circles."""

        def handler(event, context):
            event["event"] = event
            return event

        assert document(handler)["errorMessage"] == (
            "Unable to marshal response: Circular reference detected"
        )

    def test_that_is_too_large_is_an_error(self, document):
        """The bound is 6 MB and the hundred bytes that AWS adds."""
        assert document(lambda *_: "x" * 6_291_556) == {
            "errorMessage": (
                "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
            ),
            "errorType": "Function.ResponseSizeTooLarge",
        }

    def test_of_just_the_largest_size_is_none(self, fakeaws):
        """The quotes of a text count."""
        function = fakeaws.create_function("give", lambda *_: "x" * 6_291_554)

        assert function.invoke().succeeded


@pytest.mark.parametrize("outcome", [pytest.fail, pytest.skip, pytest.xfail])
def test_an_outcome_of_pytest_leaves_the_handler(fakeaws, outcome):
    """`pytest.fail` in a handler fails the test, wherever the handler runs."""
    function = fakeaws.create_function("assert", lambda *_: outcome("by the handler"))

    with pytest.raises(outcome.Exception, match="by the handler"):
        function.invoke()


def test_an_outcome_of_pytest_leaves_a_mappings_handler_too(fakeaws):
    """It comes out where the test lets time pass."""
    queue = fakeaws.create_queue("orders")
    queue.trigger(fakeaws.create_function("assert", lambda *_: pytest.fail("by the handler")))
    queue.send("order")

    with pytest.raises(pytest.fail.Exception, match="by the handler"):
        fakeaws.clock.run_until_idle()


def test_an_assertion_in_a_handler_is_an_error_like_others(fakeaws):
    """It is what a failing handler raised, for the test to look at."""

    def handler(event, context):
        assert event == {"order": 7}

    run = fakeaws.create_function("assert", handler).invoke({"order": 8})

    assert isinstance(run.error, AssertionError)
