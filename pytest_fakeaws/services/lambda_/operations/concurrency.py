"""Operations on the concurrency that is reserved for a function."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.ports import Parameters, Result


def put_function_concurrency(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html."""
    function = _function(directory, caller, parameters, "PutFunctionConcurrency")
    directory.invoker.concurrency.reserve(function, parameters["ReservedConcurrentExecutions"])
    return _shown(directory, function)


def get_function_concurrency(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html."""
    return _shown(directory, _function(directory, caller, parameters, "GetFunctionConcurrency"))


def delete_function_concurrency(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html."""
    function = _function(directory, caller, parameters, "DeleteFunctionConcurrency")
    directory.invoker.concurrency.unreserve(function)
    return {}


def _function(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Function:
    return directory.target(caller, parameters["FunctionName"], operation=operation).latest


def _shown(directory: FunctionDirectory, function: Function) -> Result:
    reserved = directory.invoker.concurrency.reserved(function)
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}
