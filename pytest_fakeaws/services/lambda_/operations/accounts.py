"""GetAccountSettings."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.ports import Parameters, Result


def get_account_settings(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html."""
    functions = directory.functions(caller)
    code = sum(
        version.code.size
        for function in functions
        for version in (function, *function.versions.values())
    )
    return {
        "AccountLimit": {
            "TotalCodeSize": limits.CODE_OF_ACCOUNT,
            "CodeSizeUnzipped": limits.UNZIPPED,
            "CodeSizeZipped": limits.UPLOADED,
            "ConcurrentExecutions": limits.CONCURRENCY,
            "UnreservedConcurrentExecutions": directory.invoker.concurrency.unreserved(caller),
        },
        "AccountUsage": {
            "TotalCodeSize": code + directory.layers.size(caller),
            "FunctionCount": len(functions),
        },
    }
