"""Who may use a function: statements of its policy, and what they allow."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

RECORDED = "lambda_/test_lambda_api.py::TestLambdaPermissions::"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
S3 = {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::bucket"}


def error_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


@pytest.fixture
def replay(recorded):
    """Compares an answer of ours with what was recorded."""

    def replay(test):
        answers = recorded("lambda", f"{RECORDED}{test}")

        def check(step, answer):
            assert answers.seen(step, answer) == answers[step]

        return check

    return replay


@pytest.fixture
def permit(client):
    """Adds a permission."""

    def permit(sid="s3", name="f", action="lambda:InvokeFunction", **more):
        given = {"StatementId": sid, "Action": action, **more}
        return client.add_permission(FunctionName=name, **given)

    return permit


def test_statements_are_answered_as_recorded(replay, create, permit, recorded):
    """By kind of principal, with the conditions that the parameters stand for."""
    check = replay("test_add_lambda_permission_fields")
    create()
    me = {"SourceAccount": "123456789012"}
    user = "arn:aws:iam::123456789012:user/me"

    check("add_permission_principal_wildcard", permit("wilcard", Principal="*", **me))
    service = permit("lambda", Principal="lambda.amazonaws.com", **me)
    check("add_permission_principal_service", service)
    check("add_permission_principal_account", permit("account-id", Principal="123456789012"))
    answer = permit("user-arn", Principal=user, **me)
    answer["Statement"] = answer["Statement"].replace(user, "<user_arn>")
    check("add_permission_principal_arn", answer)
    answer = permit(
        "urlPermission",
        action="lambda:InvokeFunctionUrl",
        Principal="*",
        SourceArn="arn:aws:s3:::bucket",
        FunctionUrlAuthType="NONE",
        PrincipalOrgID="o-1234567890",
        **me,
    )
    check("add_permission_optional_fields", answer)
    token = "amzn1.ask.skill.xxxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
    check("add_permission_alexa_skill", permit("alexaSkill", Principal="*", EventSourceToken=token))


def test_each_version_and_alias_has_a_policy_of_its_own_as_recorded(replay, create, permit, client):
    """The function's own is not inherited by what is published later."""
    check = replay("test_lambda_permission_fn_versioning")
    created = {"Timeout": 30, "Environment": {"Variables": {}}}

    def policy(**given):
        return client.get_policy(FunctionName="f", **given)

    create(**created)
    check("add_permission", permit(**S3))
    check("get_policy", policy())
    check("publish_version_result", client.publish_version(FunctionName="f"))
    check("get_function_result_after_publishing", client.get_function(FunctionName="f"))
    check("get_policy_after_publishing_latest", policy())
    missing = error_of(client.get_policy, FunctionName="f", Qualifier="1")
    check("get_policy_after_publishing_new_version", missing)
    permit(Qualifier="1", **S3)
    check("get_policy_version", policy(Qualifier="1"))
    name = {"FunctionName": "f", "Name": "permission-alias"}
    check("create_alias_response", client.create_alias(**name, FunctionVersion="1"))
    check("get_alias", client.get_alias(**name))
    stale = error_of(permit, Qualifier="permission-alias", RevisionId="wrong", **S3)
    check("add_permission_alias_revision_exception", stale)
    permit(Qualifier="permission-alias", **S3)
    check("get_policy_alias", policy(Qualifier="permission-alias"))
    check("get_policy_after_adding_to_new_version", policy())
    permit("s3_2", RevisionId=policy()["RevisionId"], **S3)
    check("get_policy_after_adding_2", policy())


def test_permissions_are_refused_as_recorded(replay, create, permit, client):
    """What is wrong is said in AWS's words."""
    check = replay("test_permission_exceptions")
    create(name="function-name", Publish=True)
    name = "function-name"

    def refused(step, name=name, call=permit, **given):
        response = error_of(call, name=name, **{**S3, **given})
        text = json.dumps(response).replace("function:function-name", "function:<function-name>")
        check(step, json.loads(text))

    def look(name, **given):
        client.get_policy(FunctionName=name, **given)

    def remove(name, **given):
        client.remove_permission(FunctionName=name, StatementId="s3", **given)

    refused("add_permission_invalid_statement_id", sid="example.com")
    refused("add_permission_fn_qualifier_mismatch", f"{name}:alias-not-42", Qualifier="42")
    refused("add_permission_fn_qualifier_latest", Qualifier="$LATEST")
    refused("add_permission_principal_invalid", Principal="invalid.nonaws.com")
    refused("add_permission_fn_doesnotexist", "doesnotexist")
    refused("add_permission_fn_alias_doesnotexist", Qualifier="alias-doesnotexist")
    refused("add_permission_fn_version_doesnotexist", Qualifier="42")
    refused("add_permission_fn_qualifier_invalid", Qualifier="invalid-qualifier-with-?-char")
    step = "add_permission_fn_qualifier_valid_doesnotexist"
    refused(step, Qualifier="valid-with-$-but-doesnotexist")
    check("get_policy_fn_doesnotexist", error_of(look, "doesnotexist"))
    check("get_policy_fn_version_doesnotexist", error_of(look, name, Qualifier="42"))
    check("remove_permission_policy_doesnotexist", error_of(remove, name))
    check("remove_permission_fn_doesnotexist", error_of(remove, "doesnotexist"))
    permit(name=name, **S3)
    refused("add_permission_conflicting_statement_id")


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [
        ("Action", "s3:GetObject", "action"),
        ("SourceArn", "orders", "sourceArn"),
        ("SourceAccount", "me", "sourceAccount"),
        ("PrincipalOrgID", "o-a1B2c3D4e5F6", "principalOrgID"),
        ("EventSourceToken", "a b", "eventSourceToken"),
        ("FunctionUrlAuthType", "SOME", "functionUrlAuthType"),
    ],
)
def test_what_the_model_forbids_is_refused(create, client, parameter, value, name):
    """And the policy has no such statement."""
    create()
    given = {"Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}

    with pytest.raises(ClientError, match=f"ValidationException.*'{value}' at '{name}'"):
        client.add_permission(FunctionName="f", StatementId="s", **{**given, parameter: value})

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName="f")


def test_a_removed_statement_is_gone(create, permit, client):
    """With the last one the policy is gone too."""
    create()
    permit("one", **S3)
    permit("two", **S3)

    client.remove_permission(FunctionName="f", StatementId="one")

    statements = json.loads(client.get_policy(FunctionName="f")["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["two"]
    with pytest.raises(ClientError, match="Statement one is not found"):
        client.remove_permission(FunctionName="f", StatementId="one")
    client.remove_permission(FunctionName="f", StatementId="two")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName="f")


def code_of(call, **given):
    try:
        call(**given)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "OK"


def test_another_account_may_do_what_the_policy_says(fakeaws, create, permit):
    """And nothing else."""
    stranger = boto3.client("lambda", **fakeaws.credentials("210987654321"))
    create()
    permit(Principal="210987654321")

    assert code_of(stranger.invoke, FunctionName=ARN) == "OK"
    assert code_of(stranger.get_function, FunctionName=ARN) == "AccessDeniedException"


def test_a_permission_for_an_alias_is_for_that_name_only(fakeaws, create, permit, client):
    """The version behind it stays out of reach by its own name."""
    stranger = boto3.client("lambda", **fakeaws.credentials("210987654321"))
    create(Publish=True)
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    permit(Principal="210987654321", Qualifier="live")

    names = ("live", "1", "$LATEST")
    codes = [code_of(stranger.invoke, FunctionName=f"{ARN}:{name}") for name in names]

    assert codes == ["OK", "AccessDeniedException", "AccessDeniedException"]


def test_the_policy_of_a_stranger_is_out_of_reach(fakeaws, create, permit):
    """It is the owner's alone."""
    stranger = boto3.client("lambda", **fakeaws.credentials("210987654321"))
    create()
    permit(Principal="*")

    assert code_of(stranger.get_policy, FunctionName=ARN) == "AccessDeniedException"
