"""Invoke, through boto3."""

import io
import json
import re

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.journal.entries import CallAnswered
from pytest_fakeaws.services.ports import ServiceError

FEATURES = "lambda_/test_lambda.py::TestLambdaFeatures::"
REFERENCES = (
    "lambda_/test_lambda_api.py::TestLambdaFunction::test_function_name_and_qualifier_validation"
)


@pytest.fixture
def echo(fakeaws):
    """A function that returns its event."""
    return fakeaws.create_function("echo", lambda event, _: event)


def test_a_request_is_answered_as_recorded(echo, client, recorded):
    """Status, version and payload of a synchronous invocation."""
    answers = recorded("lambda", f"{FEATURES}test_invocation_type_request_response[python3.10]")

    answer = client.invoke(FunctionName="echo", InvocationType="RequestResponse", Payload=b"{}")

    answer["Payload"] = answer["Payload"].read().decode()
    assert answers.seen("invoke-result", answer) == answers["invoke-result"]


@pytest.mark.parametrize(
    ("parameters", "event"),
    [
        pytest.param({}, {}, id="none"),
        pytest.param({"Payload": b'{"order": 7}'}, {"order": 7}, id="bytes"),
        pytest.param({"Payload": bytearray(b"[1, 2]")}, [1, 2], id="bytearray"),
        pytest.param({"Payload": '"Gr\u00fc\u00dfe"'}, "Grüße", id="str"),
        pytest.param({"Payload": io.BytesIO(b"7")}, 7, id="file"),
        pytest.param({"Payload": b"null"}, None, id="null"),
        pytest.param({"Payload": b""}, {}, id="empty"),
    ],
)
def test_a_payload_is_json_in_any_shape_that_boto3_takes(echo, client, parameters, event):
    """The handler gets it read, and no payload is an empty event."""
    client.invoke(FunctionName="echo", **parameters)

    assert echo.invocations[0].event == event


def test_a_response_is_a_stream_of_json(echo, client):
    """It can be read in pieces, once."""
    payload = client.invoke(FunctionName="echo", Payload=b'{"order": 7}')["Payload"]

    assert payload.read(4) == b'{"or'
    assert payload.read() == b'der": 7}'
    assert payload.read() == b""


def test_a_handler_that_returns_nothing_answers_null(fakeaws, client):
    """`None` in JSON."""
    fakeaws.create_function("silent", lambda *_: None)

    assert client.invoke(FunctionName="silent")["Payload"].read() == b"null"


def test_a_handlers_error_is_a_successful_call_with_a_function_error(fakeaws, client):
    """Only the header tells that the payload is an error document."""
    fakeaws.create_function("broken", lambda *_: 1 / 0)

    answer = client.invoke(FunctionName="broken")

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.load(answer["Payload"])["errorType"] == "ZeroDivisionError"


def test_a_success_has_no_function_error(echo, client):
    """The key is missing, as clients test for it."""
    assert "FunctionError" not in client.invoke(FunctionName="echo")


def test_a_dry_run_runs_nothing(echo, client):
    """It answers 204, with nothing in it."""
    answer = client.invoke(FunctionName="echo", InvocationType="DryRun")

    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")
    assert echo.invocations == ()


def test_a_dry_run_finds_out_that_there_is_no_such_function(client):
    """That is what it is for."""
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nothing", InvocationType="DryRun")


@pytest.mark.parametrize(
    "payload",
    [b"{", b"{'order': 7}", b"\xff", "order 7", b"NaN", b"[-Infinity]", b"[" * 100_000],
    ids=range(7),
)
def test_a_payload_that_is_not_json_is_refused(echo, client, payload):
    """The handler never sees it."""
    with pytest.raises(
        client.exceptions.InvalidRequestContentException,
        match="Could not parse request body into json: ",
    ):
        client.invoke(FunctionName="echo", Payload=payload)
    assert echo.invocations == ()


def test_a_payload_of_more_than_6_mb_is_refused(echo, client):
    """The bound is that of a synchronous request."""
    with pytest.raises(ClientError, match="Request must be smaller than 6291456 bytes"):
        client.invoke(FunctionName="echo", Payload=b'"' + b"x" * 6_291_455 + b'"')


def test_a_handle_refuses_a_longer_payload_too(echo):
    """It goes no other way than a client."""
    with pytest.raises(ServiceError, match="Request must be smaller than 6291456 bytes"):
        echo.invoke("x" * 6_291_455)
    assert echo.invoke("x" * 6_291_454).succeeded


def test_an_unknown_function_is_answered_as_recorded(client, recorded):
    """The message names the ARN, with the qualifier."""
    answers = recorded("lambda", f"{FEATURES}test_invoke_exceptions")
    step = "invoke_function_doesnotexist"

    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.invoke(FunctionName="doesnotexist")

    assert answers.seen(step, caught.value.response) == answers[step]


@pytest.mark.parametrize(
    "reference",
    [
        "echo",
        "echo:$LATEST",
        "function:echo",
        "123456789012:function:echo",
        "us-east-1:123456789012:function:echo",
        "arn:aws:lambda:us-east-1:123456789012:function:echo",
        "arn:aws:lambda:us-east-1:123456789012:function:echo:$LATEST",
    ],
)
def test_a_function_is_named_by_name_partial_arn_or_arn(echo, client, reference):
    """All of them lead to the same function."""
    assert client.invoke(FunctionName=reference, Payload=b"7")["Payload"].read() == b"7"


def test_a_name_means_the_callers_region(echo):
    """A client of another region does not find it."""
    client = boto3.client("lambda", region_name="eu-west-1")

    with pytest.raises(client.exceptions.ResourceNotFoundException, match="lambda:eu-west-1:"):
        client.invoke(FunctionName="echo")


def test_an_arn_of_another_region_is_out_of_reach(echo, client):
    """A client asks the Lambda of its own region."""
    elsewhere = boto3.client("lambda", region_name="eu-west-1")
    arn = client.get_function(FunctionName="echo")["Configuration"]["FunctionArn"]

    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException) as caught:
        elsewhere.invoke(FunctionName=arn)

    assert caught.value.response["Error"]["Message"] == (
        "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')"
    )


@pytest.mark.parametrize(
    ("parameter", "value", "values"),
    [
        ("InvocationType", "Later", "Event, RequestResponse, DryRun"),
        ("LogType", "Head", "None, Tail"),
    ],
)
def test_an_unknown_kind_of_invocation_is_refused(echo, client, parameter, value, values):
    """The message names those that there are."""
    with pytest.raises(ClientError) as caught:
        client.invoke(FunctionName="echo", **{parameter: value})

    assert caught.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": (
            f"1 validation error detected: Value '{value}' at "
            f"'{parameter[0].lower()}{parameter[1:]}' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{values}]"
        ),
    }


@pytest.mark.parametrize(
    "name",
    [
        "function_name_is_single_invalid",
        "invalid_characters_in_function_name",
        "non_lambda_arn",
        "full_arn_with_multiple_qualifiers",
        "invalid_account_id_in_partial_arn",
        "invalid_region_in_arn",
        "missing_account_id_in_arn",
        "missing_region_in_arn",
        "misspelled_latest_in_arn",
        "partial_arn_with_extra_qualifier",
    ],
)
def test_a_reference_of_no_known_form_is_refused_as_recorded(client, recorded, name):
    """The message shows the value and the pattern that it breaks."""
    answers = recorded("lambda", f"{REFERENCES}[{name}-invoke]")
    _, reference, *_ = answers["invoke_exception"]["Errors"][0].split("'")
    reference = reference.replace("<partition>", "aws").replace("<region>", "us-east-1")

    with pytest.raises(ClientError) as caught:
        client.invoke(FunctionName=reference)

    error = caught.value.response["Error"]
    count, text = re.fullmatch(r"(\d) validation errors? detected: (.*)", error["Message"]).groups()
    shown = {"Code": error["Code"], "Count": int(count), "Errors": [text]}
    assert answers.seen("invoke_exception", shown) == answers["invoke_exception"]


def test_what_is_not_simulated_is_refused_by_name(cloud):
    """An answer that is made up would be worse than none."""
    invoke = cloud.operations["lambda", "Invoke"]
    here = Place("123456789012", "us-east-1")

    with pytest.raises(NotSimulated, match="DurableExecutionName"):
        invoke(here, {"FunctionName": "echo", "DurableExecutionName": "blue"})


def test_the_latest_version_may_be_asked_for(echo, client):
    """`$LATEST` is what runs anyway."""
    answer = client.invoke(FunctionName="echo", Qualifier="$LATEST")

    assert answer["ExecutedVersion"] == "$LATEST"


def test_each_call_is_in_the_journal(fakeaws, echo, client):
    """With its error code, where there is one."""
    client.invoke(FunctionName="echo")
    with pytest.raises(ClientError):
        client.invoke(FunctionName="echo", Payload=b"{")

    answered = [entry.fact.error for entry in fakeaws.journal if type(entry.fact) is CallAnswered]
    assert answered == [None, "InvalidRequestContentException"]
