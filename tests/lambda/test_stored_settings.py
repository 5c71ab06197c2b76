"""What Lambda keeps with a function and shows again, without acting on it here."""

import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import NotSimulated

API = "lambda_/test_lambda_api.py::"
SIGNER = {
    "SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"]
}
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


def error_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


@pytest.fixture
def replay(recorded):
    """Compares an answer of ours with what was recorded."""

    def replay(test):
        answers = recorded("lambda", test)

        def check(step, answer):
            assert answers.seen(step, answer) == answers[step]

        return check

    return replay


@pytest.fixture
def published(create, client):
    """A function with a version and an alias for it."""
    create(Publish=True)
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")


# Function URLs


def test_the_life_of_a_url_is_answered_as_recorded(replay, create, client):
    """A function, or an alias of it, has one at the most."""
    check = replay(f"{API}TestLambdaUrl::test_url_config_lifecycle")
    create()
    none = {"FunctionName": "f", "AuthType": "NONE"}

    check("url_creation", client.create_function_url_config(**none))
    check("failed_duplication", error_of(client.create_function_url_config, **none))
    check("get_url_config", client.get_function_url_config(FunctionName="f"))
    update = client.update_function_url_config
    check("updated_url_config", update(FunctionName="f", AuthType="AWS_IAM"))
    client.delete_function_url_config(FunctionName="f")
    check("failed_getter", error_of(client.get_function_url_config, FunctionName="f"))


def test_updating_a_url_is_answered_as_recorded(replay, create, client):
    """What an update does not name stays."""
    check = replay("lambda_/test_lambda.py::TestLambdaURL::test_lambda_update_function_url_config")
    create()
    name = {"FunctionName": "f"}
    new = {"AuthType": "NONE", "InvokeMode": "BUFFERED"}

    check("create_lambda_url_config", client.create_function_url_config(**name, **new))
    check("get_url_config", client.get_function_url_config(**name))
    changed = client.update_function_url_config(**name, InvokeMode="RESPONSE_STREAM")
    check("modify_lambda_url_config", changed)
    check("get_url_config_2", client.get_function_url_config(**name))
    check("modify_lambda_url_config_none", client.update_function_url_config(**name))
    check("get_url_config_3", client.get_function_url_config(**name))


def test_an_unknown_invoke_mode_is_refused_as_recorded(replay, create, client):
    """The message names those that there are."""
    check = replay("lambda_/test_lambda.py::TestLambdaURL::test_lambda_url_invalid_invoke_mode")
    create()
    given = {"FunctionName": "f", "AuthType": "NONE", "InvokeMode": "UNKNOWN"}

    error = error_of(client.create_function_url_config, **given)

    check("invoke_function_invalid_invoke_type", error)


@pytest.mark.parametrize("qualifier", ["1", "$LATEST"])
def test_a_version_has_no_url(published, client, qualifier):
    """A function has one, and each of its aliases."""
    given = {"FunctionName": "f", "AuthType": "NONE", "Qualifier": qualifier}

    response = error_of(client.create_function_url_config, **given)

    assert f"Value '{qualifier}' at 'qualifier'" in response["Error"]["Message"]


def test_the_urls_of_a_function_are_listed(published, client):
    """With those of its aliases."""
    for given in ({}, {"Qualifier": "live"}):
        client.create_function_url_config(FunctionName="f", AuthType="NONE", **given)

    configs = client.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]

    assert [config["FunctionArn"] for config in configs] == [ARN, f"{ARN}:live"]
    assert len({config["FunctionUrl"] for config in configs}) == 2


# Code signing


def test_the_life_of_a_code_signing_config_is_answered_as_recorded(replay, create, client):
    """Made, changed, given to a function and taken away."""
    check = replay(f"{API}TestCodeSigningConfig::test_function_code_signing_config")
    create()

    def policy(action):
        return {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": action}}

    created = client.create_code_signing_config(
        Description="Testing CodeSigning Config", AllowedPublishers=SIGNER, **policy("Enforce")
    )
    check("create_code_signing_config", created)
    csc = {"CodeSigningConfigArn": created["CodeSigningConfig"]["CodeSigningConfigArn"]}
    check("update_code_signing_config", client.update_code_signing_config(**csc, **policy("Warn")))
    check("get_code_signing_config", client.get_code_signing_config(**csc))
    attached = client.put_function_code_signing_config(FunctionName="f", **csc)
    check("put_function_code_signing_config", attached)
    kept = client.get_function_code_signing_config(FunctionName="f")
    check("get_function_code_signing_config", kept)
    (listed,) = client.list_code_signing_configs()["CodeSigningConfigs"]
    check("list_code_signing_configs", listed)
    check(
        "list_functions_by_code_signing_config", client.list_functions_by_code_signing_config(**csc)
    )
    with pytest.raises(client.exceptions.ResourceConflictException):
        client.delete_code_signing_config(**csc)
    gone = client.delete_function_code_signing_config(FunctionName="f")
    check("delete_function_code_signing_config", gone)
    check("delete_code_signing_config", client.delete_code_signing_config(**csc))


def test_code_signing_configs_that_do_not_exist_are_answered_as_recorded(replay, create, client):
    """Each operation in its own words."""
    check = replay(f"{API}TestCodeSigningConfig::test_code_signing_not_found_excs")
    create()
    created = client.create_code_signing_config(
        Description="Testing CodeSigning Config",
        AllowedPublishers=SIGNER,
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"},
    )
    arn = created["CodeSigningConfig"]["CodeSigningConfigArn"]
    wrong = {"CodeSigningConfigArn": f"{arn[:-17]}{'0' * 17}"}
    nobody = {"FunctionName": "csc-test-doesnotexist"}

    def refused(step, call, **given):
        response = error_of(call, **given)
        for place in (response, response["Error"]):
            text = place["Message"].replace(wrong["CodeSigningConfigArn"], "<csc_arn_invalid>")
            place["Message"] = text
        check(step, response)

    check("create_code_signing_config", created)
    refused("delete_csc_notfound", client.delete_code_signing_config, **wrong)
    detach, attach = (
        client.delete_function_code_signing_config,
        client.put_function_code_signing_config,
    )
    check("nothing_to_delete_response", detach(FunctionName="f"))
    refused("delete_function_csc_fnnotfound", detach, **nobody)
    refused("put_function_csc_invalid_fnname", attach, CodeSigningConfigArn=arn, **nobody)
    refused("put_function_csc_invalid_csc_arn", attach, FunctionName="f", **wrong)
    refused("put_function_csc_invalid_both", attach, **nobody, **wrong)
    update = client.update_code_signing_config
    refused("update_csc_invalid_csc_arn", update, Description="new", **wrong)
    refused("update_csc_noupdates", update, **wrong)
    check("update_csc_noupdate_response", update(CodeSigningConfigArn=arn))
    refused("get_csc_invalid", client.get_code_signing_config, **wrong)
    look = client.get_function_code_signing_config
    check("get_function_csc_fnwithoutcsc", look(FunctionName="f"))
    refused("get_function_csc_nonexistingfn", look, **nobody)
    listed = client.list_functions_by_code_signing_config
    check("list_functions_by_csc_fnwithoutcsc", listed(CodeSigningConfigArn=arn))
    refused("list_functions_by_csc_invalid_cscarn", listed, **wrong)


def test_a_function_may_be_created_with_code_signing(create, client):
    """If the configuration exists."""
    config = client.create_code_signing_config(AllowedPublishers=SIGNER)["CodeSigningConfig"]
    arn = config["CodeSigningConfigArn"]
    create(CodeSigningConfigArn=arn)

    kept = client.get_function_code_signing_config(FunctionName="f")

    assert kept["CodeSigningConfigArn"] == arn
    with pytest.raises(client.exceptions.CodeSigningConfigNotFoundException):
        create(name="g", CodeSigningConfigArn=f"{arn[:-17]}{'0' * 17}")


# Provisioned concurrency


def test_provisioned_concurrency_is_answered_as_recorded(replay, create, client):
    """On a version, or on an alias for it, not on both."""
    check = replay(f"{API}TestLambdaProvisionedConcurrency::test_lambda_provisioned_lifecycle")
    create(Timeout=30, Environment={"Variables": {}})
    alias, version = ({"FunctionName": "f", "Qualifier": name} for name in ("live", "1"))
    one = {"ProvisionedConcurrentExecutions": 1}
    put, get = client.put_provisioned_concurrency_config, client.get_provisioned_concurrency_config
    delete = client.delete_provisioned_concurrency_config

    check("publish_version_result", client.publish_version(FunctionName="f"))
    made = client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    check("create_alias_result", made)
    check("put_provisioned_on_version", put(**version, **one))
    check("put_provisioned_on_alias_versionconflict", error_of(put, **alias, **one))
    check("delete_provisioned_version", delete(**version))
    check("get_provisioned_version_postdelete", error_of(get, **version))
    check("put_provisioned_on_alias", put(**alias, **one))
    check("put_provisioned_on_version_conflict", error_of(put, **version, **one))
    check("delete_alias_result", client.delete_alias(FunctionName="f", Name="live"))
    check("get_provisioned_alias_postaliasdelete", error_of(get, **alias))
    listed = client.list_provisioned_concurrency_configs(FunctionName="f")
    check("list_response_postdeletes", listed)


def test_provisioned_concurrency_is_ready_as_recorded(replay, published, client):
    """All of it is there at the next look."""
    test = "TestLambdaConcurrency::test_lambda_provisioned_concurrency_scheduling"
    check = replay(f"lambda_/test_lambda.py::{test}")
    name = {"FunctionName": "f", "Qualifier": "1"}
    client.put_provisioned_concurrency_config(**name, ProvisionedConcurrentExecutions=1)

    check("get_provisioned_postwait", client.get_provisioned_concurrency_config(**name))
    (listed,) = client.list_provisioned_concurrency_configs(FunctionName="f")[
        "ProvisionedConcurrencyConfigs"
    ]
    assert listed["FunctionArn"] == f"{ARN}:1"


def test_the_latest_version_cannot_be_provisioned(create, client):
    """Only what is published can."""
    create()

    with pytest.raises(ClientError, match="unpublished function versions"):
        client.put_provisioned_concurrency_config(
            FunctionName="f", Qualifier="$LATEST", ProvisionedConcurrentExecutions=1
        )


# The others


def test_the_recursion_config_is_kept(create, client):
    """Loops are terminated unless they are allowed."""
    create()
    before = client.get_function_recursion_config(FunctionName="f")
    client.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")

    after = client.get_function_recursion_config(FunctionName="f")

    assert (before["RecursiveLoop"], after["RecursiveLoop"]) == ("Terminate", "Allow")
    with pytest.raises(ClientError, match=r"'recursiveLoop' .* enum value set"):
        client.put_function_recursion_config(FunctionName="f", RecursiveLoop="Sometimes")


def test_the_runtime_management_is_kept_by_version(published, client):
    """Automatic unless it is set."""
    client.put_runtime_management_config(
        FunctionName="f", Qualifier="1", UpdateRuntimeOn="FunctionUpdate"
    )

    shown = [
        client.get_runtime_management_config(FunctionName="f", **given)
        for given in ({}, {"Qualifier": "1"})
    ]

    assert [(one["UpdateRuntimeOn"], one["FunctionArn"]) for one in shown] == [
        ("Auto", ARN),
        ("FunctionUpdate", f"{ARN}:1"),
    ]


@pytest.fixture
def knows(client):
    """Skips a test of an operation that the installed boto3 does not know yet."""

    def knows(operation):
        if not hasattr(client, operation):
            pytest.skip(f"this boto3 does not know {operation}")

    return knows


def test_the_scaling_config_is_kept(knows, published, client):
    """What was asked for is what is applied."""
    knows("put_function_scaling_config")
    name = {"FunctionName": "f", "Qualifier": "1"}
    config = {"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 5}
    client.put_function_scaling_config(**name, FunctionScalingConfig=config)

    shown = client.get_function_scaling_config(**name)

    assert (
        shown["AppliedFunctionScalingConfig"] == shown["RequestedFunctionScalingConfig"] == config
    )


def test_durable_executions_are_refused_by_name(knows, create, client):
    """Neither functions for them nor operations on them are simulated."""
    knows("list_durable_executions_by_function")
    with pytest.raises(NotSimulated, match="DurableConfig of CreateFunction"):
        create(DurableConfig={"ExecutionTimeout": 60})
    with pytest.raises(NotSimulated, match="lambda:ListDurableExecutionsByFunction"):
        client.list_durable_executions_by_function(FunctionName="f")


PROVIDER = {
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "PermissionsConfig": {
        "CapacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/operator"
    },
}


def test_capacity_providers_are_kept(knows, client):
    """Made, changed, listed and deleted; no function runs on them."""
    knows("create_capacity_provider")
    scaling = {"CapacityProviderScalingConfig": {"MaxVCpuCount": 8}}

    created = client.create_capacity_provider(CapacityProviderName="pool", **PROVIDER)
    client.update_capacity_provider(CapacityProviderName="pool", **scaling)

    shown = client.get_capacity_provider(CapacityProviderName="pool")["CapacityProvider"]
    arn = "arn:aws:lambda:us-east-1:123456789012:capacity-provider:pool"
    assert (created["CapacityProvider"]["State"], shown["State"]) == ("Pending", "Active")
    assert shown["CapacityProviderArn"] == arn
    assert shown["CapacityProviderScalingConfig"] == {"MaxVCpuCount": 8}
    assert client.list_capacity_providers()["CapacityProviders"] == [shown]
    versions = client.list_function_versions_by_capacity_provider(CapacityProviderName=arn)
    assert (versions["CapacityProviderArn"], versions["FunctionVersions"]) == (arn, [])
    deleted = client.delete_capacity_provider(CapacityProviderName="pool")
    assert deleted["CapacityProvider"]["State"] == "Deleting"
    assert client.list_capacity_providers(State="Active")["CapacityProviders"] == []


def test_what_is_kept_has_tags(knows, client):
    """Those that it was made with, and those that came later."""
    knows("create_capacity_provider")
    made = client.create_capacity_provider(
        CapacityProviderName="pool", Tags={"team": "a"}, **PROVIDER
    )
    signing = client.create_code_signing_config(AllowedPublishers=SIGNER, Tags={"team": "b"})
    arns = [
        made["CapacityProvider"]["CapacityProviderArn"],
        signing["CodeSigningConfig"]["CodeSigningConfigArn"],
    ]

    for arn in arns:
        client.tag_resource(Resource=arn, Tags={"stage": "test", "gone": "1"})
        client.untag_resource(Resource=arn, TagKeys=["gone"])

    assert [client.list_tags(Resource=arn)["Tags"] for arn in arns] == [
        {"team": "a", "stage": "test"},
        {"team": "b", "stage": "test"},
    ]
    client.delete_capacity_provider(CapacityProviderName="pool")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_tags(Resource=arns[0])


def test_where_a_function_runs_is_kept(knows, create, client):
    """It runs here all the same, and its capacity provider lists its versions."""
    knows("create_capacity_provider")
    made = client.create_capacity_provider(CapacityProviderName="pool", **PROVIDER)
    arn = made["CapacityProvider"]["CapacityProviderArn"]
    pool = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": arn}}
    created = create(CapacityProviderConfig=pool, AcceleratorConfig={"AcceleratorMemorySize": 16})
    client.publish_version(FunctionName="f")

    assert created["CapacityProviderConfig"] == pool
    assert created["AcceleratorConfig"] == {"AcceleratorMemorySize": 16}
    listed = client.list_function_versions_by_capacity_provider(CapacityProviderName="pool")
    assert [version["FunctionArn"] for version in listed["FunctionVersions"]] == [
        f"{ARN}:$LATEST",
        f"{ARN}:1",
    ]
    assert client.invoke(FunctionName="f")["StatusCode"] == 200


def test_a_capacity_provider_exists_once_or_not_at_all(knows, client):
    """A second one of the name is a conflict, none is not found."""
    knows("create_capacity_provider")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_capacity_provider(CapacityProviderName="pool")
    client.create_capacity_provider(CapacityProviderName="pool", **PROVIDER)

    with pytest.raises(client.exceptions.ResourceConflictException):
        client.create_capacity_provider(CapacityProviderName="pool", **PROVIDER)
