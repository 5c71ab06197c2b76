"""What functions write, read with a client of CloudWatch Logs."""

import logging
import re
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import NotSimulated

START = 1893456000000  # 2030-01-01
GROUP = "/aws/lambda/talk"


def error_of(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def without_ids(messages):
    return [re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", each) for each in messages]


# Events


def test_the_log_of_an_invocation_stands_between_awss_own_lines(talk, messages):
    """A new environment says what it runs; then come start, lines, end and report."""
    talk.invoke(["one", "two"])

    init, start, *lines, end, report = without_ids(messages())

    assert init.startswith("INIT_START Runtime Version: python:3.")
    assert start == "START RequestId: <id> Version: $LATEST\n"
    assert lines == ["one\n", "two\n"]
    assert end == "END RequestId: <id>\n"
    assert report.startswith("REPORT RequestId: <id>\tDuration: 0.00 ms\tBilled Duration: 1 ms\t")


def test_an_event_has_the_virtual_time_at_which_it_was_written(fakeaws, logs):
    """In milliseconds since 1970."""

    def handler(event, context):
        print("before")
        time.sleep(2.5)
        print("after")

    fakeaws.create_function("talk", handler, timeout=10).invoke()

    events = logs.filter_log_events(logGroupName=GROUP, filterPattern="?before ?after")["events"]
    assert [(event["message"], event["timestamp"] - START) for event in events] == [
        ("before\n", 0),
        ("after\n", 2500),
    ]


def test_a_line_is_an_event_however_it_was_printed(fakeaws, messages):
    """Pieces make a line; what lacks its end is an event when the invocation is over."""

    def handler(event, context):
        print("one", end=", ")
        print("two\nthree")
        print("four", end="")

    fakeaws.create_function("talk", handler).invoke()

    assert messages()[2:-2] == ["one, two\n", "three\n", "four"]


def test_a_log_record_is_one_event_with_its_traceback(fakeaws, messages):
    """Lambda's runtime tells where a record begins and ends."""

    def handler(event, context):
        try:
            int("lamps")
        except ValueError:
            logging.getLogger("sales").exception("cannot sell")

    fakeaws.create_function("talk", handler).invoke()

    (message,) = messages(filterPattern="cannot")
    assert message.startswith("[ERROR]\t2030-01-01T00:00:00.000Z\t")
    assert message.endswith("ValueError: invalid literal for int() with base 10: 'lamps'\n")


def test_what_a_running_handler_has_written_can_be_read(fakeaws, messages):
    """Its end and its report are still to come."""

    def handler(event, context):
        print("at work")
        time.sleep(60)

    function = fakeaws.create_function("talk", handler, timeout=300)
    function.invoke_async()
    fakeaws.clock.advance(1)

    assert [message.split()[0] for message in messages()] == ["INIT_START", "START", "at"]
    fakeaws.clock.advance(60)
    assert [message.split()[0] for message in messages()[3:]] == ["END", "REPORT"]


def test_an_error_and_a_timeout_are_in_the_log(fakeaws, messages):
    """Before the end of the invocation, as Lambda writes them."""
    fakeaws.create_function("talk", lambda *_: time.sleep(5), timeout=1).invoke()
    fakeaws.create_function("fail", lambda *_: 1 / 0).invoke()

    assert without_ids(messages(filterPattern='"timed out"')) == [
        "2030-01-01T00:00:01.000Z <id> Task timed out after 1.00 seconds\n\n"
    ]
    (error,) = messages("/aws/lambda/fail", filterPattern="ZeroDivisionError")
    assert error.startswith("[ERROR] ZeroDivisionError: division by zero\nTraceback")


# Streams and groups


def test_an_execution_environment_has_a_stream_of_its_own(fakeaws, logs):
    """Two invocations at once are in two streams; one that comes later is in a warm one's."""
    names = []

    def handler(event, context):
        names.append(context.log_stream_name)
        time.sleep(1)

    function = fakeaws.create_function("talk", handler)
    function.invoke_async()
    function.invoke_async()
    fakeaws.clock.advance(5)
    function.invoke()

    streams = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert sorted({stream["logStreamName"] for stream in streams}) == sorted(set(names))
    assert len(streams) == 2
    assert names[2] in names[:2]
    assert [run.log_stream for run in function.invocations] == names


def test_a_stream_is_named_for_the_day_of_its_environment_and_the_version(fakeaws, talk):
    """As AWS names them; the environment variable says the same."""
    fakeaws.clock.advance("36h")

    (name,) = {talk.invoke([]).log_stream}

    assert re.fullmatch(r"2030/01/02/\[\$LATEST\][0-9a-f]{32}", name)


def test_the_environment_names_group_and_stream(fakeaws):
    """As in AWS; each environment its own."""
    import os

    function = fakeaws.create_function(
        "talk",
        lambda *_: [os.environ[f"AWS_LAMBDA_LOG_{what}_NAME"] for what in ("GROUP", "STREAM")],
    )

    run = function.invoke()

    assert run.result == [function.log_group, run.log_stream]


def test_streams_are_described_in_order(fakeaws, talk, logs):
    """By name, or by the time of their last event, forwards and backwards, in pages."""
    seen = []
    for day in range(3):
        seen.append(talk.invoke([]).log_stream)
        boto3.client("lambda").update_function_configuration(
            FunctionName="talk", Description=f"{day}"
        )
        fakeaws.clock.advance("1 day")

    def described(**given):
        streams, token = [], {}
        while True:
            answer = logs.describe_log_streams(logGroupName=GROUP, limit=2, **given, **token)
            streams += [stream["logStreamName"] for stream in answer["logStreams"]]
            if "nextToken" not in answer:
                return streams
            token = {"nextToken": answer["nextToken"]}

    assert described() == seen
    assert described(orderBy="LastEventTime", descending=True) == seen[::-1]
    assert described(logStreamNamePrefix="2030/01/02") == seen[1:2]
    last = logs.describe_log_streams(logGroupName=GROUP)["logStreams"][-1]
    assert last["lastEventTimestamp"] == last["creationTime"] == START + 2 * 86_400_000
    assert last["arn"].endswith(f":log-group:{GROUP}:log-stream:{seen[-1]}")


def test_streams_by_time_have_no_prefix(talk, logs):
    """AWS orders only by name then."""
    talk.invoke([])

    error = error_of(
        logs.describe_log_streams,
        logGroupName=GROUP,
        orderBy="LastEventTime",
        logStreamNamePrefix="2",
    )

    assert error[1] == "Cannot order by LastEventTime with a logStreamNamePrefix."


def test_a_group_is_there_once_a_function_has_written(talk, logs):
    """Lambda makes it at the first invocation."""
    before = error_of(logs.describe_log_streams, logGroupName=GROUP)
    talk.invoke([])
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]

    assert before == ("ResourceNotFoundException", "The specified log group does not exist.")
    assert (group["logGroupName"], group["creationTime"]) == (talk.log_group, START)
    assert group["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:*"


def test_functions_may_share_a_group(fakeaws, messages):
    """The one that their settings name."""
    client = boto3.client("lambda")
    for name in ("a", "b"):
        function = fakeaws.create_function(name, lambda _, context: print(context.log_group_name))
        client.update_function_configuration(FunctionName=name, LoggingConfig={"LogGroup": "shop"})
        function.invoke()

    assert function.log_group == "shop"
    assert messages("shop", filterPattern="shop") == ["shop\n", "shop\n"]


def test_logs_outlive_their_function(fakeaws, talk, messages):
    """As in AWS."""
    talk.invoke(["last words"])
    boto3.client("lambda").delete_function(FunctionName="talk")

    assert messages(filterPattern="last") == ["last words\n"]


def test_a_group_can_be_named_by_its_arn(talk, logs):
    """The identifier is a name or an ARN; one of them, not both."""
    talk.invoke(["one"])
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]

    found = logs.filter_log_events(logGroupIdentifier=arn, filterPattern="one")["events"]

    assert [event["message"] for event in found] == ["one\n"]
    both = {"logGroupName": GROUP, "logGroupIdentifier": arn}
    assert error_of(logs.filter_log_events, **both)[0] == "InvalidParameterException"


def test_logs_of_another_region_are_elsewhere(talk, messages):
    """Groups live where their functions do."""
    talk.invoke([])

    assert boto3.client("logs", region_name="eu-west-1").describe_log_groups()["logGroups"] == []


# Pages


@pytest.fixture
def stream(talk):
    """A stream whose events 2 to 6 are the lines 0 to 4."""
    return {"logGroupName": GROUP, "logStreamName": talk.invoke(list("01234")).log_stream}


def shown(answer):
    return [event["message"].split()[0] for event in answer["events"]]


def test_a_stream_is_read_from_its_head(stream, logs):
    """Page by page; at the end the token stays, and later events come after it."""
    pages, token = [], {}
    while True:
        answer = logs.get_log_events(**stream, startFromHead=True, limit=4, **token)
        if answer["nextForwardToken"] == token.get("nextToken"):
            break
        pages.append(shown(answer))
        token = {"nextToken": answer["nextForwardToken"]}

    assert pages == [["INIT_START", "START", "0", "1"], ["2", "3", "4", "END"], ["REPORT"]]
    assert answer["events"] == []


def test_a_stream_is_read_from_its_end(stream, logs):
    """The newest page is the first; its events are in the order of time."""
    first = logs.get_log_events(**stream, limit=4)
    second = logs.get_log_events(**stream, limit=4, nextToken=first["nextBackwardToken"])
    forward = logs.get_log_events(**stream, limit=4, nextToken=second["nextForwardToken"])
    third = logs.get_log_events(**stream, limit=4, nextToken=second["nextBackwardToken"])
    none = logs.get_log_events(**stream, limit=4, nextToken=third["nextBackwardToken"])

    assert [shown(page) for page in (first, second, third)] == [
        ["3", "4", "END", "REPORT"],
        ["START", "0", "1", "2"],
        ["INIT_START"],
    ]
    assert shown(forward) == shown(first)
    assert (none["events"], none["nextBackwardToken"]) == ([], third["nextBackwardToken"])


def test_a_paginator_reads_all(stream, logs):
    """The one of botocore, for searches."""
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, limit=2)

    messages = [event["message"] for page in pages for event in page["events"]]

    assert messages[2:7] == ["0\n", "1\n", "2\n", "3\n", "4\n"]
    assert len(messages) == 9


def test_an_answer_has_a_megabyte_at_the_most(talk, logs):
    """The rest is on the next page."""
    talk.invoke(["x" * 600_000, "y" * 600_000])

    pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP))

    assert len(pages) == 2
    assert pages[1]["events"][0]["message"].startswith("y")


def test_a_limit_out_of_bounds_is_refused(stream, logs):
    """10,000 are the most; that one is the least, botocore checks itself."""
    code, message = error_of(logs.get_log_events, **stream, limit=10_001)

    assert code == "InvalidParameterException"
    assert message.endswith("Member must have value less than or equal to 10000")


@pytest.mark.parametrize("operation", ["get_log_events", "filter_log_events"])
def test_a_token_that_was_never_given_is_refused(stream, logs, operation):
    """AWS says no more than that."""
    given = stream if operation == "get_log_events" else {"logGroupName": GROUP}

    error = error_of(getattr(logs, operation), **given, nextToken="mine")

    assert error == ("InvalidParameterException", "The specified nextToken is invalid.")


def test_a_span_of_time_begins_and_ends(fakeaws, logs):
    """A search includes its end, the reading of a stream does not."""

    def handler(event, context):
        for second in range(4):
            print(second)
            time.sleep(1)

    run = fakeaws.create_function("talk", handler, timeout=10).invoke()
    span = {"startTime": START + 1000, "endTime": START + 2000}

    stream = {"logGroupName": GROUP, "logStreamName": run.log_stream}
    assert shown(logs.get_log_events(**stream, **span)) == ["1"]
    assert shown(logs.filter_log_events(logGroupName=GROUP, **span)) == ["1", "2"]


def test_events_of_several_streams_are_in_the_order_of_time(fakeaws, logs):
    """Streams can be chosen by name or by prefix."""

    def handler(event, context):
        time.sleep(event)
        print("slept", event)
        time.sleep(5)

    function = fakeaws.create_function("talk", handler, timeout=20)
    for seconds in (3, 1, 2):
        function.invoke_async(seconds)
    fakeaws.clock.advance(20)

    def found(**given):
        given = {"logGroupName": GROUP, "filterPattern": "slept", **given}
        return [event["message"] for event in logs.filter_log_events(**given)["events"]]

    assert found(interleaved=True) == ["slept 1\n", "slept 2\n", "slept 3\n"]
    second = function.invocations[1].log_stream
    assert found(logStreamNames=[second]) == found(logStreamNamePrefix=second) == ["slept 1\n"]


def test_a_stream_that_does_not_exist_is_not_found(stream, logs):
    """Nor is one that a search names."""
    missing = ("ResourceNotFoundException", "The specified log stream does not exist.")

    assert error_of(logs.get_log_events, logGroupName=GROUP, logStreamName="none") == missing
    assert error_of(logs.filter_log_events, logGroupName=GROUP, logStreamNames=["x"]) == missing


# What is not simulated


def test_other_operations_on_the_group_of_a_function_are_refused_by_name(talk, logs):
    """Also before anything was written to it."""
    with pytest.raises(
        NotSimulated, match="logs:PutRetentionPolicy of a resource that is the fake's"
    ):
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    with pytest.raises(NotSimulated, match="logs:StartQuery"):
        logs.start_query(logGroupNames=[GROUP], startTime=0, endTime=1, queryString="x")


def test_the_same_seed_gives_the_same_streams(fakeaws):
    """Names come from a stream of the seed."""

    def once():
        fakeaws.reset()
        return fakeaws.create_function("talk", lambda *_: None).invoke().log_stream

    assert once() == once()
