"""The operations of Lambda by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.operations import (
    accounts,
    aliases,
    capacity_providers,
    code_signing,
    concurrency,
    event_invoke_configs,
    functions,
    invocations,
    layer_permissions,
    layers,
    mappings,
    permissions,
    provisioned_concurrency,
    recursion,
    resource_policies,
    stored,
    streams,
    tags,
    updates,
    urls,
    versions,
)
from pytest_fakeaws.services.ports import Parameters, Result

OPERATIONS: dict[str, Callable[[FunctionDirectory, Place, Parameters], Result]] = {
    "CreateFunction": functions.create_function,
    "GetFunction": functions.get_function,
    "GetFunctionConfiguration": functions.get_function_configuration,
    "ListFunctions": functions.list_functions,
    "DeleteFunction": functions.delete_function,
    "UpdateFunctionCode": updates.update_function_code,
    "UpdateFunctionConfiguration": updates.update_function_configuration,
    "PublishVersion": versions.publish_version,
    "ListVersionsByFunction": versions.list_versions_by_function,
    "CreateAlias": aliases.create_alias,
    "GetAlias": aliases.get_alias,
    "UpdateAlias": aliases.update_alias,
    "DeleteAlias": aliases.delete_alias,
    "ListAliases": aliases.list_aliases,
    "AddPermission": permissions.add_permission,
    "RemovePermission": permissions.remove_permission,
    "GetPolicy": permissions.get_policy,
    "PutResourcePolicy": resource_policies.put_resource_policy,
    "GetResourcePolicy": resource_policies.get_resource_policy,
    "DeleteResourcePolicy": resource_policies.delete_resource_policy,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTags": tags.list_tags,
    "GetAccountSettings": accounts.get_account_settings,
    "PublishLayerVersion": layers.publish_layer_version,
    "GetLayerVersion": layers.get_layer_version,
    "GetLayerVersionByArn": layers.get_layer_version_by_arn,
    "ListLayerVersions": layers.list_layer_versions,
    "ListLayers": layers.list_layers,
    "DeleteLayerVersion": layers.delete_layer_version,
    "AddLayerVersionPermission": layer_permissions.add_layer_version_permission,
    "GetLayerVersionPolicy": layer_permissions.get_layer_version_policy,
    "RemoveLayerVersionPermission": layer_permissions.remove_layer_version_permission,
    **{
        name: operation
        for kind in stored.KINDS
        for name, operation in stored.operations_on(kind).items()
    },
    "PutFunctionRecursionConfig": recursion.put_function_recursion_config,
    "GetFunctionRecursionConfig": recursion.get_function_recursion_config,
    "PutFunctionScalingConfig": stored.put_function_scaling_config,
    "GetFunctionScalingConfig": stored.get_function_scaling_config,
    "PutProvisionedConcurrencyConfig": provisioned_concurrency.put_provisioned_concurrency_config,
    "GetProvisionedConcurrencyConfig": provisioned_concurrency.get_provisioned_concurrency_config,
    "DeleteProvisionedConcurrencyConfig": (
        provisioned_concurrency.delete_provisioned_concurrency_config
    ),
    "ListProvisionedConcurrencyConfigs": (
        provisioned_concurrency.list_provisioned_concurrency_configs
    ),
    "CreateFunctionUrlConfig": urls.create_function_url_config,
    "GetFunctionUrlConfig": urls.get_function_url_config,
    "UpdateFunctionUrlConfig": urls.update_function_url_config,
    "DeleteFunctionUrlConfig": urls.delete_function_url_config,
    "ListFunctionUrlConfigs": urls.list_function_url_configs,
    "CreateCodeSigningConfig": code_signing.create_code_signing_config,
    "GetCodeSigningConfig": code_signing.get_code_signing_config,
    "UpdateCodeSigningConfig": code_signing.update_code_signing_config,
    "DeleteCodeSigningConfig": code_signing.delete_code_signing_config,
    "ListCodeSigningConfigs": code_signing.list_code_signing_configs,
    "PutFunctionCodeSigningConfig": code_signing.put_function_code_signing_config,
    "GetFunctionCodeSigningConfig": code_signing.get_function_code_signing_config,
    "DeleteFunctionCodeSigningConfig": code_signing.delete_function_code_signing_config,
    "ListFunctionsByCodeSigningConfig": code_signing.list_functions_by_code_signing_config,
    "CreateCapacityProvider": capacity_providers.create_capacity_provider,
    "GetCapacityProvider": capacity_providers.get_capacity_provider,
    "UpdateCapacityProvider": capacity_providers.update_capacity_provider,
    "DeleteCapacityProvider": capacity_providers.delete_capacity_provider,
    "ListCapacityProviders": capacity_providers.list_capacity_providers,
    "ListFunctionVersionsByCapacityProvider": (
        capacity_providers.list_function_versions_by_capacity_provider
    ),
    "Invoke": invocations.invoke,
    "InvokeAsync": invocations.invoke_async,
    "PutFunctionConcurrency": concurrency.put_function_concurrency,
    "GetFunctionConcurrency": concurrency.get_function_concurrency,
    "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
    "PutFunctionEventInvokeConfig": event_invoke_configs.put_function_event_invoke_config,
    "UpdateFunctionEventInvokeConfig": event_invoke_configs.update_function_event_invoke_config,
    "GetFunctionEventInvokeConfig": event_invoke_configs.get_function_event_invoke_config,
    "DeleteFunctionEventInvokeConfig": event_invoke_configs.delete_function_event_invoke_config,
    "ListFunctionEventInvokeConfigs": event_invoke_configs.list_function_event_invoke_configs,
    "InvokeWithResponseStream": streams.invoke_with_response_stream,
    "CreateEventSourceMapping": mappings.create_event_source_mapping,
    "GetEventSourceMapping": mappings.get_event_source_mapping,
    "ListEventSourceMappings": mappings.list_event_source_mappings,
    "UpdateEventSourceMapping": mappings.update_event_source_mapping,
    "DeleteEventSourceMapping": mappings.delete_event_source_mapping,
}
"""By name, each to be called with a directory, the caller's place and the parameters."""
