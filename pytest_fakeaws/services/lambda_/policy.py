"""Resource policies of functions and of layers: statements, added and taken away one by one.

See https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import (
    Conflict,
    InvalidParameterValue,
    PolicyTooLong,
    ResourceNotFound,
    StaleRevision,
)
from pytest_fakeaws.services.policies import is_policy

Statement: TypeAlias = dict[str, Any]

_HEAD = {"Version": "2012-10-17", "Id": "default"}
"""What a policy has beside its statements, if they came one by one."""

_ACCOUNT = re.compile(r"\d{12}")
_PRINCIPAL_ARN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):.+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)")


class Policy:
    """The policy of one resource.

    Args:
        reader: The operation that tells its revision, for the error about a stale one.

    Attributes:
        statements: What it says.
        revision: Its revision id; empty while it says nothing.
    """

    def __init__(self, reader: str) -> None:
        self.statements: list[Statement] = []
        self.revision = ""
        self._reader = reader
        self._head: dict[str, Any] = dict(_HEAD)

    @property
    def text(self) -> str:
        """The policy as JSON."""
        return _text({**self._head, "Statement": self.statements})

    def check(self, revision: str | None) -> None:
        """Refuse a change by somebody who knows only an older revision.

        Raises:
            StaleRevision: *revision* is not the newest.
        """
        if revision not in (None, self.revision):
            raise StaleRevision(self._reader)

    def add(self, statement: Statement, revision: str) -> None:
        """Say one thing more.

        Raises:
            Conflict: Something is said under that id.
        """
        sid = statement["Sid"]
        if any(each.get("Sid") == sid for each in self.statements):
            raise Conflict(
                f"The statement id ({sid}) provided already exists. Please provide a new statement "
                "id, or remove the existing statement."
            )
        _check_length(_text({**self._head, "Statement": [*self.statements, statement]}))
        self.statements.append(statement)
        self.revision = revision

    def replace(self, text: str, revision: str) -> None:
        """Say what *text*, a whole policy, says, and nothing else.

        Raises:
            InvalidParameterValue: It is no policy.
            PolicyTooLong: It is too long.
        """
        _check_length(text)
        if not is_policy(text):
            raise InvalidParameterValue("The policy document is invalid.")
        document = json.loads(text)
        statements = document.pop("Statement", [])
        self.statements = statements if isinstance(statements, list) else [statements]
        self._head = document
        self.revision = revision

    def clear(self) -> None:
        """Say nothing."""
        self.statements, self.revision, self._head = [], "", dict(_HEAD)

    def remove(self, sid: str, revision: str) -> None:
        """Say it no more.

        Raises:
            ResourceNotFound: It is not said.
        """
        if not self.statements:
            raise ResourceNotFound("No policy is associated with the given resource.")
        kept = [statement for statement in self.statements if statement.get("Sid") != sid]
        if len(kept) == len(self.statements):
            raise ResourceNotFound(f"Statement {sid} is not found in resource policy.")
        self.statements = kept
        self.revision = revision


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))


def _check_length(text: str) -> None:
    if len(text) > limits.POLICY:
        raise PolicyTooLong(len(text), limits.POLICY)


def principal(given: str, partition: str) -> str | dict[str, str]:
    """How a statement writes the principal that an operation was *given*.

    Raises:
        InvalidParameterValue: It is none.
    """
    if given == "*":
        return given
    if _ACCOUNT.fullmatch(given):
        return {"AWS": f"arn:{partition}:iam::{given}:root"}
    if _PRINCIPAL_ARN.fullmatch(given):
        return {"AWS": given}
    if _SERVICE.fullmatch(given):
        return {"Service": given}
    raise InvalidParameterValue(
        "The provided principal was invalid. Please check the principal and try again."
    )


def conditions(
    given: Mapping[str, Any], kinds: Mapping[str, tuple[str, str]]
) -> dict[str, dict[str, str]]:
    """The conditions among the parameters of an operation.

    Args:
        given: The parameters.
        kinds: The operator and the key that each stands for.
    """
    found: dict[str, dict[str, str]] = {}
    for name, (operator, key) in kinds.items():
        value = given.get(name)
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else value
            found.setdefault(operator, {})[key] = text
    return found
