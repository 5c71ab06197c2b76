"""The whole policy of a function, put, read and deleted by ARN."""

import json

import boto3
import pytest

from pytest_fakeaws.errors import NotSimulated

THEM = "111122223333"
INVOKE = {
    "Effect": "Allow",
    "Principal": {"AWS": THEM},
    "Action": "lambda:InvokeFunction",
}


@pytest.fixture
def arn(client, create):
    """The ARN of a function; skips where boto3 does not know these operations."""
    if not hasattr(client, "put_resource_policy"):
        pytest.skip("this boto3 does not know put_resource_policy")
    return create()["FunctionArn"]


def policy_of(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_policy_is_read_as_it_was_put(arn, client):
    """Whole, with its revision; GetPolicy reads the same."""
    put = client.put_resource_policy(ResourceArn=arn, Policy=policy_of(INVOKE))

    got = client.get_resource_policy(ResourceArn=arn)
    assert json.loads(got["Policy"]) == json.loads(policy_of(INVOKE))
    assert (got["Policy"], got["RevisionId"]) == (put["Policy"], put["RevisionId"])
    assert client.get_policy(FunctionName="f")["Policy"] == got["Policy"]


def test_a_policy_replaces_what_was_permitted_before(arn, client):
    """Statements can be added to it again."""
    grant = {"Action": "lambda:GetFunction", "Principal": THEM}
    client.add_permission(FunctionName="f", StatementId="old", **grant)
    client.put_resource_policy(ResourceArn=arn, Policy=policy_of(INVOKE))
    client.add_permission(FunctionName="f", StatementId="new", **grant)

    statements = json.loads(client.get_resource_policy(ResourceArn=arn)["Policy"])["Statement"]
    assert [statement.get("Sid") for statement in statements] == [None, "new"]


def test_a_policy_lets_another_account_in(arn, client, fakeaws):
    """And shuts it out again when it is gone."""
    theirs = boto3.client("lambda", **fakeaws.credentials(THEM))
    client.put_resource_policy(ResourceArn=arn, Policy=policy_of(INVOKE))

    assert theirs.invoke(FunctionName=arn)["StatusCode"] == 200
    client.delete_resource_policy(ResourceArn=arn)
    with pytest.raises(theirs.exceptions.ClientError, match="not authorized"):
        theirs.invoke(FunctionName=arn)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_resource_policy(ResourceArn=arn)


def test_versions_have_policies_of_their_own(arn, client):
    """By their qualified ARN; the latest version has none but the function's."""
    version = client.publish_version(FunctionName="f")["FunctionArn"]
    client.put_resource_policy(ResourceArn=version, Policy=policy_of(INVOKE))

    assert client.get_policy(FunctionName="f", Qualifier="1")["Policy"] == policy_of(
        INVOKE
    ).replace(": ", ":").replace(", ", ",")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_resource_policy(ResourceArn=arn)
    with pytest.raises(client.exceptions.ClientError, match=r"policies for \$LATEST"):
        client.put_resource_policy(ResourceArn=f"{arn}:$LATEST", Policy=policy_of(INVOKE))


def test_a_stale_revision_changes_nothing(arn, client):
    """Neither puts nor deletes."""
    client.put_resource_policy(ResourceArn=arn, Policy=policy_of(INVOKE))
    stale = {"ResourceArn": arn, "RevisionId": "00000000-0000-0000-0000-000000000000"}

    with pytest.raises(client.exceptions.PreconditionFailedException):
        client.put_resource_policy(**stale, Policy=policy_of())
    with pytest.raises(client.exceptions.PreconditionFailedException):
        client.delete_resource_policy(**stale)
    assert json.loads(client.get_resource_policy(ResourceArn=arn)["Policy"])["Statement"]


def test_what_is_no_policy_is_refused(arn, client):
    """No JSON, or too much of it."""
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.put_resource_policy(ResourceArn=arn, Policy="{")
    long = policy_of(*[{**INVOKE, "Sid": f"{number:0100d}"} for number in range(150)])
    with pytest.raises(client.exceptions.PolicyLengthExceededException, match=r"bigger than"):
        client.put_resource_policy(ResourceArn=arn, Policy=long)


def test_policies_of_other_resources_are_refused_by_name(arn, client):
    """Runtimes of a customer's own."""
    runtime = "arn:aws:lambda:us-east-1:123456789012:runtime/mine"

    with pytest.raises(NotSimulated, match="PutResourcePolicy of a resource of the kind runtime"):
        client.put_resource_policy(ResourceArn=runtime, Policy=policy_of(INVOKE))


def test_a_permission_has_the_conditions_of_urls(create, client):
    """The newer parameters of AddPermission."""
    create()
    known = client.meta.service_model.shape_for("AddPermissionRequest").members
    if "InvokedViaFunctionUrl" not in known:
        pytest.skip("this boto3 does not know InvokedViaFunctionUrl")

    answer = client.add_permission(
        FunctionName="f",
        StatementId="url",
        Action="lambda:InvokeFunction",
        Principal="*",
        InvokedViaFunctionUrl=True,
    )

    condition = json.loads(answer["Statement"])["Condition"]
    assert condition == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
