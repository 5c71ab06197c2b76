"""The Init phase: what a module does while it is imported, and what comes of taking too long over it."""

import json
import re

import boto3
import pytest

SLEEPING = """
import time
import boto3
print("importing")
time.sleep({seconds})
print("imported")

def handler(event, context):
    print("handling")
    time.sleep(1)
    return context.get_remaining_time_in_millis()
"""


@pytest.fixture
def lines(fakeaws):
    """The log of a function without what differs from run to run."""

    def lines(name="f"):
        events = boto3.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")
        texts = [event["message"] for event in events["events"]]
        return [_known(text) for text in texts]

    return lines


def _known(text):
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    return re.sub(r"Memory Size.*", "...", text.rstrip()).replace("\t", " ").rstrip()


@pytest.fixture
def invoke(client, fakeaws):
    """Invokes the function and returns its payload, and how many seconds went by."""

    def invoke():
        before = fakeaws.clock.now()
        payload = json.loads(client.invoke(FunctionName="f")["Payload"].read())
        return payload, (fakeaws.clock.now() - before).total_seconds()

    return invoke


def test_an_import_is_no_part_of_the_handlers_time(create, invoke, lines):
    """It may take longer than the function's timeout, and is reported apart."""
    create(SLEEPING.format(seconds=8), Timeout=3)

    assert invoke() == (2000, 9.0)
    assert lines()[1:] == [
        "importing",
        "imported",
        "START RequestId: <id> Version: $LATEST",
        "handling",
        "END RequestId: <id>",
        "REPORT RequestId: <id> Duration: 1000.00 ms Billed Duration: 9000 ms ...",
    ]


def test_a_warm_environment_is_not_initialised_again(create, invoke, fakeaws):
    """The second invocation takes its second only."""
    create(SLEEPING.format(seconds=8), Timeout=3)

    assert [invoke()[1], invoke()[1]] == [9.0, 1.0]
    first, second = fakeaws.function("f").invocations
    assert [first.duration, second.duration] == [second.duration] * 2


def test_an_import_that_takes_ten_seconds_is_begun_anew(create, invoke, lines):
    """Then within the function's own time."""
    create(SLEEPING.format(seconds=12), Timeout=20)

    assert invoke() == (7000, 23.0)
    assert lines()[1:] == [
        "importing",
        "INIT_REPORT Init Duration: 10000.00 ms Phase: init Status: timeout",
        "importing",
        "imported",
        "START RequestId: <id> Version: $LATEST",
        "handling",
        "END RequestId: <id>",
        "REPORT RequestId: <id> Duration: 13000.00 ms Billed Duration: 13000 ms ...",
    ]


def test_an_import_that_takes_longer_than_the_function_may_never_ends(create, invoke, lines):
    """The handler is not called; the invocation has timed out, and so will the next."""
    create(SLEEPING.format(seconds=12), Timeout=3)

    document, seconds = invoke()

    assert document["errorType"] == "Sandbox.Timedout"
    assert document["errorMessage"].endswith("Task timed out after 3.00 seconds")
    assert seconds == 13.0
    assert lines()[1:] == [
        "importing",
        "INIT_REPORT Init Duration: 10000.00 ms Phase: init Status: timeout",
        "importing",
        "INIT_REPORT Init Duration: 3000.00 ms Phase: invoke Status: timeout",
        "START RequestId: <id> Version: $LATEST",
        "2030-01-01T00:00:13.000Z <id> Task timed out after 3.00 seconds",
        "END RequestId: <id>",
        "REPORT RequestId: <id> Duration: 3000.00 ms Billed Duration: 3000 ms ...",
    ]
    assert invoke()[1] == 13.0


def test_an_import_of_exactly_ten_seconds_takes_too_long(create, invoke):
    """As a handler that takes exactly its timeout does."""
    create(SLEEPING.format(seconds=10), Timeout=3)

    document, seconds = invoke()

    assert (document["errorType"], seconds) == ("Sandbox.Timedout", 13.0)


def test_an_import_that_fails_is_tried_twice(create, invoke, lines):
    """Once by the environment, and once for the invocation, which is told."""
    create("print('importing')\nimport no_such_module\n")

    document, _ = invoke()

    kind = "Runtime.ImportModuleError"
    assert document["errorType"] == kind
    assert lines()[1:] == [
        "importing",
        f"INIT_REPORT Init Duration: 0.00 ms Phase: init Status: error Error Type: {kind}",
        "importing",
        f"INIT_REPORT Init Duration: 0.00 ms Phase: invoke Status: error Error Type: {kind}",
        "START RequestId: <id> Version: $LATEST",
        (
            f"[ERROR] {kind}: Unable to import module 'handler': No module named 'no_such_module'\n"
            "Traceback (most recent call last):"
        ),
        "END RequestId: <id>",
        "REPORT RequestId: <id> Duration: 0.00 ms Billed Duration: 1 ms ...",
    ]


def test_what_a_failed_import_has_loaded_is_loaded_anew(create, invoke, zipped, tmp_path):
    """No module of the first try is left for the second."""
    seen = tmp_path / "seen"
    seen.touch()
    helper = (
        "from pathlib import Path\n"
        f"seen = Path({str(seen)!r})\n"
        "count = seen.write_text(seen.read_text() + 'x')\n"
    )
    slow = "import helper, time\ntime.sleep(12)\nhandler = lambda *_: helper.count\n"
    create(Timeout=20, Code={"ZipFile": zipped(slow, helper=helper)})

    assert invoke()[0] == 2


def test_a_fake_can_end_while_a_function_is_initialised(create, client, fakeaws):
    """Nothing is invoked then."""
    create(SLEEPING.format(seconds=8))
    client.invoke(FunctionName="f", InvocationType="Event")
    fakeaws.clock.advance(5)

    fakeaws.stop()

    assert len(fakeaws.journal.of(kind="InvocationStarted")) == 1
    assert len(fakeaws.journal.of(kind="InvocationSucceeded")) == 0


def test_an_import_that_swallows_its_end_holds_nobody_up(create, invoke):
    """It stays parked, and the invocation tries again."""
    swallowing = (
        "import time\n"
        "try:\n    time.sleep(12)\nexcept BaseException:\n    time.sleep(60)\n"
        "handler = lambda *_: 'fine'\n"
    )
    create(swallowing, Timeout=20)

    assert invoke() == ("fine", 22.0)


def test_json_logs_tell_of_an_initialisation_that_failed(create, invoke, lines):
    """As records of the platform."""
    create(
        SLEEPING.format(seconds=12),
        Timeout=3,
        LoggingConfig={"LogFormat": "JSON"},
    )
    invoke()

    records = [json.loads(line) for line in lines() if line.startswith("{")]
    reports = [one["record"] for one in records if one["type"] == "platform.initReport"]
    assert reports == [
        {
            "initializationType": "on-demand",
            "phase": phase,
            "status": "timeout",
            "metrics": {"durationMs": duration},
        }
        for phase, duration in (("init", 10000.0), ("invoke", 3000.0))
    ]
