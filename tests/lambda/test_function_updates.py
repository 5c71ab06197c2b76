"""Changing a function by its handle: code, settings, events, concurrency, loops."""

import os

import pytest

from pytest_fakeaws.errors import HandlerNotFound, UnknownOption, UnknownResource
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, Violations


@pytest.fixture
def work(fakeaws):
    """A function."""
    return fakeaws.create_function(
        "work", lambda event, context: "old", timeout=5, memory=256, environment={"STAGE": "test"}
    )


@pytest.fixture
def shown(client):
    """Its configuration, as a client sees it."""

    def shown():
        answer = client.get_function_configuration(FunctionName="work")
        del answer["ResponseMetadata"]
        return answer

    return shown


def test_what_is_not_given_stays(work, shown):
    """One setting is another, the others are as they were."""
    work.update(timeout=9)

    settings = shown()
    assert (settings["Timeout"], settings["MemorySize"]) == (9, 256)
    assert settings["Environment"] == {"Variables": {"STAGE": "test"}}
    assert work.invoke().result == "old"


def test_nothing_given_changes_nothing(work, shown):
    """Not even the revision."""
    before = shown()

    work.update()

    assert shown() == before


def test_other_code_runs_from_then_on(work, client):
    """A published version keeps what it has."""
    client.publish_version(FunctionName="work")

    work.update(handler=lambda event, context: "new")

    published = client.invoke(FunctionName="work", Qualifier="1")["Payload"].read()
    assert (work.invoke().result, published) == ("new", b'"old"')


def test_the_environment_is_replaced(work):
    """As `UpdateFunctionConfiguration` does."""
    work.update(environment={"REGION": "north"}, handler=lambda event, _: os.environ.get(event))

    assert [work.invoke(name).result for name in ("REGION", "STAGE")] == ["north", None]


def test_events_go_another_way(work, client, fakeaws):
    """Retries, age, dead letters and destinations; `None` takes a target away."""
    letters = fakeaws.create_queue("letters")
    work.update(retry_attempts=0, max_event_age="1h", on_failure=letters, dead_letter="letters")
    set_ = client.get_function_event_invoke_config(FunctionName="work")
    dead_letters = client.get_function_configuration(FunctionName="work")["DeadLetterConfig"]
    work.update(on_failure=None, dead_letter=None)
    unset = client.get_function_event_invoke_config(FunctionName="work")

    assert (set_["MaximumRetryAttempts"], set_["MaximumEventAgeInSeconds"]) == (0, 3600)
    assert set_["DestinationConfig"]["OnFailure"]["Destination"] == letters.arn
    assert dead_letters == {"TargetArn": letters.arn}
    assert unset["MaximumRetryAttempts"] == 0
    assert "Destination" not in unset["DestinationConfig"]["OnFailure"]
    after = client.get_function_configuration(FunctionName="work").get("DeadLetterConfig", {})
    assert not after.get("TargetArn")


def test_concurrency_is_reserved_and_given_back(work, client):
    """`None` lets it share with the others again."""
    work.update(reserved_concurrency=2)
    reserved = client.get_function_concurrency(FunctionName="work")["ReservedConcurrentExecutions"]
    work.update(reserved_concurrency=None)

    assert reserved == 2
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(
        FunctionName="work"
    )


def test_circles_are_allowed_and_forbidden(work, client, fakeaws):
    """As `PutFunctionRecursionConfig` does; a function can be created so as well."""

    def said(name):
        return client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"]

    work.update(recursive_loop="Allow")
    allowed = said("work")
    work.update(recursive_loop="Terminate")
    fakeaws.create_function("free", lambda event, context: None, recursive_loop="Allow")

    assert (allowed, said("work"), said("free")) == ("Allow", "Terminate", "Allow")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        pytest.param({"timeout": 0}, Violations, id="timeout"),
        pytest.param({"retry_attempts": 3}, Violations, id="retries"),
        pytest.param({"retry_attempts": "1"}, UnknownOption, id="no number"),
        pytest.param({"reserved_concurrency": 901}, InvalidParameterValue, id="concurrency"),
        pytest.param({"on_failure": "work"}, InvalidParameterValue, id="itself"),
        pytest.param({"on_success": "nobody"}, UnknownResource, id="no such target"),
        pytest.param({"environment": {"N": 1}}, UnknownOption, id="no text"),
        pytest.param({"environment": {"AWS_REGION": "x"}}, InvalidParameterValue, id="reserved"),
        pytest.param({"handler": "no.such.handler"}, HandlerNotFound, id="no handler"),
        pytest.param({"recursive_loop": "Forbid"}, UnknownOption, id="no such way"),
        pytest.param({"time_out": 3}, UnknownOption, id="no such option"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(work, shown, client, wrong, error):
    """All of it is checked before any is made."""
    before = shown()

    with pytest.raises(error):
        work.update(**{"memory": 512, "reserved_concurrency": 3, **wrong})

    assert shown() == before
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(
        FunctionName="work"
    )
