"""Operations on what is kept with a function and shown again, but changes nothing: a table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.target import Target
from pytest_fakeaws.services.ports import Parameters, Result

Carried = Callable[[FunctionDirectory, Place, Parameters], Result]


class Kind(NamedTuple):
    """Something that is kept with a function, or with one of its versions and aliases.

    Attributes:
        put: The operation that sets it.
        get: The operation that shows it.
        members: The parameters that are kept.
        default: What is shown as long as nothing was set.
        choices: The values that a member may have.
        with_arn: Whether answers name the function.
    """

    put: str
    get: str
    members: tuple[str, ...]
    default: Mapping[str, Any]
    choices: Mapping[str, tuple[str, ...]]
    with_arn: bool = False


KINDS = (
    Kind(
        "PutRuntimeManagementConfig",
        "GetRuntimeManagementConfig",
        ("UpdateRuntimeOn", "RuntimeVersionArn"),
        {"UpdateRuntimeOn": "Auto"},
        {"UpdateRuntimeOn": ("Auto", "Manual", "FunctionUpdate")},
        with_arn=True,
    ),
)
"""See https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html."""


def operations_on(kind: Kind) -> dict[str, Carried]:
    """The two operations on *kind*, by name."""

    def put(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
        target = _target(directory, caller, parameters, kind.put)
        checks = Checks()
        for name, values in kind.choices.items():
            checks.choice(f"{name[0].lower()}{name[1:]}", parameters[name], values)
        checks.done()
        kept = {name: parameters[name] for name in kind.members if parameters.get(name) is not None}
        target.latest.stored[kind.put, target.qualifier] = kept
        return _shown(kind, target)

    def get(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
        return _shown(kind, _target(directory, caller, parameters, kind.get))

    return {kind.put: put, kind.get: get}


def put_function_scaling_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionScalingConfig.html."""
    target = _target(directory, caller, parameters, "PutFunctionScalingConfig")
    kept = dict(parameters.get("FunctionScalingConfig") or {})
    target.latest.stored["PutFunctionScalingConfig", target.qualifier] = kept
    return {"FunctionState": "Active"}


def get_function_scaling_config(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionScalingConfig.html."""
    target = _target(directory, caller, parameters, "GetFunctionScalingConfig")
    kept = target.latest.stored.get(("PutFunctionScalingConfig", target.qualifier))
    shown: Result = {"FunctionArn": target.arn}
    if kept is not None:
        shown["AppliedFunctionScalingConfig"] = dict(kept)
        shown["RequestedFunctionScalingConfig"] = dict(kept)
    return shown


def _target(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> Target:
    return directory.target(
        caller, parameters["FunctionName"], parameters.get("Qualifier"), operation=operation
    )


def _shown(kind: Kind, target: Target) -> Result:
    kept = target.latest.stored.get((kind.put, target.qualifier), kind.default)
    return {**kept, "FunctionArn": target.arn} if kind.with_arn else dict(kept)
