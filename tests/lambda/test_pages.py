"""Lists in pages: page by page each shows what it shows at once."""

import boto3
import pytest

ROLE = "arn:aws:iam::123456789012:role/worker"
PROVIDER = {
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "PermissionsConfig": {"CapacityProviderOperatorRoleArn": ROLE},
}
POOL = "arn:aws:lambda:us-east-1:123456789012:capacity-provider:p0"
SIGNER = {
    "SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"]
}


@pytest.fixture
def crowded(client, create, zipped, fakeaws):
    """Three of everything that can be listed; returns the ARN of a code signing configuration."""
    for name in ("f", "g", "h"):
        create(name=name)
    for number in range(3):
        client.update_function_configuration(FunctionName="f", Description=f"{number}")
        version = client.publish_version(FunctionName="f")["Version"]
        client.create_alias(FunctionName="f", Name=f"a{version}", FunctionVersion=version)
        alias = {"FunctionName": "f", "Qualifier": f"a{version}"}
        client.put_function_event_invoke_config(**alias, MaximumRetryAttempts=0)
        client.create_function_url_config(**alias, AuthType="NONE")
        client.put_provisioned_concurrency_config(**alias, ProvisionedConcurrentExecutions=1)
        layer = {"Content": {"ZipFile": zipped()}}
        client.publish_layer_version(LayerName="l0", **layer)
        client.publish_layer_version(LayerName=f"m{number}", **layer)
        client.create_code_signing_config(AllowedPublishers=SIGNER)
        queue = fakeaws.create_queue(f"q{number}")
        client.create_event_source_mapping(FunctionName="f", EventSourceArn=queue.arn)
    if hasattr(client, "create_capacity_provider"):
        for number in range(3):
            client.create_capacity_provider(CapacityProviderName=f"p{number}", **PROVIDER)
        pool = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": POOL}}
        for name in ("x", "y", "z"):
            create(name=name, CapacityProviderConfig=pool)
    signing = client.list_code_signing_configs()["CodeSigningConfigs"][0]["CodeSigningConfigArn"]
    for name in ("f", "g", "h"):
        client.put_function_code_signing_config(FunctionName=name, CodeSigningConfigArn=signing)
    return signing


F = {"FunctionName": "f"}
LISTS = {
    "list_aliases": ("Aliases", F),
    "list_capacity_providers": ("CapacityProviders", {}),
    "list_code_signing_configs": ("CodeSigningConfigs", {}),
    "list_event_source_mappings": ("EventSourceMappings", {}),
    "list_function_event_invoke_configs": ("FunctionEventInvokeConfigs", F),
    "list_function_url_configs": ("FunctionUrlConfigs", F),
    "list_function_versions_by_capacity_provider": (
        "FunctionVersions",
        {"CapacityProviderName": "p0"},
    ),
    "list_functions": ("Functions", {}),
    "list_functions_by_code_signing_config": ("FunctionArns", {"CodeSigningConfigArn": ...}),
    "list_layer_versions": ("LayerVersions", {"LayerName": "l0"}),
    "list_layers": ("Layers", {}),
    "list_provisioned_concurrency_configs": ("ProvisionedConcurrencyConfigs", F),
    "list_versions_by_function": ("Versions", F),
}


@pytest.mark.parametrize("operation", LISTS)
def test_a_list_is_the_same_page_by_page(crowded, client, operation):
    """Two at a time, then the rest; no page says that there is more when there is not."""
    if not hasattr(client, operation):
        pytest.skip(f"this boto3 does not know {operation}")
    member, given = LISTS[operation]
    given = {name: crowded if value is ... else value for name, value in given.items()}
    listed = getattr(client, operation)
    whole = listed(**given)[member]
    pages, marker = [], {}
    while marker is not None:
        answer = listed(**given, MaxItems=2, **marker)
        pages.append(answer[member])
        marker = {"Marker": answer["NextMarker"]} if "NextMarker" in answer else None

    assert [item for page in pages for item in page] == whole
    assert len(whole) >= 3
    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert pages[-1]


def test_no_list_is_missing(client):
    """Whatever Lambda lists in pages is listed here, but for durable executions."""
    model = boto3.client("lambda").meta
    paged = {
        method
        for method, name in model.method_to_api_mapping.items()
        if name.startswith("List")
        and "Marker" in model.service_model.operation_model(name).input_shape.members
    }

    assert paged - set(LISTS) <= {"list_durable_executions_by_function"}
