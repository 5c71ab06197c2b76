"""The operations of Lambda by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.operations import (
    aliases,
    concurrency,
    event_invoke_configs,
    functions,
    invocations,
    mappings,
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
    "CreateEventSourceMapping": mappings.create_event_source_mapping,
    "GetEventSourceMapping": mappings.get_event_source_mapping,
    "ListEventSourceMappings": mappings.list_event_source_mappings,
    "DeleteEventSourceMapping": mappings.delete_event_source_mapping,
}


def operations(directory: FunctionDirectory) -> dict[str, Operation]:
    """The operations on the functions of *directory*, by name."""
    return {name: partial(operation, directory) for name, operation in _OPERATIONS.items()}
