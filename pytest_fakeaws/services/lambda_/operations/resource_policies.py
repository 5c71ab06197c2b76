"""Operations on the whole policy of a function, a version or an alias, by its ARN."""

from __future__ import annotations

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import (
    FunctionNotFound,
    InvalidParameterValue,
    MappingNotFound,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.operations.permissions import check_exists, own_function
from pytest_fakeaws.services.lambda_.policy import Policy
from pytest_fakeaws.services.lambda_.references import LATEST, Reference, referred
from pytest_fakeaws.services.ports import Parameters, Result


def put_resource_policy(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutResourcePolicy.html."""
    function, reference = _resource(directory, caller, parameters, "PutResourcePolicy")
    policy = function.policies.get(reference.qualifier) or Policy("GetPolicy")
    policy.check(parameters.get("RevisionId"))
    policy.replace(parameters["Policy"], directory.revision())
    function.policies[reference.qualifier] = policy
    return {"Policy": policy.text, "RevisionId": policy.revision}


def get_resource_policy(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetResourcePolicy.html."""
    policy = _existing(*_resource(directory, caller, parameters, "GetResourcePolicy"))
    return {"Policy": policy.text, "RevisionId": policy.revision}


def delete_resource_policy(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteResourcePolicy.html."""
    policy = _existing(*_resource(directory, caller, parameters, "DeleteResourcePolicy"))
    policy.check(parameters.get("RevisionId"))
    policy.clear()
    return {}


def _resource(
    directory: FunctionDirectory, caller: Place, parameters: Parameters, operation: str
) -> tuple[Function, Reference]:
    """The function that an ARN is of, and what of it the ARN names."""
    text = parameters["ResourceArn"]
    arn = Arn.parse(text)
    if arn is None:
        raise InvalidParameterValue(f"{text} is not a valid ARN.")
    if not arn.resource.startswith("function:"):
        raise NotSimulated(
            f"{operation} of a resource of the kind {arn.resource.partition('/')[0]}"
        )
    reference = referred(caller, text)
    if reference.qualifier == LATEST:
        raise InvalidParameterValue("We currently do not support adding policies for $LATEST.")
    function = own_function(directory, caller, reference, operation)
    if function is None:
        raise FunctionNotFound(reference.function_arn)
    check_exists(function, reference)
    return function, reference


def _existing(function: Function, reference: Reference) -> Policy:
    policy = function.policies.get(reference.qualifier)
    if policy is None or not policy.statements:
        raise MappingNotFound
    return policy
