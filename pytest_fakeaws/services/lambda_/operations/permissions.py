"""Operations on who may use a function: statements of its resource policy, by id."""

from __future__ import annotations

import json
import re

from pytest_fakeaws.addresses import Place, partition
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.errors import (
    AccessDenied,
    FunctionElsewhere,
    FunctionNotFound,
    InvalidParameterValue,
    MappingNotFound,
    ResourceNotFound,
)
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.policy import Policy, conditions, principal
from pytest_fakeaws.services.lambda_.references import LATEST, Reference, referred
from pytest_fakeaws.services.policies import LENIENT
from pytest_fakeaws.services.ports import Parameters, Result

_STATEMENT_ID = re.compile(r"([a-zA-Z0-9-_]+)")
_FORMS = {
    "Action": re.compile(r"(lambda:[*]|lambda:[a-zA-Z]+|[*])"),
    "SourceArn": re.compile(
        r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
        r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
    ),
    "EventSourceToken": re.compile(r"[a-zA-Z0-9._\-]+"),
    "SourceAccount": re.compile(r"\d{12}"),
    "PrincipalOrgID": re.compile(r"o-[a-z0-9]{10,32}"),
}
"""What parameters must look like."""

_ALIAS = re.compile(r"(?![0-9]+$)[a-zA-Z0-9-_]+")

_CONDITIONS = {
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def add_permission(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html."""
    check_statement_id(parameters["StatementId"])
    _check(parameters)
    reference = _reference(caller, parameters)
    if reference.qualifier == LATEST:
        raise InvalidParameterValue("We currently do not support adding policies for $LATEST.")
    who = principal(parameters["Principal"], partition(caller.region))
    function = own_function(directory, caller, reference, "AddPermission")
    if function is None:
        raise FunctionNotFound(reference.function_arn)
    check_exists(function, reference)
    policy = function.policies.get(reference.qualifier) or Policy("GetPolicy")
    policy.check(parameters.get("RevisionId"))
    statement = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": who,
        "Action": parameters["Action"],
        "Resource": reference.arn,
    }
    when = conditions(parameters, _CONDITIONS)
    if when:
        statement["Condition"] = when
    policy.add(statement, directory.revision())
    function.policies[reference.qualifier] = policy
    return {"Statement": json.dumps(statement, separators=(",", ":"))}


def remove_permission(
    directory: FunctionDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html."""
    reference = _reference(caller, parameters)
    function = own_function(directory, caller, reference, "RemovePermission")
    if function is None:
        raise ResourceNotFound(f"No policy found for: {reference.arn}")
    check_exists(function, reference)
    policy = function.policies.get(reference.qualifier) or Policy("GetPolicy")
    policy.check(parameters.get("RevisionId"))
    policy.remove(parameters["StatementId"], directory.revision())
    return {}


def get_policy(directory: FunctionDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html."""
    reference = _reference(caller, parameters)
    function = own_function(directory, caller, reference, "GetPolicy")
    policy = function.policies.get(reference.qualifier) if function is not None else None
    if policy is None or not policy.statements:
        raise MappingNotFound
    return {"Policy": policy.text, "RevisionId": policy.revision}


def check_statement_id(sid: str) -> None:
    """Refuse what is no id of a statement.

    Raises:
        Violations: It is none.
    """
    checks = Checks()
    checks.length("statementId", sid, limits.STATEMENT_ID_LENGTH)
    checks.pattern("statementId", sid, _STATEMENT_ID)
    checks.done()


def _check(parameters: Parameters) -> None:
    checks = Checks()
    for name, pattern in _FORMS.items():
        if parameters.get(name):
            checks.pattern(f"{name[0].lower()}{name[1:]}", parameters[name], pattern)
    if parameters.get("FunctionUrlAuthType"):
        checks.choice("functionUrlAuthType", parameters["FunctionUrlAuthType"], ("NONE", "AWS_IAM"))
    checks.done()


def _reference(caller: Place, parameters: Parameters) -> Reference:
    return referred(caller, parameters["FunctionName"], parameters.get("Qualifier"))


def own_function(
    directory: FunctionDirectory, caller: Place, reference: Reference, operation: str
) -> Function | None:
    """The function of the caller's that is meant, if it exists."""
    if reference.place.region != caller.region:
        raise FunctionElsewhere(reference.place.region, caller.region)
    if reference.place.account != caller.account:
        principal = LENIENT.request(caller.account, "", "").principal
        raise AccessDenied(principal, f"lambda:{operation}", reference.function_arn)
    return directory.named(reference.place, reference.name)


def check_exists(function: Function, reference: Reference) -> None:
    """Refuse a version or an alias that *function* does not have.

    Raises:
        ResourceNotFound: It has no such alias.
        FunctionNotFound: It has no such version.
    """
    qualifier = reference.qualifier
    if qualifier is None or qualifier in function.aliases or qualifier in function.versions:
        return
    if _ALIAS.fullmatch(qualifier):
        raise ResourceNotFound(f"Cannot find alias arn: {reference.arn}")
    raise FunctionNotFound(reference.arn)
