"""Where asynchronous events, and what became of them, go in the end."""

import json
import re
import time

import boto3
import pytest

from pytest_fakeaws.errors import NotSimulated, UnknownOption, UnknownResource
from pytest_fakeaws.journal.entries import EventReported, EventUnreported

DESTINATIONS = "lambda_/test_lambda_destinations.py::TestLambdaDestinationSqs::"
DEAD_LETTERS = "lambda_/test_lambda_destinations.py::TestLambdaDLQ::test_dead_letter_queue"
RESERVED = "lambda_/test_lambda.py::TestLambdaConcurrency::test_reserved_concurrency"


@pytest.fixture
def failures(fakeaws):
    """A queue for what goes wrong."""
    return fakeaws.create_queue("failures")


@pytest.fixture
def successes(fakeaws):
    """A queue for what goes right."""
    return fakeaws.create_queue("successes")


@pytest.fixture
def run(fakeaws):
    """Creates a function with these settings, invokes it once, and lets everything happen."""

    def run(handler, event, **settings):
        function = fakeaws.create_function("work", handler, **settings)
        function.invoke_async(event)
        fakeaws.clock.run_until_idle()
        return function

    return run


@pytest.fixture
def facts(fakeaws):
    """The facts of one kind."""
    return lambda kind: [e.fact for e in fakeaws.journal if isinstance(e.fact, kind)]


def records(queue):
    return [json.loads(body) for body in queue.messages.bodies]


def recorded_handler(event, context):
    """Do what the recorded function did."""
    if event.get("raise_error"):
        raise Exception("Test exception (this is intentional)")  # noqa: TRY002
    shown = (
        "invoked_function_arn",
        "function_version",
        "function_name",
        "memory_limit_in_mb",
        "aws_request_id",
        "log_group_name",
        "log_stream_name",
        "client_context",
    )
    return {"event": event, "context": {name: getattr(context, name) for name in shown}}


# Recorded


@pytest.mark.parametrize(
    ("test", "event", "retries"),
    [
        ("test_assess_lambda_destination_invocation[payload0]", {}, 0),
        ("test_assess_lambda_destination_invocation[payload1]", {"raise_error": 1}, 0),
        ("test_lambda_destination_default_retries", {"raise_error": 1}, None),
    ],
)
def test_a_record_is_as_recorded(fakeaws, client, sqs, failures, recorded, test, event, retries):
    """Of a success, of a failure without retries, and of one with them."""
    answers = recorded("lambda", f"{DESTINATIONS}{test}")
    function = fakeaws.create_function("work", recorded_handler)
    destination = {"Destination": failures.arn}
    config = client.put_function_event_invoke_config(
        FunctionName="work",
        DestinationConfig={"OnSuccess": destination, "OnFailure": destination},
        **({} if retries is None else {"MaximumRetryAttempts": retries}),
    )
    step = "put_function_event_invoke_config"
    assert answers.seen(step, seen(config)) == answers[step]

    function.invoke_async(event)
    fakeaws.clock.run_until_idle()

    step = "receive_message_result"
    received = sqs.receive_message(QueueUrl=failures.url)
    assert without_frames(answers.seen(step, received)) == without_frames(answers[step])


def seen(answer):
    """The answer with its date as the recording compares it."""
    return {**answer, "LastModified": str(answer["LastModified"])}


def without_frames(answer):
    """The answer without the lines of the handler, which are those of another file."""
    for message in answer["Messages"]:
        message["Body"].get("responsePayload", {}).pop("stackTrace", None)
    return answer


def test_a_dead_letter_is_as_recorded(fakeaws, sqs, failures, recorded):
    """The event itself, with three attributes."""
    answers = recorded("lambda", DEAD_LETTERS)
    function = fakeaws.create_function("work", recorded_handler, dead_letter=failures)
    function.invoke_async({"raise_error": 1})
    fakeaws.clock.run_until_idle()

    step = "receive_result"
    received = sqs.receive_message(QueueUrl=failures.url, MessageAttributeNames=["All"])
    assert answers.seen(step, received) == answers[step]


def test_zero_reserved_concurrency_is_told_as_recorded(fakeaws, client, sqs, failures, recorded):
    """Without a response, for there was none, and with a trace header."""
    answers = recorded("lambda", RESERVED)
    fakeaws.create_function("work", recorded_handler)
    put = client.put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    assert answers.seen("put_reserved", put) == answers["put_reserved"]
    config = client.put_function_event_invoke_config(
        FunctionName="work",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": failures.arn}},
    )
    step = "put_event_invoke_conf"
    assert answers.seen(step, seen(config)) == answers[step]
    client.invoke(FunctionName="work", InvocationType="Event")
    fakeaws.clock.run_until_idle()

    (message,) = sqs.receive_message(QueueUrl=failures.url, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    assert answers.seen("msg", message) == answers["msg"]


def test_the_request_of_the_record_is_that_of_the_call(fakeaws, client, failures, failing):
    """So a record can be matched with the log of the caller."""
    fakeaws.create_function("work", failing, on_failure=failures)
    answer = client.invoke(FunctionName="work", InvocationType="Event")
    fakeaws.clock.run_until_idle()

    (record,) = records(failures)
    assert record["requestContext"]["requestId"] == answer["ResponseMetadata"]["RequestId"]


# Destinations


def test_each_end_has_its_own_destination(run, script, failures, successes):
    """A success is told to the one, and not to the other."""
    run(script("done"), {"order": 7}, on_success=successes, on_failure=failures)

    (record,) = records(successes)
    assert (record["requestPayload"], record["responsePayload"]) == ({"order": 7}, "done")
    assert records(failures) == []


def test_a_success_after_a_retry_is_a_success(run, script, failures, successes):
    """With the number of attempts."""
    run(script(ValueError(), "done"), {}, on_success=successes, on_failure=failures)

    (record,) = records(successes)
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert records(failures) == []


def test_an_event_that_is_too_old_is_told_with_its_last_response(run, failing, failures):
    """The condition says why there was no other attempt."""
    run(failing, {}, max_event_age=60, on_failure=failures)

    (record,) = records(failures)
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responsePayload"]["errorMessage"] == "no total"


def test_a_function_as_destination_is_invoked_with_the_record(fakeaws, run, failing, script):
    """Asynchronously, as an event of its own."""
    alarm = fakeaws.create_function("alarm", script("noted"))
    function = run(failing, {"order": 7}, on_failure=alarm)

    (called,) = alarm.invocations
    assert called.event["requestPayload"] == {"order": 7}
    assert called.event["requestContext"]["functionArn"] == f"{function.arn}:$LATEST"
    assert called.request_id != called.event["requestContext"]["requestId"]


def test_a_chain_of_destinations_goes_on(fakeaws, run, script, successes):
    """The record of the second function has that of the first in it."""
    second = fakeaws.create_function("second", script("two"), on_success="successes")
    run(script("one"), {}, on_success=second)

    (record,) = records(successes)
    assert record["requestPayload"]["responsePayload"] == "one"


def test_what_cannot_be_delivered_is_dropped(client, sqs, run, failing, facts, failures):
    """And the journal says why."""
    sqs.delete_queue(QueueUrl=failures.url)
    run(failing, {}, retry_attempts=0, dead_letter=failures, on_failure=failures)

    assert facts(EventReported) == []
    assert [(fact.role, fact.target) for fact in facts(EventUnreported)] == [
        ("dead-letter queue", failures.arn),
        ("on failure", failures.arn),
    ]


def test_a_first_in_first_out_queue_gets_nothing(fakeaws, client, failing, facts):
    """A client may name one, and AWS delivers nothing to it."""
    queue = fakeaws.create_queue("failures.fifo", content_based_deduplication=True)
    function = fakeaws.create_function("work", failing)
    client.put_function_event_invoke_config(
        FunctionName="work",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )
    function.invoke_async()
    fakeaws.clock.run_until_idle()

    (dropped,) = facts(EventUnreported)
    assert "MessageGroupId" in dropped.reason
    assert queue.messages.bodies == []


def test_a_queue_of_another_region_gets_the_record(fakeaws, run, failing, failures):
    """And the one of the same name that is nearer does not."""
    sqs = boto3.client("sqs", region_name="eu-west-1")
    sqs.create_queue(QueueName="failures")
    run(failing, {}, on_failure=failures.arn.replace("us-east-1", "eu-west-1"))

    assert failures.messages.bodies == []
    assert len(sqs.receive_message(QueueUrl="failures")["Messages"]) == 1


def test_a_queue_that_denies_the_account_gets_nothing(sqs, run, failing, failures, facts):
    """Its policy counts."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=failures.url, Attributes={"Policy": policy})
    run(failing, {}, retry_attempts=0, on_failure=failures)

    assert [fact.target for fact in facts(EventUnreported)] == [failures.arn]


@pytest.mark.parametrize("how", ["a handle", "a name"])
def test_a_topic_gets_the_record(fakeaws, run, failing, failures, how):
    """Its subscribers are notified of it, like of anything else."""
    topic = fakeaws.create_topic("alarms")
    topic.subscribe(failures, raw=True)
    run(failing, {}, retry_attempts=0, on_failure=topic if how == "a handle" else "alarms")

    (body,) = failures.messages.bodies
    assert json.loads(body)["requestContext"]["condition"] == "RetriesExhausted"


def test_a_topic_gets_dead_letters_with_their_attributes(fakeaws, run, failing, failures):
    """The event itself is published, and what went wrong stands beside it."""
    topic = fakeaws.create_topic("alarms")
    topic.subscribe(failures, raw=True)
    run(failing, {"id": 7}, retry_attempts=0, dead_letter=topic)

    (message,) = failures.messages
    assert json.loads(message.body) == {"id": 7}
    assert message.attributes["ErrorCode"] == "200"


def test_a_topic_that_does_not_exist_gets_nothing(run, failing, facts):
    """The record is dropped, and the journal says so."""
    run(failing, {}, retry_attempts=0, on_failure="arn:aws:sns:us-east-1:123456789012:alarms")
    assert [fact.reason for fact in facts(EventUnreported)] == ["NotFound: Topic does not exist"]


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("arn:aws:events:us-east-1:123456789012:event-bus/default", "an EventBridge event bus"),
        ("arn:aws:s3:::failures", "an S3 bucket"),
    ],
)
def test_what_is_not_simulated_raises_when_it_would_be_delivered_to(
    fakeaws, failing, target, named
):
    """Not before: a function that succeeds needs no destination for failures."""
    function = fakeaws.create_function("work", failing, retry_attempts=0, on_failure=target)
    function.invoke_async()

    with pytest.raises(NotSimulated, match=f"{named} .*on failure.*is not simulated"):
        fakeaws.clock.run_until_idle()
    assert len(function.invocations) == 1


def test_other_events_go_on_after_such_an_error(fakeaws, script):
    """The error is raised once, and the queue is as it was."""
    bucket = "arn:aws:s3:::failures"
    function = fakeaws.create_function(
        "work", script("done"), reserved_concurrency=0, on_failure=bucket
    )
    other = fakeaws.create_function("other", script("done"))
    function.invoke_async()
    other.invoke_async()

    with pytest.raises(NotSimulated, match="on failure"):
        fakeaws.clock.run_until_idle()
    fakeaws.clock.run_until_idle()
    assert len(other.invocations) == 1


# Dead letters


def attributes(queue):
    return [
        {name: message.attributes.get(name) for name in ("ErrorCode", "ErrorMessage")}
        for message in queue.messages
    ]


def test_a_dead_letter_is_the_event_unchanged(fakeaws, client, failing, failures):
    """To the letter."""
    fakeaws.create_function("work", failing, dead_letter=failures)
    client.invoke(FunctionName="work", InvocationType="Event", Payload=b'{ "order" :7}')
    fakeaws.clock.run_until_idle()

    assert failures.messages.bodies == ['{ "order" :7}']


def test_both_a_dead_letter_queue_and_a_destination_are_told(run, failing, failures, successes):
    """Neither replaces the other."""
    run(failing, {}, dead_letter=successes, on_failure=failures)

    assert (len(successes.messages), len(failures.messages)) == (1, 1)


def test_a_timeout_is_told_in_the_dead_letter(run, failures):
    """In the words of its error document."""
    run(lambda *_: time.sleep(9), {}, timeout=1, retry_attempts=0, dead_letter=failures)

    ((message,),) = [attributes(failures)]
    assert message["ErrorCode"] == "200"
    assert re.fullmatch(
        r"RequestId: \S+ Error: Task timed out after 1.00 seconds", message["ErrorMessage"]
    )


def test_an_event_that_was_never_run_is_a_throttled_one(run, script, failures):
    """With the status of a throttle."""
    run(script("done"), {}, reserved_concurrency=0, dead_letter=failures)

    assert attributes(failures) == [{"ErrorCode": "429", "ErrorMessage": "Rate Exceeded."}]


def test_an_event_that_was_throttled_last_is_a_throttled_one(fakeaws, failures):
    """Whatever it came to before."""

    def work(event, context):
        if event == "occupy":
            time.sleep(60)
        raise ValueError("no total")

    function = fakeaws.create_function(
        "work",
        work,
        timeout=61,
        reserved_concurrency=1,
        retry_attempts=1,
        max_event_age=70,
        dead_letter=failures,
    )
    function.invoke_async("wait")
    fakeaws.clock.advance(30)
    function.invoke_async("occupy")
    fakeaws.clock.advance(60)

    assert failures.messages.bodies[0] == '"wait"'
    assert attributes(failures)[0] == {"ErrorCode": "429", "ErrorMessage": "Rate Exceeded."}


@pytest.mark.parametrize(
    ("message", "shown"),
    [("ü" * 600, "ü" * 512), ("a" + "ü" * 600, "a" + "ü" * 511), ("", None)],
    ids=["even", "odd", "empty"],
)
def test_an_error_in_a_dead_letter_is_cut_to_a_kilobyte(run, script, failures, message, shown):
    """Never in the middle of a letter; and an attribute cannot be empty."""
    run(script(ValueError(message)), {}, dead_letter=failures)

    assert attributes(failures) == [{"ErrorCode": "200", "ErrorMessage": shown}]


def test_a_client_sets_the_dead_letter_queue(fakeaws, create, client, failures):
    """At the creation of a function, and later."""
    create(
        "def handler(event, context):\n    raise ValueError\n",
        name="work",
        DeadLetterConfig={"TargetArn": failures.arn},
    )
    work = fakeaws.function("work")
    work.invoke_async(1)
    fakeaws.clock.run_until_idle()
    client.update_function_configuration(FunctionName="work", DeadLetterConfig={"TargetArn": ""})
    work.invoke_async(2)
    fakeaws.clock.run_until_idle()

    assert failures.messages.bodies == ["1"]


# As a test names them


@pytest.mark.parametrize("name", [str, lambda queue: queue.name, lambda queue: queue.arn])
def test_a_target_is_named_by_handle_name_or_arn(run, failing, failures, name):
    """Whichever is at hand."""
    target = failures if name is str else name(failures)
    run(failing, {}, dead_letter=target, on_failure=target)

    assert len(failures.messages) == 2


def test_an_unknown_name_is_explained(fakeaws, failing, failures):
    """With the likely one."""
    with pytest.raises(UnknownResource, match='Did you mean "failures"'):
        fakeaws.create_function("work", failing, on_failure="failure")
    with pytest.raises(UnknownResource, match="Existing: failures"):
        fakeaws.create_function("work", failing, dead_letter="other")


def test_a_name_of_two_things_is_ambiguous(fakeaws, failing, failures):
    """A queue and a function may have the same."""
    fakeaws.create_function("failures", failing)

    with pytest.raises(UnknownOption, match="on_failure is ambiguous"):
        fakeaws.create_function("work", failing, on_failure="failures")
    fakeaws.create_function(
        "work", failing, dead_letter="failures"
    )  # no function gets dead letters


def test_a_first_in_first_out_queue_is_refused_as_target(fakeaws, failing):
    """For it would get nothing."""
    queue = fakeaws.create_queue("failures.fifo")

    for option in ("dead_letter", "on_success", "on_failure"):
        with pytest.raises(UnknownOption, match=option + " cannot be"):
            fakeaws.create_function("work", failing, **{option: queue})


@pytest.mark.parametrize("target", [7, "", object])
def test_what_names_nothing_is_refused(fakeaws, failing, target):
    """With what it is."""
    with pytest.raises(UnknownOption, match="on_success cannot be"):
        fakeaws.create_function("work", failing, on_success=target)


def test_a_function_is_no_dead_letter_queue(fakeaws, failing):
    """The error names the option that takes one."""
    function = fakeaws.create_function("alarm", failing)

    with pytest.raises(UnknownOption, match="use on_failure"):
        fakeaws.create_function("work", failing, dead_letter=function)


@pytest.mark.parametrize(
    "settings",
    [
        {"retry_attempts": 3},
        {"retry_attempts": -1},
        {"max_event_age": 59},
        {"max_event_age": "7h"},
        {"reserved_concurrency": -1},
        {"reserved_concurrency": 901},
        {"on_success": "arn:aws:s3:::bucket"},
    ],
    ids=str,
)
def test_a_setting_that_aws_would_refuse_is_refused(fakeaws, failing, settings):
    """In its words."""
    with pytest.raises(Exception, match=r"ValidationException|InvalidParameterValueException"):
        fakeaws.create_function("work", failing, **settings)


@pytest.mark.parametrize(
    "settings", [{"retry_attempts": "2"}, {"retry_attempts": True}, {"reserved_concurrency": 0.5}]
)
def test_a_setting_that_is_no_number_is_explained(fakeaws, failing, settings):
    """Before AWS has anything to say about it."""
    ((option, value),) = settings.items()

    with pytest.raises(UnknownOption, match=f"{option} cannot be {value!r}"):
        fakeaws.create_function("work", failing, **settings)


def test_a_function_with_defaults_has_no_config(fakeaws, client, failing):
    """As one that a client has just created."""
    fakeaws.create_function("work", failing, retry_attempts=2, max_event_age="6h")

    assert (
        client.list_function_event_invoke_configs(FunctionName="work")["FunctionEventInvokeConfigs"]
        == []
    )
