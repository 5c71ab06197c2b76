"""Layers: published in versions, and on the path of the functions that have them."""

import io
import json
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import NotSimulated

RECORDED = "lambda_/test_lambda_api.py::TestLambdaLayer::"
BOTH = {"CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]}


def error_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


@pytest.fixture
def publish(client):
    """Publishes a version of a layer with files given by path."""

    def publish(
        name="tools", files=(("python/tools.py", "COLOUR = 'blue'"),), client=client, **more
    ):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for path, text in files:
                archive.writestr(path, text)
        given = {"Content": {"ZipFile": content.getvalue()}, **more}
        return client.publish_layer_version(LayerName=name, **given)

    return publish


@pytest.fixture
def replay(recorded):
    """Compares an answer of ours with what was recorded."""

    class Replay:
        def __init__(self, test):
            self.answers = recorded("lambda", f"{RECORDED}{test}")

        def __call__(self, step, answer):
            assert self.answers.seen(step, answer) == self.answers[step]

    return Replay


@pytest.mark.parametrize("number", range(3))
def test_a_layer_is_for_the_runtimes_it_names_as_recorded(replay, publish, number):
    """Old ones and new ones, of every kind."""
    check = replay(f"test_layer_compatibilities[runtimes{number}]")
    theirs = check.answers["publish_result"]
    names = ("CompatibleRuntimes", "CompatibleArchitectures")

    check("publish_result", publish(**{name: theirs[name] for name in names}))


def test_layers_are_refused_as_recorded(replay, publish, client):
    """What does not exist, what cannot exist, and what may be deleted all the same."""
    check = replay("test_layer_exceptions")
    arn = "arn:aws:lambda:us-east-1:123456789012:layer:tools"
    get, delete = client.get_layer_version, client.delete_layer_version

    check("publish_result", publish(**BOTH))
    error = error_of(client.list_layers, CompatibleRuntime="runtimedoesnotexist")
    check("list_layers_exc_compatibleruntime_invalid", error)
    error = error_of(client.list_layers, CompatibleArchitecture="archdoesnotexist")
    check("list_layers_exc_compatiblearchitecture_invalid", error)
    check("list_nonexistent_layer", client.list_layer_versions(LayerName="nothing"))
    for step, name, number in (
        ("layer_doesnotexist", "nothing", 1),
        ("layer_version_doesnotexist_negative", "tools", -1),
        ("layer_version_doesnotexist_zero", "tools", 0),
        ("layer_version_doesnotexist_2", "tools", 2),
    ):
        error = error_of(get, LayerName=name, VersionNumber=number)
        check(f"get_layer_version_exc_{step}", error)
    by_arn = client.get_layer_version_by_arn
    check("get_layer_version_by_arn_exc_invalidarn", error_of(by_arn, Arn=arn))
    check("get_layer_version_by_arn_exc_nonexistentversion", error_of(by_arn, Arn=f"{arn}:9"))
    check("delete_nonexistent_response", delete(LayerName="nothing", VersionNumber=1))
    check("delete_nonexistent_version_response", delete(LayerName="tools", VersionNumber=2))
    check("delete_layer_response", delete(LayerName="tools", VersionNumber=1))
    check("delete_layer_again_response", delete(LayerName="tools", VersionNumber=1))
    error = error_of(delete, LayerName="tools", VersionNumber=-1)
    check("delete_layer_version_exc_layerversion_invalid_version", error)
    check("publish_empty_result", publish("plain"))
    for step, runtimes, architectures in (
        ("invalid_runtime_arch", ["invalidruntime"], ["invalidarch"]),
        (
            "partially_invalid_values",
            ["invalidruntime", "invalidruntime2", "nodejs20.x"],
            ["invalidarch", "x86_64"],
        ),
    ):
        given = {"CompatibleRuntimes": runtimes, "CompatibleArchitectures": architectures}
        check(f"publish_layer_version_exc_{step}", error_of(publish, **given))


def test_the_policy_of_a_layer_is_answered_as_recorded(replay, publish, client):
    """Statements come and go; each change gives a new revision."""
    check = replay("test_layer_policy_lifecycle")
    version = {"LayerName": "tools", "VersionNumber": 1}

    def add(sid):
        given = {"StatementId": sid, "Action": "lambda:GetLayerVersion", "Principal": "*"}
        return client.add_layer_version_permission(**version, **given)

    check("publish_result", publish(**BOTH))
    check("add_policy_s1", add("s1"))
    check("get_layer_version_policy", client.get_layer_version_policy(**version))
    check("add_policy_s2", add("s2"))
    check("get_layer_version_policy_postadd2", client.get_layer_version_policy(**version))
    gone = client.remove_layer_version_permission(**version, StatementId="s2")
    check("remove_s2", gone)
    check("get_layer_version_policy_postdeletes2", client.get_layer_version_policy(**version))


def result_of(client):
    return json.load(client.invoke(FunctionName="f")["Payload"])


USING = "import tools\ndef handler(event, context):\n    return tools.COLOUR\n"


@pytest.mark.parametrize("folder", ["python", "python/lib/python3.12/site-packages"])
def test_a_function_imports_what_its_layer_brings(create, publish, client, folder):
    """From either folder that AWS has on the path."""
    layer = publish(files=[(f"{folder}/tools.py", "COLOUR = 'blue'")])

    answer = create(USING, Layers=[layer["LayerVersionArn"]])

    assert result_of(client) == "blue"
    size = layer["Content"]["CodeSize"]
    assert answer["Layers"] == [{"Arn": layer["LayerVersionArn"], "CodeSize": size}]


def test_of_two_layers_the_later_wins_and_the_function_before_both(create, publish, client, zipped):
    """As their files lie over each other in AWS."""
    arns = [
        publish(name, [("python/tools.py", f"COLOUR = '{name}'")])["LayerVersionArn"]
        for name in ("blue", "red")
    ]
    create(USING, Layers=arns)
    assert result_of(client) == "red"

    client.update_function_code(FunctionName="f", ZipFile=zipped(USING, tools="COLOUR = 'own'"))

    assert result_of(client) == "own"


def test_layers_can_be_changed_and_taken_away(create, publish, client):
    """The next invocation starts cold without them."""
    create(USING, Layers=[publish()["LayerVersionArn"]])
    client.update_function_configuration(FunctionName="f", Layers=[])

    assert result_of(client)["errorType"] == "Runtime.ImportModuleError"
    assert "Layers" not in client.get_function_configuration(FunctionName="f")


def test_a_function_keeps_a_layer_that_is_deleted(create, publish, client):
    """Only new functions cannot have it any more."""
    arn = publish()["LayerVersionArn"]
    create(USING, Layers=[arn])
    client.delete_layer_version(LayerName="tools", VersionNumber=1)

    assert result_of(client) == "blue"
    with pytest.raises(ClientError, match=f"Layer version {arn} does not exist"):
        create(USING, name="late", Layers=[arn])


def test_numbers_of_versions_are_never_used_twice(publish, client):
    """Not even after the newest has been deleted; lists begin with the newest."""
    publish()
    publish()
    client.delete_layer_version(LayerName="tools", VersionNumber=2)
    publish()

    versions = client.list_layer_versions(LayerName="tools")["LayerVersions"]
    assert [version["Version"] for version in versions] == [3, 1]


def test_layers_are_listed_with_their_newest_matching_version(publish, client):
    """By name, in pages, and only those that fit."""
    publish("b", **BOTH)
    publish("a", CompatibleRuntimes=["python3.10"])
    publish("b", CompatibleRuntimes=["python3.10"])

    def listed(**given):
        pages = client.get_paginator("list_layers").paginate(
            **given, PaginationConfig={"PageSize": 1}
        )
        layers = [layer for page in pages for layer in page["Layers"]]
        return [(each["LayerName"], each["LatestMatchingVersion"]["Version"]) for each in layers]

    assert listed() == [("a", 1), ("b", 2)]
    assert listed(CompatibleRuntime="python3.12") == [("b", 1)]
    assert listed(CompatibleArchitecture="arm64") == []


def test_two_versions_of_a_layer_do_not_go_together(create, publish):
    """AWS refuses the function."""
    arns = [publish()["LayerVersionArn"] for _ in range(2)]

    with pytest.raises(ClientError, match="Two different versions of the same layer"):
        create(Layers=arns)


def test_a_function_has_five_layers_at_the_most(create, publish):
    """The sixth is one too many."""
    arns = [publish(f"layer-{number}")["LayerVersionArn"] for number in range(6)]

    with pytest.raises(ClientError, match="Cannot reference more than 5 layers"):
        create(Layers=arns)


def test_a_layer_of_another_account_needs_its_permission(fakeaws, create, publish, client):
    """One that nobody has published is refused by name."""
    owner = boto3.client("lambda", **fakeaws.credentials("210987654321"))
    arn = publish(client=owner)["LayerVersionArn"]
    with pytest.raises(ClientError, match="not authorized to perform: lambda:GetLayerVersion"):
        create(USING, Layers=[arn])
    owner.add_layer_version_permission(
        LayerName="tools",
        VersionNumber=1,
        StatementId="all",
        Action="lambda:GetLayerVersion",
        Principal="*",
    )

    create(USING, Layers=[arn])

    assert result_of(client) == "blue"
    with pytest.raises(NotSimulated, match="tools:9 of another account"):
        create(name="g", Layers=[f"{arn[:-1]}9"])
