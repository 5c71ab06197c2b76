"""Event invoke configs: what a client sets, sees, and may not set."""

import pytest
from botocore.exceptions import ClientError

QUEUE = "arn:aws:sqs:us-east-1:123456789012:failures"
BUCKET = "arn:aws:s3:::failures"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
NOTHING = {"OnSuccess": {}, "OnFailure": {}}


@pytest.fixture
def function(fakeaws, script):
    return fakeaws.create_function("work", script("done"))


@pytest.fixture
def configure(client, function):
    """Sets a config, and returns the answer without what every answer has."""

    def configure(*, update=False, **settings):
        call = (
            client.update_function_event_invoke_config
            if update
            else client.put_function_event_invoke_config
        )
        return bare(call(FunctionName="work", **settings))

    return configure


@pytest.fixture
def get(client):
    return lambda **more: bare(client.get_function_event_invoke_config(FunctionName="work", **more))


def bare(answer):
    return {
        key: value
        for key, value in answer.items()
        if key not in ("ResponseMetadata", "LastModified")
    }


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_was_set_is_shown(configure, get):
    """And nothing else, but that there are no destinations."""
    answer = configure(MaximumRetryAttempts=0, MaximumEventAgeInSeconds=3_600)

    assert answer == {
        "FunctionArn": f"{FUNCTION}:$LATEST",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 3_600,
        "DestinationConfig": NOTHING,
    }
    assert get() == answer
    assert get(Qualifier="$LATEST") == answer


def test_the_time_of_the_change_is_shown(fakeaws, client, function):
    """In virtual time."""
    fakeaws.clock.advance("1h")
    answer = client.put_function_event_invoke_config(FunctionName="work", MaximumRetryAttempts=1)

    assert answer["LastModified"] == fakeaws.clock.now()


def test_to_put_replaces_what_was_set(configure):
    """What is not mentioned is gone."""
    configure(MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": QUEUE}})

    answer = configure(MaximumEventAgeInSeconds=60)

    assert answer == {
        "FunctionArn": f"{FUNCTION}:$LATEST",
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": NOTHING,
    }


def test_to_update_leaves_the_rest(configure):
    """What is not mentioned stays."""
    configure(MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60)

    answer = configure(
        update=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": QUEUE}},
    )

    assert (answer["MaximumRetryAttempts"], answer["MaximumEventAgeInSeconds"]) == (1, 60)
    assert answer["DestinationConfig"]["OnFailure"] == {"Destination": QUEUE}
    assert (
        configure(update=True, MaximumEventAgeInSeconds=90)["DestinationConfig"]
        == (answer["DestinationConfig"])
    )


def test_there_is_nothing_before_something_was_set(client, function):
    """To get, to update and to delete answer the same."""
    expected = (
        "ResourceNotFoundException",
        f"The function {FUNCTION}:$LATEST doesn't have an EventInvokeConfig",
    )
    calls = {
        client.get_function_event_invoke_config: {},
        client.update_function_event_invoke_config: {"MaximumRetryAttempts": 0},
        client.delete_function_event_invoke_config: {},
    }
    for call, parameters in calls.items():
        assert refusal(call, FunctionName="work", **parameters) == expected


def test_after_a_deletion_the_defaults_hold(fakeaws, client, configure, failing):
    """Two retries."""
    configure(MaximumRetryAttempts=0)
    client.delete_function_event_invoke_config(FunctionName="work")
    function = fakeaws.function("work")
    function.handler = failing
    function.invoke_async()
    fakeaws.clock.run_until_idle()

    assert len(function.invocations) == 3


def test_a_deleted_function_takes_its_config_along(fakeaws, client, configure, script):
    """Another of the same name begins afresh."""
    configure(MaximumRetryAttempts=0)
    client.delete_function(FunctionName="work")
    fakeaws.create_function("work", script("done"))

    code, _ = refusal(client.get_function_event_invoke_config, FunctionName="work")
    assert code == "ResourceNotFoundException"


def test_versions_and_aliases_have_configs_of_their_own(fakeaws, client, create):
    """All are listed, by pages."""
    create("def handler(event, context):\n    raise ValueError\n", name="work")
    client.publish_version(FunctionName="work")
    client.create_alias(FunctionName="work", Name="live", FunctionVersion="1")
    for retries, qualifier in enumerate(["$LATEST", "1", "live"]):
        client.put_function_event_invoke_config(
            FunctionName="work", Qualifier=qualifier, MaximumRetryAttempts=retries
        )

    pages = client.get_paginator("list_function_event_invoke_configs").paginate(
        FunctionName="work", PaginationConfig={"PageSize": 2}
    )
    listed = [config for page in pages for config in page["FunctionEventInvokeConfigs"]]
    assert {c["FunctionArn"]: c["MaximumRetryAttempts"] for c in listed} == {
        f"{FUNCTION}:$LATEST": 0,
        f"{FUNCTION}:1": 1,
        f"{FUNCTION}:live": 2,
    }
    for attempts, qualifier in enumerate(["$LATEST", "1", "live"], 1):
        before = len(fakeaws.function("work").invocations)
        client.invoke(FunctionName="work", Qualifier=qualifier, InvocationType="Event")
        fakeaws.clock.run_until_idle()
        assert len(fakeaws.function("work").invocations) == before + attempts


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"MaximumRetryAttempts": 3},
            (
                "1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy "
                "constraint: Member must have value less than or equal to 2"
            ),
        ),
        (
            {"MaximumEventAgeInSeconds": 21_601},
            (
                "1 validation error detected: Value '21601' at 'maximumEventAgeInSeconds' failed to "
                "satisfy constraint: Member must have value less than or equal to 21600"
            ),
        ),
    ],
    ids=["retries", "age"],
)
def test_a_number_out_of_range_is_refused(configure, settings, message):
    """The model's own bounds."""
    assert refusal(configure, **settings) == ("ValidationException", message)


def test_a_destination_that_is_no_arn_is_refused(configure):
    """A queue's URL, for example."""
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/failures"
    code, message = refusal(configure, DestinationConfig={"OnFailure": {"Destination": url}})

    assert code == "ValidationException"
    assert f"Value '{url}' at 'destinationConfig.onFailure.destination' failed" in message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            {},
            "You must specify at least one of error handling or destination setting.",
            id="nothing",
        ),
        pytest.param(
            {"DestinationConfig": {"OnFailure": {"Destination": FUNCTION}}},
            "You can't specify the function as a destination for itself.",
            id="itself",
        ),
        pytest.param(
            {"DestinationConfig": {"OnSuccess": {"Destination": BUCKET}}},
            "The provided destination config DestinationConfig(onSuccess=OnSuccess("
            f"destination={BUCKET}), onFailure=OnFailure(destination=)) is invalid.",
            id="success-to-s3",
        ),
        pytest.param(
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:kinesis:::x"}}},
            "The destination ARN arn:aws:kinesis:::x is invalid.",
            id="another-service",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(configure, settings, message):
    """In AWS's words."""
    assert refusal(configure, **settings) == ("InvalidParameterValueException", message)


@pytest.mark.parametrize(
    "destination",
    [
        BUCKET,
        "arn:aws:sns:us-east-1:123456789012:failures",
        "arn:aws:events:us-east-1:123456789012:event-bus/default",
        "arn:aws:lambda:us-east-1:123456789012:function:other",
    ],
)
def test_every_kind_of_destination_can_be_set(configure, destination):
    """Also those to which nothing can be delivered here."""
    answer = configure(DestinationConfig={"OnFailure": {"Destination": destination}})

    assert answer["DestinationConfig"]["OnFailure"] == {"Destination": destination}
