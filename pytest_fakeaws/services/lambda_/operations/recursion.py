"""Operations on what becomes of a function that is invoked in a circle."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.ports import Parameters, Result


def put_function_recursion_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="PutFunctionRecursionConfig"
    )
    chosen = parameters["RecursiveLoop"]
    checks = Checks()
    checks.choice("recursiveLoop", chosen, ("Allow", "Terminate"))
    checks.done()
    directory.invoker.traces.allow(function, allowed=chosen == "Allow")
    return {"RecursiveLoop": chosen}


def get_function_recursion_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html."""
    function = directory.find(
        caller, parameters["FunctionName"], operation="GetFunctionRecursionConfig"
    )
    allowed = function.arn in directory.invoker.traces.allowed
    return {"RecursiveLoop": "Allow" if allowed else "Terminate"}
