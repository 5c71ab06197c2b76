"""Tenant isolation: each tenant has execution environments of its own."""

import pytest

MISSING = "The invoked function is enabled with tenancy configuration. Add a valid tenant ID"


@pytest.fixture
def isolated(create, client):
    """A function that isolates tenants and counts its invocations in a module variable."""
    if "TenancyConfig" not in client.meta.service_model.shape_for("CreateFunctionRequest").members:
        pytest.skip("this boto3 does not know TenancyConfig")
    source = (
        "seen = []\n"
        "def handler(event, context):\n"
        "    seen.append(context.tenant_id)\n"
        "    return seen\n"
    )
    return create(source, TenancyConfig={"TenantIsolationMode": "PER_TENANT"})


def test_tenants_share_no_environment(isolated, fakeaws):
    """What one leaves behind, another never sees."""
    function = fakeaws.function("f")
    seen = [function.invoke(tenant=tenant).result for tenant in ("blue", "green", "blue")]

    assert seen == [["blue"], ["green"], ["blue", "blue"]]
    streams = [run.log_stream for run in function.invocations]
    assert streams[0] == streams[2] != streams[1]


def test_a_client_names_the_tenant(isolated, client):
    """Synchronously, streamed and asynchronously."""
    answer = client.invoke(FunctionName="f", TenantId="blue")

    assert answer["Payload"].read() == b'["blue"]'


def test_the_configuration_says_so(isolated, client):
    """It is set for good when the function is made."""
    shown = client.get_function_configuration(FunctionName="f")

    assert isolated["TenancyConfig"] == shown["TenancyConfig"]
    assert shown["TenancyConfig"] == {"TenantIsolationMode": "PER_TENANT"}


def test_an_asynchronous_event_keeps_its_tenant(isolated, client, fakeaws):
    """At each attempt."""
    client.invoke(FunctionName="f", InvocationType="Event", TenantId="blue")
    fakeaws.clock.run_until_idle()

    assert fakeaws.function("f").invocations[0].result == ["blue"]


@pytest.mark.parametrize("kind", ["RequestResponse", "Event", "DryRun"])
def test_an_invocation_without_a_tenant_is_refused(isolated, client, kind):
    """AWS says what to do."""
    with pytest.raises(client.exceptions.InvalidParameterValueException, match=MISSING):
        client.invoke(FunctionName="f", InvocationType=kind)


def test_a_tenant_of_a_function_that_has_none_is_refused(isolated, create, client):
    """And the other way round."""
    create(name="plain")

    with pytest.raises(client.exceptions.InvalidParameterValueException, match="not enabled"):
        client.invoke(FunctionName="plain", TenantId="blue")
    with pytest.raises(client.exceptions.ClientError, match=r"'tenantId' .* regular expression"):
        client.invoke(FunctionName="f", TenantId="blü")


def test_what_tenants_cannot_have_is_refused(isolated, client, fakeaws):
    """URLs, mappings, provisioned concurrency."""
    refused = client.exceptions.InvalidParameterValueException
    queue = fakeaws.create_queue("q")

    with pytest.raises(refused, match="Function URLs are not supported"):
        client.create_function_url_config(FunctionName="f", AuthType="NONE")
    with pytest.raises(refused, match="Event source mappings are not supported"):
        client.create_event_source_mapping(FunctionName="f", EventSourceArn=queue.arn)
    client.publish_version(FunctionName="f")
    with pytest.raises(refused, match="Provisioned concurrency is not supported"):
        client.put_provisioned_concurrency_config(
            FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=1
        )


def test_json_logs_name_the_tenant(isolated, client, fakeaws):
    """In the records of the platform."""
    import json

    import boto3

    client.update_function_configuration(FunctionName="f", LoggingConfig={"LogFormat": "JSON"})
    fakeaws.function("f").invoke(tenant="blue")

    events = boto3.client("logs").filter_log_events(logGroupName="/aws/lambda/f")["events"]
    start = json.loads(events[1]["message"])
    assert (start["type"], start["record"]["tenantId"]) == ("platform.start", "blue")


def test_a_function_for_everybody_knows_no_tenant(fakeaws):
    """The context says `None`."""
    function = fakeaws.create_function("plain", lambda _, context: context.tenant_id)

    assert function.invoke().result is None
