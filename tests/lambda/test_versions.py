"""Published versions: what they freeze, and how they are named."""

import json

import pytest
from botocore.exceptions import ClientError

VERSIONS = "lambda_/test_lambda_api.py::TestLambdaVersions::"
VARIABLE = "import os\ndef handler(event, context):\n    return os.environ['COLOUR']\n"


def coloured(colour):
    return {"Environment": {"Variables": {"COLOUR": colour}}}


@pytest.fixture
def replay(recorded):
    """Compares an answer of ours with what was recorded."""

    def replay(test):
        answers = recorded("lambda", f"{VERSIONS}{test}")

        def check(step, answer):
            assert answers.seen(step, answer) == answers[step]

        return check

    return replay


def test_the_life_of_versions_is_answered_as_recorded(replay, create, client):
    """Publishing without a change gives the last version again; numbers are never used twice."""
    check = replay("test_version_lifecycle")
    update, publish = client.update_function_configuration, client.publish_version

    check("create_response", create(Handler="index.handler", Description="No version :("))
    check("get_function_result", client.get_function(FunctionName="f"))
    check("list_versions_result", client.list_versions_by_function(FunctionName="f"))
    check("first_update_response", update(FunctionName="f", Description="First version :)"))
    check("first_update_get_function", client.get_function(FunctionName="f"))
    first = publish(FunctionName="f", Description="First version description :)")
    check("first_publish_response", first)
    check("first_publish_get_function", client.get_function(FunctionName="f", Qualifier="1"))
    check(
        "first_publish_get_function_config",
        client.get_function_configuration(FunctionName="f", Qualifier="1"),
    )
    check("second_update_response", update(FunctionName="f", Description="Second version :))"))
    check(
        "first_publish_get_function_after_update",
        client.get_function(FunctionName="f", Qualifier="1"),
    )
    check("second_publish_response", publish(FunctionName="f"))
    check("third_publish_response", publish(FunctionName="f", Description="Third version"))
    versions = client.list_versions_by_function(FunctionName="f")
    check("list_versions_result_after_third_publish", versions)
    client.delete_function(FunctionName="f", Qualifier="1")
    versions = client.list_versions_by_function(FunctionName="f")
    check("list_versions_result_after_deletion_of_first_version", versions)


def test_publishing_on_creation_is_answered_as_recorded(replay, create, client):
    """The answer shows the version, its ARN does not."""
    check = replay("test_publish_version_on_create")

    check("create_response", create(Handler="index.handler", Publish=True))
    check("get_function_result", client.get_function(FunctionName="f"))
    check("get_function_version_result", client.get_function(FunctionName="f", Qualifier="1"))
    latest = client.get_function(FunctionName="f", Qualifier="$LATEST")
    check("get_function_latest_result", latest)
    check("list_versions_result", client.list_versions_by_function(FunctionName="f"))
    check("repeated_publish_response", client.publish_version(FunctionName="f"))
    versions = client.list_versions_by_function(FunctionName="f")
    check("list_versions_result_after_publish", versions)


def test_publishing_with_an_update_is_answered_as_recorded(replay, create, client, zipped):
    """The answer is that of the new version."""
    check = replay("test_publish_with_update")

    check("create_response", create(Handler="index.handler"))
    check("get_function_result", client.get_function(FunctionName="f"))
    answer = client.update_function_code(FunctionName="f", ZipFile=zipped("x = 1"), Publish=True)
    check("update_function_code_result", answer)


def test_a_version_keeps_its_code_and_its_environment(create, client, zipped):
    """Whatever becomes of the function."""
    create(VARIABLE, Publish=True, **coloured("blue"))
    client.update_function_configuration(FunctionName="f", **coloured("red"))
    client.publish_version(FunctionName="f")
    client.update_function_code(FunctionName="f", ZipFile=zipped("handler = lambda *_: 'new'"))

    def called(qualifier):
        answer = client.invoke(FunctionName="f", Qualifier=qualifier)
        return answer["ExecutedVersion"], json.load(answer["Payload"])

    assert [called(qualifier) for qualifier in ("1", "2", "$LATEST")] == [
        ("1", "blue"),
        ("2", "red"),
        ("$LATEST", "new"),
    ]


CONTEXT = (
    "import os\ndef handler(event, context):\n"
    "    return [context.function_version, context.invoked_function_arn,"
    " os.environ['AWS_LAMBDA_FUNCTION_VERSION']]\n"
)


@pytest.mark.parametrize(
    ("name", "version", "suffix"),
    [("f", "$LATEST", ""), ("f:$LATEST", "$LATEST", ":$LATEST"), ("f:1", "1", ":1")],
)
def test_a_handler_knows_how_it_was_called(create, client, name, version, suffix):
    """The version that runs, and the ARN that the caller used."""
    create(CONTEXT, Publish=True)

    answer = client.invoke(FunctionName=name)

    arn = f"arn:aws:lambda:us-east-1:123456789012:function:f{suffix}"
    assert json.load(answer["Payload"]) == [version, arn, version]


def test_an_invocation_of_a_version_is_answered_as_recorded(create, client, recorded):
    """With the whole context."""
    test = "lambda_/test_lambda.py::TestLambdaFeatures::test_invocation_with_qualifier"
    answers = recorded("lambda", test)
    names = list(answers["invocation-response"]["Payload"]["context"])
    source = (
        f"def handler(event, context):\n"
        f"    return {{'event': event, 'context': {{n: getattr(context, n) for n in {names}}}}}\n"
    )
    created = create(source, Publish=True, Timeout=10)
    event = json.dumps({"foo": "bar with 'quotes\""})

    answer = client.invoke(FunctionName="f", Qualifier="1", LogType="Tail", Payload=event)

    answer["Payload"] = json.load(answer["Payload"])
    assert answers.seen("creation-response", created) == {
        **answers["creation-response"],
        "Handler": "handler.handler",
    }
    assert answers.seen("invocation-response", answer) == answers["invocation-response"]


def test_invocations_of_versions_are_those_of_the_function(fakeaws, create, client):
    """A test need not know which version it was."""
    create(Publish=True)

    client.invoke(FunctionName="f:1", Payload=b"1")

    assert [run.event for run in fakeaws.function("f").invocations] == [1]


def test_versions_come_in_pages(create, client):
    """The latest first, then by number."""
    create()
    for number in range(3):
        client.update_function_configuration(FunctionName="f", Description=str(number))
        client.publish_version(FunctionName="f")

    paginator = client.get_paginator("list_versions_by_function")
    pages = list(paginator.paginate(FunctionName="f", PaginationConfig={"PageSize": 3}))

    numbers = [[version["Version"] for version in page["Versions"]] for page in pages]
    assert numbers == [["$LATEST", "1", "2"], ["3"]]


def test_all_functions_may_be_listed_with_all_versions(create, client):
    """Each with the ARN of its version."""
    create(Publish=True)

    listed = client.list_functions(FunctionVersion="ALL")["Functions"]

    arns = [version["FunctionArn"].rpartition(":")[2] for version in listed]
    assert arns == ["$LATEST", "1"]


def test_publishing_other_code_than_expected_is_refused(create, client):
    """Somebody else has changed it meanwhile."""
    create()

    with pytest.raises(ClientError, match=r"CodeSHA256 \(abc\) is different from current"):
        client.publish_version(FunctionName="f", CodeSha256="abc")


def test_the_latest_version_goes_with_the_function_only(create, client):
    """It cannot be deleted by itself."""
    create()

    with pytest.raises(ClientError, match=r"\$LATEST version cannot be deleted"):
        client.delete_function(FunctionName="f", Qualifier="$LATEST")


def test_a_version_that_an_alias_leads_to_cannot_be_deleted(create, client):
    """Not before the alias has been moved."""
    create(Publish=True)
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")

    with pytest.raises(client.exceptions.ResourceConflictException, match="live"):
        client.delete_function(FunctionName="f", Qualifier="1")


def test_a_version_that_does_not_exist_cannot_be_invoked(create, client):
    """The message names it."""
    create()

    with pytest.raises(client.exceptions.ResourceNotFoundException, match="function:f:7"):
        client.invoke(FunctionName="f:7")


def test_a_callable_can_be_published(fakeaws, client):
    """A version of it runs the same callable with the settings of then."""
    fakeaws.create_function("f", lambda _, context: context.memory_limit_in_mb)
    client.publish_version(FunctionName="f")
    client.update_function_configuration(FunctionName="f", MemorySize=512)

    assert client.invoke(FunctionName="f:1")["Payload"].read() == b'"128"'
