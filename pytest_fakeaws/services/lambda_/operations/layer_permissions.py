"""Operations on who may use a version of a layer."""

from __future__ import annotations

import json

from pytest_fakeaws.addresses import Place, partition
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import ResourceNotFound
from pytest_fakeaws.services.lambda_.layers import LayerVersion
from pytest_fakeaws.services.lambda_.operations.layers import checked_number, layer_arn
from pytest_fakeaws.services.lambda_.operations.permissions import check_statement_id
from pytest_fakeaws.services.lambda_.policy import conditions, principal
from pytest_fakeaws.services.ports import Parameters, Result

_CONDITIONS = {"OrganizationId": ("StringEquals", "aws:PrincipalOrgID")}


def add_layer_version_permission(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html."""
    check_statement_id(parameters["StatementId"])
    version = _version(directory, caller, parameters)
    version.policy.check(parameters.get("RevisionId"))
    statement = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": principal(parameters["Principal"], partition(caller.region)),
        "Action": parameters["Action"],
        "Resource": version.arn,
    }
    when = conditions(parameters, _CONDITIONS)
    if when:
        statement["Condition"] = when
    version.policy.add(statement, directory.revision())
    text = json.dumps(statement, separators=(",", ":"))
    return {"Statement": text, "RevisionId": version.policy.revision}


def get_layer_version_policy(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html."""
    policy = _version(directory, caller, parameters).policy
    if not policy.statements:
        raise ResourceNotFound("No policy is associated with the given resource.")
    return {"Policy": policy.text, "RevisionId": policy.revision}


def remove_layer_version_permission(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html."""
    policy = _version(directory, caller, parameters).policy
    policy.check(parameters.get("RevisionId"))
    policy.remove(parameters["StatementId"], directory.revision())
    return {}


def _version(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> LayerVersion:
    layer, number = layer_arn(caller, parameters["LayerName"]), checked_number(parameters)
    version = directory.layers.version(layer, number)
    if version is None or not layer.startswith(caller.arn("lambda", "layer:")):
        raise ResourceNotFound(f"Layer version {layer}:{number} does not exist.")
    return version
