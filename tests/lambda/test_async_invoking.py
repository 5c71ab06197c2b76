"""Invoke with InvocationType=Event, through boto3: what is accepted, and what is answered."""

import io

import boto3
import pytest
from botocore.exceptions import ClientError

RETRIED = "lambda_/test_lambda.py::TestRequestIdHandling::test_request_id_async_invoke_with_retry"
LIMIT = 1_048_576


@pytest.fixture
def function(fakeaws, script):
    """A function that succeeds."""
    return fakeaws.create_function("work", script("done"))


def invoke(client, payload=b"{}", **more):
    return client.invoke(FunctionName="work", InvocationType="Event", Payload=payload, **more)


def test_an_event_is_answered_as_recorded(function, client, recorded):
    """Accepted, with nothing in it: neither a result nor a version."""
    answers = recorded("lambda", RETRIED)

    answer = invoke(client)

    answer["Payload"] = answer["Payload"].read().decode()
    assert answers.seen("invoke_result", answer) == answers["invoke_result"]


def test_an_event_never_runs_inside_the_call(function, client):
    """It waits for time to be driven."""
    invoke(client, b'{"order": 7}')

    assert function.invocations == ()


def test_an_event_runs_at_the_instant_of_the_call(fakeaws, function, client):
    """No time has to pass."""
    invoke(client, b'{"order": 7}')
    fakeaws.clock.advance(0)

    (run,) = function.invocations
    assert (run.event, run.attempt, run.started) == ({"order": 7}, 1, fakeaws.clock.now())


def test_the_handler_sees_the_request_id_of_the_answer(fakeaws, function, client):
    """So logs on both sides can be matched."""
    answer = invoke(client)
    fakeaws.clock.run_until_idle()

    assert function.invocations[0].request_id == answer["ResponseMetadata"]["RequestId"]


def test_a_synchronous_invocation_has_the_request_id_of_its_answer_too(function, client):
    """The same holds there."""
    answer = client.invoke(FunctionName="work")

    assert function.invocations[0].request_id == answer["ResponseMetadata"]["RequestId"]


def test_a_handle_invokes_asynchronously(fakeaws, function):
    """It returns the request id."""
    request_id = function.invoke_async({"order": 7})
    assert function.invocations == ()
    fakeaws.clock.run_until_idle()

    (run,) = function.invocations
    assert (run.request_id, run.event) == (request_id, {"order": 7})


def test_no_payload_is_an_empty_event(fakeaws, function, client):
    """As in a synchronous call."""
    client.invoke(FunctionName="work", InvocationType="Event")
    fakeaws.clock.run_until_idle()

    assert function.invocations[0].event == {}


def test_what_is_for_synchronous_calls_only_is_ignored(fakeaws, function, client):
    """A log and a client context mean nothing here."""
    answer = invoke(client, LogType="Tail", ClientContext="e30=")

    assert "LogResult" not in answer


def test_the_longest_event_is_accepted(function, client):
    """One megabyte, quotes included."""
    answer = invoke(client, b'"' + b"a" * (LIMIT - 2) + b'"')

    assert answer["StatusCode"] == 202


def test_a_longer_event_is_refused(function, client):
    """AWS names both sizes."""
    with pytest.raises(ClientError) as caught:
        invoke(client, io.BytesIO(b'"' + b"a" * (LIMIT - 1) + b'"'))

    assert caught.value.response["Error"] == {
        "Code": "RequestEntityTooLargeException",
        "Message": f"{LIMIT + 1} byte payload is too large for the Event invocation type "
        f"(limit {LIMIT} bytes)",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_handle_refuses_a_longer_event_too(function):
    """The error is AWS's own."""
    with pytest.raises(Exception, match="byte payload is too large for the Event invocation type"):
        function.invoke_async("a" * LIMIT)


def test_an_event_that_is_no_json_is_refused(function, client):
    """At once, for nobody would learn of it later."""
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        invoke(client, b"{")


def test_an_unknown_function_accepts_nothing(client, fakeaws):
    """At once, too."""
    with pytest.raises(ClientError, match=r"Function not found: .*:work:\$LATEST"):
        invoke(client)


def test_the_older_operation_invokes_asynchronously(fakeaws, function, client):
    """InvokeAsync is deprecated, and still there."""
    answer = client.invoke_async(FunctionName="work", InvokeArgs=b'{"order": 7}')
    fakeaws.clock.run_until_idle()

    assert (answer["Status"], function.invocations[0].event) == (202, {"order": 7})


def test_a_handler_invokes_another_function(fakeaws, function):
    """And has ended before that one begins."""
    order = []

    def first(event, context):
        boto3.client("lambda").invoke(FunctionName="second", InvocationType="Event")
        order.append("first")

    fakeaws.create_function("second", lambda *_: order.append("second"))
    fakeaws.create_function("first", first).invoke()
    fakeaws.clock.run_until_idle()

    assert order == ["first", "second"]


def test_an_alias_of_a_version_runs_that_version(fakeaws, create, client):
    """The event keeps the name that it was invoked by."""
    create("def handler(event, context):\n    return context.invoked_function_arn\n", name="work")
    client.publish_version(FunctionName="work")
    client.create_alias(FunctionName="work", Name="live", FunctionVersion="1")

    invoke(client, Qualifier="live")
    fakeaws.clock.run_until_idle()

    assert fakeaws.function("work").invocations[0].result.endswith(":work:live")
