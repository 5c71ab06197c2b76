"""InvokeWithResponseStream: the response of a handler, in parts."""

import base64
import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def parts(fakeaws, client):
    """Creates a function, invokes it and returns the parts of its response."""

    def parts(handler, **given):
        fakeaws.create_function("f", handler)
        answer = client.invoke_with_response_stream(FunctionName="f", **given)
        return answer["StatusCode"], list(answer["EventStream"])

    return parts


def test_a_response_comes_as_a_chunk_and_an_end(parts):
    """A Python handler returns all of it at once."""
    assert parts(lambda event, _: event, Payload=b'{"a": 1}') == (
        200,
        [{"PayloadChunk": {"Payload": b'{"a": 1}'}}, {"InvokeComplete": {}}],
    )


def test_an_error_comes_with_the_end(parts):
    """With the document that an invocation would answer."""
    status, [end] = parts(lambda *_: 1 / 0)

    complete = end["InvokeComplete"]
    assert (status, complete["ErrorCode"]) == (200, "Unhandled")
    assert json.loads(complete["ErrorDetails"])["errorType"] == "ZeroDivisionError"


def test_the_log_comes_with_the_end(parts):
    """If it is asked for."""
    _, [_, end] = parts(lambda *_: print("hello"), LogType="Tail")

    assert b"hello\n" in base64.b64decode(end["InvokeComplete"]["LogResult"])


def test_a_dry_run_has_no_response(parts):
    """The handler is not called."""
    assert parts(lambda *_: 1 / 0, InvocationType="DryRun") == (204, [])


def test_nothing_is_streamed_of_an_asynchronous_invocation(fakeaws, client):
    """It is no way to invoke with this operation."""
    function = fakeaws.create_function("f", lambda *_: None)

    with pytest.raises(ClientError, match=r"enum value set: \[RequestResponse, DryRun\]"):
        client.invoke_with_response_stream(FunctionName="f", InvocationType="Event")

    fakeaws.clock.run_until_idle()
    assert function.invocations == ()


def test_a_stream_can_be_closed(fakeaws, client):
    """As code does that does not want the rest."""
    fakeaws.create_function("f", lambda *_: None)

    client.invoke_with_response_stream(FunctionName="f")["EventStream"].close()
