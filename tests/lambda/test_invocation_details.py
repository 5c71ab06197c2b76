"""What an invocation brings along and brings back beside its payload."""

import base64
import json
import re
import sys
import time

import pytest

FEATURES = "lambda_/test_lambda.py::TestLambdaFeatures::"


@pytest.fixture
def tail(fakeaws, client):
    """Creates a function, invokes it and returns the end of its log."""

    def tail(handler, **settings):
        fakeaws.create_function("talk", handler, **settings)
        return again()

    def again():
        answer = client.invoke(FunctionName="talk", LogType="Tail")
        return base64.b64decode(answer["LogResult"]).decode()

    tail.again = again
    return tail


def test_the_log_is_answered_as_recorded(fakeaws, client, recorded):
    """Between the platform's own lines stands what the handler has printed."""
    answers = recorded("lambda", f"{FEATURES}test_invocation_with_logs[python3.10]")

    def handler(event, context):
        print(event)
        return event

    fakeaws.create_function("talk", handler)

    answer = client.invoke(FunctionName="talk", LogType="Tail", Payload=b"{}")

    log = base64.b64decode(answer["LogResult"]).decode()
    log = re.sub(r"(Duration: )[0-9.]+", r"\1<duration>", log)
    log = re.sub(r"(Used: )[0-9]+", r"\1<memory>", log)
    lines = log.splitlines(keepends=True)
    assert answers.seen("logs", {"logs": lines}) == answers["logs"]
    answer["Payload"] = json.load(answer["Payload"])
    answer["LogResult"] = "log-result"
    assert answers.seen("invoke", answer) == answers["invoke"]


def test_only_a_cold_start_is_reported_with_an_initialisation(tail):
    """A warm one had it before."""
    assert "Init Duration" in tail(lambda *_: None)
    assert "Init Duration" not in tail.again()


def test_the_report_tells_the_virtual_duration(tail):
    """Billed in whole milliseconds."""
    assert "\tDuration: 1500.50 ms\tBilled Duration: 1501 ms\tMemory Size: 128 MB\t" in tail(
        lambda *_: time.sleep(1.5005)
    )


def test_the_log_of_an_error_has_its_stack(tail):
    """As the runtime writes it."""

    def handler(event, context):
        raise KeyError("lamp")

    _, error, heading, *frames, _, _ = tail(handler).splitlines()

    assert (error, heading) == ("[ERROR] KeyError: 'lamp'", "Traceback (most recent call last):")
    assert frames[-1] == '\u00a0\u00a0\u00a0\u00a0raise KeyError("lamp")'


def test_the_log_of_an_exit_is_lambdas_own(tail):
    """The runtime is gone, and writes nothing."""
    _, text, kind, _, _ = tail(lambda *_: sys.exit(1)).splitlines()

    assert re.fullmatch(
        "RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 1", text
    )
    assert kind == "Runtime.ExitError"


def test_the_log_of_a_timeout_says_so(tail):
    """With the instant and the request id."""
    log = tail(lambda *_: time.sleep(5), timeout=1)

    line = r"^2030-01-01T00:00:01.000Z [0-9a-f-]{36} Task timed out after 1.00 seconds$"
    assert re.search(line, log, re.MULTILINE)


def test_a_long_log_is_shown_from_its_end(tail):
    """The last four KiB."""
    log = tail(lambda *_: print("x" * 5000))

    assert len(log) == 4096
    assert log.startswith("xxx")
    assert "REPORT RequestId" in log


def test_a_log_that_nobody_asks_for_is_not_in_the_answer(fakeaws, client):
    """By default there is none."""
    fakeaws.create_function("talk", lambda *_: None)

    assert "LogResult" not in client.invoke(FunctionName="talk", LogType="None")


def described(**context):
    return base64.b64encode(json.dumps(context).encode()).decode()


def test_a_handler_sees_what_the_client_says_about_itself(fakeaws, client):
    """As an object with the names that the mobile SDKs have."""
    seen = []
    fakeaws.create_function("talk", lambda _, context: seen.append(context.client_context))
    given = described(custom={"a": 1}, env={"locale": "de"}, client={"app_title": "Lamps"})

    client.invoke(FunctionName="talk", ClientContext=given)

    (context,) = seen
    assert (
        context.custom,
        context.env,
        context.client.app_title,
        context.client.installation_id,
    ) == (
        {"a": 1},
        {"locale": "de"},
        "Lamps",
        None,
    )


@pytest.mark.parametrize(
    "given", ["no base64!", base64.b64encode(b"{").decode(), "W10=", "e" * 3584]
)
def test_a_client_context_that_is_no_json_object_is_refused(fakeaws, client, given):
    """The handler is not called."""
    function = fakeaws.create_function("talk", lambda *_: None)

    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName="talk", ClientContext=given)
    assert function.invocations == ()
