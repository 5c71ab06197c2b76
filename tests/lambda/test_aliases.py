"""Aliases: names for versions, moved from one to another, or leading to two by chance."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws import FakeAWS


def error_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


@pytest.fixture
def published(create, client):
    """A function with two versions."""
    create(Publish=True, Description="one")
    client.update_function_configuration(FunctionName="f", Description="two")
    client.publish_version(FunctionName="f")


def executed(client, name, times):
    return [client.invoke(FunctionName=name)["ExecutedVersion"] for _ in range(times)]


def test_the_life_of_aliases_is_answered_as_recorded(recorded, create, client):
    """Created, moved, listed and deleted."""
    answers = recorded(
        "lambda", "lambda_/test_lambda_api.py::TestLambdaAlias::test_alias_lifecycle"
    )

    def check(step, answer):
        assert answers.seen(step, answer) == answers[step]

    def stage(name):
        return {"Environment": {"Variables": {"testenv": name}}}

    def new(name, version="1", description="custom-alias", **more):
        described = {"Description": description} if description else {}
        given = {"Name": name, "FunctionVersion": version, **described, **more}
        return client.create_alias(FunctionName="f", **given)

    def listed(**given):
        return client.list_aliases(FunctionName="f", **given)

    def one(name):
        return client.get_alias(FunctionName="f", Name=name)

    check("create_response", create(Handler="index.handler", **stage("staging")))
    check("publish_v1", client.publish_version(FunctionName="f"))
    client.update_function_configuration(FunctionName="f", **stage("prod"))
    check("publish_v2", client.publish_version(FunctionName="f"))
    routing = {"AdditionalVersionWeights": {"2": 0.2}}
    check("create_alias_1_1", new("aliasname1_1", RoutingConfig=routing))
    check("get_alias_1_1", one("aliasname1_1"))
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    for step, name in (("", "f:aliasname1_1"), ("_byarn", f"{arn}:aliasname1_1")):
        check(f"get_function{step}_alias_1_1", client.get_function(FunctionName=name))
    for step, name in (("", "f"), ("_byarn", arn)):
        error = error_of(client.get_function, FunctionName=f"{name}:aliasdoesnotexist")
        check(f"get_function_alias{step}_notfound_exc", error)
    check("create_alias_1_2", new("aliasname1_2"))
    check("get_alias_1_2", one("aliasname1_2"))
    check("create_alias_1_3", new("aliasname1_3", description=None))
    check("get_alias_1_3", one("aliasname1_3"))
    check("create_alias_2", new("aliasname2", "2"))
    check("get_alias_2", one("aliasname2"))
    check("list_aliases_for_fnname", {"Aliases": listed()["Aliases"]})
    none = {"AdditionalVersionWeights": {}}
    moved = client.update_alias(FunctionName="f", Name="aliasname1_1", RoutingConfig=none)
    check("update_alias_1_1", moved)
    check("get_alias_1_1_after_update", one("aliasname1_1"))
    check("list_aliases_for_fnname_after_update", listed())
    check("update_alias_1_2", client.update_alias(FunctionName="f", Name="aliasname1_2"))
    check("get_alias_1_2_after_update", one("aliasname1_2"))
    check("list_aliases_for_fnname_after_update_2", listed())
    check("list_aliases_for_version", listed(FunctionVersion="1"))
    check("delete_alias_response", client.delete_alias(FunctionName="f", Name="aliasname1_1"))
    check("list_aliases_for_fnname_afterdelete", listed())


MOVING = "lambda_/test_lambda.py::TestLambdaAliases::test_lambda_alias_moving"
HANDLER = (
    "import os\ndef handler(event, context):\n"
    "    return {'version_id': os.environ['VERSION'], 'invoked_arn': context.invoked_function_arn,"
    " 'version_from_ctx': context.function_version}\n"
)


def test_moving_an_alias_is_answered_as_recorded(recorded, create, client):
    """From one version to the next, while the function goes on."""
    answers = recorded("lambda", MOVING)

    def check(step, answer):
        assert answers.seen(step, answer) == answers[step]

    def called(name="f", qualifier="alias1"):
        answer = client.invoke(FunctionName=name, Qualifier=qualifier)
        answer["Payload"] = json.load(answer["Payload"])
        return answer

    def variant(number):
        return {"Environment": {"Variables": {"VERSION": f"version{number}"}}}

    create(HANDLER, **variant(1))
    client.publish_version(FunctionName="f")
    alias = {"FunctionName": "f", "Name": "alias1"}
    check("create_alias_response", client.create_alias(**alias, FunctionVersion="1"))
    check("invocation_result_qualifier_v1", called())
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    check("invocation_result_qualifier_v1_arn", called(arn))
    client.update_function_configuration(FunctionName="f", **variant(2))
    check("invocation_result_qualifier_v1_after_update", called())
    client.publish_version(FunctionName="f")
    check("invocation_result_qualifier_v1_after_publish", called())
    check("update_alias_response", client.update_alias(**alias, FunctionVersion="2"))
    check("invocation_result_qualifier_v2", called())
    error = error_of(client.invoke, FunctionName="f", Qualifier="non-existent-alias")
    check("invocation_exc_not_existent", error)


def test_a_weighted_alias_is_answered_as_recorded(recorded, published, client):
    """The weights are those of the other version."""
    test = "lambda_/test_lambda.py::TestLambdaAliases::test_alias_routingconfig"
    answers = recorded("lambda", test)

    answer = client.create_alias(
        FunctionName="f",
        Name="alias1",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )

    assert answers.seen("create_alias_response", answer) == answers["create_alias_response"]


@pytest.mark.parametrize(("weight", "share"), [(0, 0), (0.25, 0.25), (1, 1)])
def test_a_weighted_alias_leads_to_each_version_in_its_share(published, client, weight, share):
    """By chance, and always in the same way for a seed."""
    routing = {"AdditionalVersionWeights": {"2": weight}}
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig=routing)

    versions = executed(client, "f:live", 200)

    assert versions.count("2") / 200 == pytest.approx(share, abs=0.08)


def test_a_seed_decides_about_every_invocation(zipped):
    """The same test goes the same way again."""

    def routes(seed):
        with FakeAWS(seed=seed) as aws:
            client = boto3.client("lambda")
            aws.create_function("f", lambda *_: None)
            for description in "ab":
                client.update_function_configuration(FunctionName="f", Description=description)
                client.publish_version(FunctionName="f")
            client.create_alias(
                FunctionName="f",
                Name="live",
                FunctionVersion="1",
                RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
            )
            return executed(client, "f:live", 20)

    assert routes(1) == routes(1)
    assert routes(1) != routes(2)


def alias(**given):
    return {"FunctionName": "f", "Name": "live", "FunctionVersion": "1", **given}


def weighted(**weights):
    return {"RoutingConfig": {"AdditionalVersionWeights": {k[1:]: w for k, w in weights.items()}}}


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (alias(Name="7"), "ValidationException", "Value '7' at 'name'"),
        (alias(Name="no spaces"), "ValidationException", "'name' .* regular expression"),
        (alias(FunctionVersion="one"), "ValidationException", "'functionVersion'"),
        (alias(Description="x" * 257), "ValidationException", "'description'"),
        (alias(FunctionVersion="9"), "ResourceNotFoundException", "Function not found: .*:f:9"),
        (alias(FunctionName="g"), "ResourceNotFoundException", "Function not found: .*:g$"),
        (alias(**weighted(v9=0.5)), "ResourceNotFoundException", "Function not found: .*:f:9"),
        (alias(**weighted(v2=1.5)), "ValidationException", "additionalVersionWeights"),
        (alias(**weighted(v1=0.5)), "InvalidParameterValueException", "already included"),
        (alias(**weighted(v2=0.1, v3=0.1)), "InvalidParameterValueException", "greater than 1"),
        (
            alias(FunctionVersion="$LATEST", **weighted(v2=0.1)),
            "InvalidParameterValueException",
            r"\$LATEST is not supported",
        ),
    ],
    ids=str,
)
def test_an_alias_that_aws_would_refuse_is_refused(published, client, parameters, code, message):
    """And it does not exist then."""
    with pytest.raises(ClientError, match=message) as caught:
        client.create_alias(**parameters)

    assert caught.value.response["Error"]["Code"] == code
    assert client.list_aliases(FunctionName="f")["Aliases"] == []


def test_an_alias_exists_once(published, client):
    """A second one of the name is a conflict."""
    client.create_alias(**alias())

    with pytest.raises(client.exceptions.ResourceConflictException, match="Alias already exists"):
        client.create_alias(**alias())


def test_an_alias_that_does_not_exist_is_not_found(published, client):
    """Neither to look at nor to move; to delete it does no harm."""
    for call in (client.get_alias, client.update_alias):
        with pytest.raises(client.exceptions.ResourceNotFoundException, match="Cannot find alias"):
            call(FunctionName="f", Name="live")
    client.delete_alias(FunctionName="f", Name="live")


def test_a_stale_revision_moves_no_alias(published, client):
    """Somebody else has moved it meanwhile."""
    stale = client.create_alias(**alias())["RevisionId"]
    client.update_alias(**alias(FunctionVersion="2"))

    with pytest.raises(client.exceptions.PreconditionFailedException):
        client.update_alias(**alias(), RevisionId=stale)


def test_aliases_come_in_pages(published, client):
    """By name."""
    for name in "cab":
        client.create_alias(**alias(Name=name))

    paginator = client.get_paginator("list_aliases")
    pages = list(paginator.paginate(FunctionName="f", PaginationConfig={"PageSize": 2}))

    assert [[each["Name"] for each in page["Aliases"]] for page in pages] == [["a", "b"], ["c"]]
