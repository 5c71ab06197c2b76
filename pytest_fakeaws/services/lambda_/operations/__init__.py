"""The operations of Lambda by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.operations import (
    accounts,
    aliases,
    functions,
    invocations,
    layer_permissions,
    layers,
    mappings,
    permissions,
    tags,
    updates,
    versions,
)
from pytest_fakeaws.services.ports import Operation, Parameters, Result

_OPERATIONS: dict[str, Callable[[FunctionDirectory, Place, Parameters], Result]] = {
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
    "Invoke": invocations.invoke,
    "CreateEventSourceMapping": mappings.create_event_source_mapping,
    "GetEventSourceMapping": mappings.get_event_source_mapping,
    "ListEventSourceMappings": mappings.list_event_source_mappings,
    "DeleteEventSourceMapping": mappings.delete_event_source_mapping,
}


def operations(directory: FunctionDirectory) -> dict[str, Operation]:
    """The operations on the functions of *directory*, by name."""
    return {name: partial(operation, directory) for name, operation in _OPERATIONS.items()}
