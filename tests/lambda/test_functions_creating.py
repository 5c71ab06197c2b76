"""CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration and what they refuse."""

import base64
import hashlib
import time

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws


def result_of(client, **parameters):
    return client.invoke(FunctionName="f", **parameters)["Payload"].read().decode()


def test_a_created_function_runs_the_code_of_its_package(create, client):
    """The handler is the one that the package brings."""
    create("def handler(event, context):\n    return ['packed', event]\n")

    assert result_of(client, Payload=b"7") == '["packed", 7]'


@pytest.mark.slow
def test_a_package_may_lie_in_s3(create, client, zipped):
    """It is read through the process's own client, so moto's bucket serves it."""
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="builds")
        s3.put_object(Bucket="builds", Key="f.zip", Body=zipped("handler = lambda *_: 's3'"))
        create(Code={"S3Bucket": "builds", "S3Key": "f.zip"})

    assert result_of(client) == '"s3"'


@pytest.mark.slow
def test_a_version_of_an_object_may_be_named(create, client, zipped):
    """Also in an update."""
    create()
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="builds")
        enabled = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket="builds", VersioningConfiguration=enabled)
        place = {"Bucket": "builds", "Key": "f.zip"}
        old = s3.put_object(**place, Body=zipped("handler = lambda *_: 'old'"))["VersionId"]
        s3.put_object(**place, Body=zipped("handler = lambda *_: 'new'"))
        client.update_function_code(
            FunctionName="f", S3Bucket="builds", S3Key="f.zip", S3ObjectVersion=old
        )

    assert result_of(client) == '"old"'


def test_the_configuration_tells_size_and_digest_of_the_package(create, zipped):
    """As `aws lambda` users compare them with their builds."""
    package = zipped()

    answer = create(Code={"ZipFile": package})

    digest = base64.b64encode(hashlib.sha256(package).digest()).decode()
    assert (answer["CodeSize"], answer["CodeSha256"]) == (len(package), digest)


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"Timeout": 901}, "ValidationException", "'timeout' .* less than or equal to 900"),
        (
            {"MemorySize": 10_241},
            "ValidationException",
            "'memorySize' .* less than or equal to 10240",
        ),
        (
            {"EphemeralStorage": {"Size": 513 * 20}},
            "ValidationException",
            "'ephemeralStorage.size'",
        ),
        ({"Role": "worker"}, "ValidationException", "Value 'worker' at 'role' .* pattern: arn:"),
        ({"Handler": "no spaces"}, "ValidationException", "'handler' .* regular expression"),
        ({"Description": "x" * 257}, "ValidationException", "'description' .* equal to 256"),
        (
            {"Runtime": "cobol85"},
            "ValidationException",
            "'cobol85' at 'runtime' .* or be a valid ARN",
        ),
        ({"Architectures": ["mips"]}, "ValidationException", r"\[x86_64, arm64\]"),
        ({"TracingConfig": {"Mode": "Loud"}}, "ValidationException", "'tracingConfig.mode'"),
        (
            {"Code": {}},
            "InvalidParameterValueException",
            "Please provide a source for function code",
        ),
        ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException", "Could not unzip"),
        ({"Runtime": None}, "InvalidParameterValueException", "Runtime and Handler are mandatory"),
        ({"Handler": None}, "InvalidParameterValueException", "Runtime and Handler are mandatory"),
        ({"PackageType": "Image"}, "InvalidParameterValueException", "Please provide ImageUri"),
        (
            {"Environment": {"Variables": {"AWS_REGION": "moon-1", "STAGE": "b"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION$",
        ),
        (
            {"Environment": {"Variables": {"A": "of one letter"}}},
            "ValidationException",
            "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy",
        ),
        (
            {"DeadLetterConfig": {"TargetArn": "dead"}},
            "ValidationException",
            "Value 'dead' at 'deadLetterConfig.targetArn'",
        ),
        ({"KMSKeyArn": "key"}, "ValidationException", "Value 'key' at 'kMSKeyArn'"),
        (
            {"LoggingConfig": {"LogGroup": "my logs"}},
            "ValidationException",
            "Value 'my logs' at 'loggingConfig.logGroup'",
        ),
        (
            {"FileSystemConfigs": [{"Arn": "a", "LocalMountPath": "/tmp"}]},
            "ValidationException",
            "Value '/tmp' at 'fileSystemConfigs.1.member.localMountPath'",
        ),
    ],
    ids=str,
)
def test_what_aws_would_refuse_is_refused(create, client, settings, code, message):
    """With its code and its words, and nothing is created."""
    with pytest.raises(ClientError, match=message) as caught:
        create(**settings)

    assert caught.value.response["Error"]["Code"] == code
    assert client.list_functions()["Functions"] == []


def test_all_violations_are_named_at_once(create):
    """The message counts them."""
    with pytest.raises(
        ClientError, match=r"2 validation errors detected: .*'timeout'.*; .*'memory"
    ):
        create(Timeout=901, MemorySize=10_241)


@pytest.mark.slow
def test_a_package_that_is_too_large_for_a_request_is_refused(create, client):
    """S3 takes larger ones."""
    with pytest.raises(ClientError) as caught:
        create(Code={"ZipFile": bytes(53_000_000)})

    assert caught.value.response["Error"]["Code"] == "RequestEntityTooLargeException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


@pytest.mark.parametrize(
    "waiter",
    [
        "function_exists",
        "function_active",
        "function_active_v2",
        "function_updated",
        "function_updated_v2",
    ],
)
def test_botos_waiters_find_the_function_ready(create, client, waiter, elapsed):
    """None of them has to wait."""
    create()

    client.get_waiter(waiter).wait(FunctionName="f")

    assert elapsed() == 0


def test_a_published_version_can_be_waited_for(create, client, elapsed):
    """As deployment code does."""
    create(Publish=True)

    client.get_waiter("published_version_active").wait(FunctionName="f", Qualifier="1")

    assert elapsed() == 0


def test_a_waiter_sees_a_function_that_appears_later(fakeaws, client, create):
    """It polls in virtual time."""

    def deploy():
        time.sleep(10)
        create()

    fakeaws.spawn(deploy)

    client.get_waiter("function_exists").wait(FunctionName="f")
    assert client.get_function(FunctionName="f")["Configuration"]["State"] == "Active"


def test_an_update_takes_effect_at_once(create, client, zipped):
    """The next invocation runs the new code with the new settings."""
    create()
    client.update_function_code(
        FunctionName="f", ZipFile=zipped("import os\nhandler = lambda *_: os.environ['COLOUR']\n")
    )
    client.update_function_configuration(
        FunctionName="f", Environment={"Variables": {"COLOUR": "blue"}}
    )

    assert result_of(client) == '"blue"'


def test_an_update_keeps_what_it_does_not_name(create, client):
    """Settings that are not given stay."""
    create(Timeout=7, Description="first")

    answer = client.update_function_configuration(FunctionName="f", Description="second")

    assert (answer["Timeout"], answer["Description"]) == (7, "second")


def test_a_dry_update_changes_nothing(create, client, zipped):
    """The answer is what it would be."""
    before = create()
    package = zipped("other = 1")

    answer = client.update_function_code(FunctionName="f", ZipFile=package, DryRun=True)

    assert answer["CodeSize"] == len(package)
    assert client.get_function_configuration(FunctionName="f")["CodeSha256"] == before["CodeSha256"]


@pytest.mark.parametrize(
    ("operation", "change"),
    [
        ("update_function_configuration", {"Timeout": 9}),
        ("update_function_code", {"ZipFile": b""}),
        ("publish_version", {}),
    ],
)
def test_a_stale_revision_changes_nothing(create, client, operation, change):
    """That of the answer to the creation is stale already: the function has become active since."""
    stale = create()["RevisionId"]

    with pytest.raises(client.exceptions.PreconditionFailedException) as caught:
        getattr(client, operation)(FunctionName="f", RevisionId=stale, **change)

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_the_newest_revision_may_change_the_function(create, client):
    """It is the one that GetFunction tells."""
    create()
    newest = client.get_function_configuration(FunctionName="f")["RevisionId"]

    answer = client.update_function_configuration(FunctionName="f", RevisionId=newest, Timeout=9)

    assert answer["Timeout"] == 9


def test_a_function_of_a_callable_takes_part(fakeaws, client, zipped):
    """Whatever made it, a client may give it another code."""
    fakeaws.create_function("f", lambda *_: "callable")
    client.update_function_code(FunctionName="f", ZipFile=zipped("handler = lambda *_: 'packed'"))
    client.update_function_configuration(FunctionName="f", Handler="handler.handler")

    assert result_of(client) == '"packed"'


def test_tags_come_with_the_function(create, client):
    """GetFunction shows them, its configuration does not."""
    create(Tags={"team": "shop"})

    answer = client.get_function(FunctionName="f")
    assert answer["Tags"] == {"team": "shop"}
    assert "Tags" not in answer["Configuration"]
