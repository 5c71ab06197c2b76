"""Resource policies: who may do what with a queue, a topic or a function.

Inside one account everything is allowed unless a statement denies it; across accounts a statement must
allow it. See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.errors import NotSimulated

_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:(?:iam|sts)::)?(\d{12})(?::.*)?")


class Request(NamedTuple):
    """What a policy is asked.

    Attributes:
        account: The account that calls.
        action: The operation, such as `sqs:SendMessage`.
        resource: The ARN that it is about.
        context: Condition keys in lower case, such as `aws:sourcearn`.
        service: The principal of the service that asks, if one does, such as `sns.amazonaws.com`.
    """

    account: str
    action: str
    resource: str
    context: Mapping[str, str]
    service: str = ""

    @property
    def principal(self) -> str:
        """Who asks, as AWS's errors call it."""
        return self.service or f"arn:aws:iam::{self.account}:root"


def context_of(account: str) -> dict[str, str]:
    """The condition keys of a call that *account* makes itself."""
    return {
        "aws:principalaccount": account,
        "aws:principalarn": f"arn:aws:iam::{account}:root",
        "aws:securetransport": "true",
    }


class Guard(NamedTuple):
    """How strictly policies are read.

    Attributes:
        strict: Whether services, too, need a policy that allows them, as in AWS. If not, they may what
            the account may for which they ask.
    """

    strict: bool = False

    def request(self, account: str, action: str, resource: str, source: str = "") -> Request:
        """What an account wants, or a service for a resource of it.

        Args:
            account: The account.
            action: The operation.
            resource: The ARN that it is about.
            source: The ARN of the resource for which a service asks, if one does.
        """
        arn = Arn.parse(source)
        if arn is None:
            return Request(account, action, resource, context_of(account))
        service = f"{arn.service}.amazonaws.com"
        context = {
            "aws:sourcearn": source,
            "aws:sourceaccount": arn.account,
            "aws:principalisawsservice": "true",
            "aws:principalservicename": service,
            "aws:securetransport": "true",
        }
        if self.strict:
            return Request("", action, resource, context, service)
        return Request(account, action, resource, {**context_of(account), **context}, service)


LENIENT = Guard()
"""Inside an account everything is allowed."""


def permits(policy: str | None, owner: str, request: Request) -> bool:
    """Whether a resource of *owner* with this *policy* lets *request* through.

    Args:
        policy: The JSON text, or nothing.
        owner: The account that the resource belongs to.
        request: Who wants what.

    Raises:
        NotSimulated: A statement that decides has a condition of a kind that is not simulated.
    """
    statements = _statements(policy)

    def says(effect: str) -> bool:
        return any(
            statement.get("Effect") == effect and _applies(statement, request)
            for statement in statements
        )

    return not says("Deny") and (request.account == owner or says("Allow"))


def is_policy(text: str) -> bool:
    """Whether *text* is one: statements that allow or deny, with conditions by operator and key."""
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(policy, dict) and all(map(_is_statement, _listed(policy)))


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    conditions = statement.get("Condition", {})
    return isinstance(conditions, dict) and all(
        isinstance(keys, dict) for keys in conditions.values()
    )


def _statements(policy: str | None) -> list[dict[str, Any]]:
    return _listed(json.loads(policy)) if policy else []


def _listed(policy: dict[str, Any]) -> list[Any]:
    """The statements of a policy, which need no list if there is only one."""
    statements = policy.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _applies(statement: dict[str, Any], request: Request) -> bool:
    return (
        _is_by_principal(statement, request)
        and _names(statement, "Action", lambda text: _matches(request.action, text, folded=True))
        and _names(statement, "Resource", lambda text: _matches(request.resource, text))
        and all(
            _condition_holds(operator, key, wanted, request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _names(statement: dict[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    """Whether an element of a statement, or its negation, covers the request."""
    if f"Not{element}" in statement:
        return not any(map(matches, _texts(statement[f"Not{element}"])))
    if element not in statement:
        return element == "Resource"  # a resource's own policy is about that resource
    return any(map(matches, _texts(statement[element])))


def _texts(value: Any) -> Iterator[str]:
    """The texts in an element: one, or a list."""
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    else:
        yield str(value)


def _is_by_principal(statement: dict[str, Any], request: Request) -> bool:
    """Whether a statement is about who asks."""
    if "NotPrincipal" in statement:
        return not _includes(statement["NotPrincipal"], request)
    return _includes(statement.get("Principal", []), request)


def _includes(principals: Any, request: Request) -> bool:
    """Whether principals, all of them or lists by kind, include who asks."""
    kinds = principals if isinstance(principals, dict) else {"AWS": principals}
    services = _texts(kinds.get("Service", []))
    return any(_is_account(text, request.account) for text in _texts(kinds.get("AWS", []))) or (
        bool(request.service) and any(text in ("*", request.service) for text in services)
    )


def _is_account(text: str, account: str) -> bool:
    match = _ACCOUNT.fullmatch(text)
    return text == "*" or (match is not None and match[1] == account)


def _matches(value: str, pattern: str, *, folded: bool = False) -> bool:
    if folded:
        value, pattern = value.lower(), pattern.lower()
    # "[" is an ordinary character in a policy.
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _condition_holds(operator: str, key: str, wanted: Any, context: Mapping[str, str]) -> bool:
    name = operator.removesuffix("IfExists")
    actual = context.get(key.lower())
    texts = list(_texts(wanted))
    negated = "Not" in name
    positive = name.replace("Not", "")
    if positive not in _OPERATORS:
        raise NotSimulated(f"The condition operator {operator} of a policy")
    if actual is None:
        return negated or name != operator
    return any(_OPERATORS[positive](actual, text) for text in texts) is not negated


_OPERATORS: Mapping[str, Any] = {
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringLike": _matches,
    "ArnEquals": _matches,
    "ArnLike": _matches,
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
}
"""See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html."""
