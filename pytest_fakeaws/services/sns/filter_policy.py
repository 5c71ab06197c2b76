"""Filter policies: which of a topic's messages a subscription gets.

See https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pytest_fakeaws.services.patterns.dialects import SNS
from pytest_fakeaws.services.patterns.pattern import Pattern
from pytest_fakeaws.services.patterns.tokens import InvalidPattern
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.errors import InvalidParameter

MESSAGE_ATTRIBUTES = "MessageAttributes"
MESSAGE_BODY = "MessageBody"
SCOPES = (MESSAGE_BODY, MESSAGE_ATTRIBUTES)

_EMPTY = re.compile(r"\s*(?:\{\s*\})?\s*")

_SNIPPET = 500
"""Characters of a policy that AWS's errors repeat."""


class FilteredMessage(dict[str, dict[str, Any]]):
    """What filter policies look at in a message, by their scope: read once, for all subscriptions.

    There is something for every scope; empty if a policy has nothing to look at.

    Args:
        attributes: Its attributes, as they were published.
        text: The message.
    """

    __slots__ = ("attributes", "text")

    def __init__(self, attributes: Mapping[str, Mapping[str, Any]], text: str) -> None:
        super().__init__()
        self.attributes = attributes
        self.text = text

    def __missing__(self, scope: str) -> dict[str, Any]:
        by_attributes = scope == MESSAGE_ATTRIBUTES
        document = _of_attributes(self.attributes) if by_attributes else _of_body(self.text)
        self[scope] = document
        return document


class Verdict(NamedTuple):
    """Whether a subscription gets a message, and why.

    Attributes:
        accepted: Whether it gets it.
        reason: Which keys decided, with what they are and what is wanted.
    """

    accepted: bool
    reason: str

    def __bool__(self) -> bool:
        return self.accepted

    def __str__(self) -> str:
        return f"{'let through' if self.accepted else 'kept out'}: {self.reason}"


class Objection:
    """Why a policy keeps a message out: put into words when somebody reads it.

    Args:
        policy: The policy.
        message: What it keeps out.
    """

    __slots__ = ("_message", "_policy")

    def __init__(self, policy: FilterPolicy, message: FilteredMessage) -> None:
        self._policy = policy
        self._message = message

    def __str__(self) -> str:
        return self._policy.explain(self._message).reason

    def __repr__(self) -> str:
        return repr(str(self))

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class FilterPolicy:
    """The filter policy of one subscription.

    Args:
        pattern: What it says.
        scope: `MessageAttributes` or `MessageBody`.
    """

    __slots__ = ("_matches", "_pattern", "_scope")

    def __init__(self, pattern: Pattern, scope: str) -> None:
        self._pattern = pattern
        self._scope = scope
        self._matches = pattern.matcher

    @classmethod
    def parse(
        cls, text: str, scope: str = MESSAGE_ATTRIBUTES, *, prefix: str = ""
    ) -> FilterPolicy | None:
        """The policy that a caller wrote; `None` for one that lets everything through.

        Args:
            text: Its JSON.
            scope: `MessageAttributes` or `MessageBody`.
            prefix: How AWS's errors about it begin.

        Raises:
            InvalidParameter: AWS would refuse it.
        """
        if scope not in SCOPES:
            raise InvalidParameter(
                f"{prefix}FilterPolicyScope: Invalid value [{scope}]. Please use either "
                f"{' or '.join(SCOPES)}"
            )
        if _EMPTY.fullmatch(text):
            return None
        if len(text.encode()) > limits.FILTER_POLICY_SIZE:
            raise InvalidParameter(f"{prefix}FilterPolicy: Filter policy is too large")
        try:
            pattern = Pattern(text, SNS)
        except InvalidPattern as error:
            raise InvalidParameter(f"{prefix}FilterPolicy: {_located(error)}") from None
        _check(pattern, scope, prefix)
        return cls(pattern, scope)

    def accepts(self, message: FilteredMessage) -> bool:
        """Whether the subscription gets *message*."""
        document = message[self._scope]
        return bool(document) and self._matches(document, document)

    def explain(self, message: FilteredMessage) -> Verdict:
        """Why the subscription gets *message*, or does not."""
        document = message[self._scope]
        if not document:
            return Verdict(accepted=False, reason=self._nothing_in(message))
        explanation = self._pattern.explain(document)
        reasons = [str(finding) for finding in explanation.findings]
        if not explanation.accepted:
            reasons += self._elsewhere(message)
        return Verdict(explanation.accepted, "; ".join(reasons))

    def _nothing_in(self, message: FilteredMessage) -> str:
        if self._scope == MESSAGE_BODY:
            return "the message is no JSON object with keys, and the scope is MessageBody"
        hints = ["the message has no attributes to filter by", *self._elsewhere(message)]
        return "; ".join(hints)

    def _elsewhere(self, message: FilteredMessage) -> list[str]:
        """A word about a policy that would match in the other scope: a mistake often made."""
        other = MESSAGE_BODY if self._scope == MESSAGE_ATTRIBUTES else MESSAGE_ATTRIBUTES
        if not FilterPolicy(self._pattern, other).accepts(message):
            return []
        return [f"FilterPolicyScope {other} would let it through, this one is {self._scope}"]


def _check(pattern: Pattern, scope: str, prefix: str) -> None:
    if pattern.nested and scope == MESSAGE_ATTRIBUTES:
        raise InvalidParameter(
            f"{prefix}Filter policy scope MessageAttributes does not support nested filter policy"
        )
    if pattern.keys > limits.FILTER_POLICY_KEYS:
        raise InvalidParameter(
            f"{prefix}FilterPolicy: Filter policy can not have more than "
            f"{limits.FILTER_POLICY_KEYS} keys"
        )
    if pattern.combinations > limits.FILTER_POLICY_COMBINATIONS:
        raise InvalidParameter(f"{prefix}FilterPolicy: Filter policy is too complex")


def _located(error: InvalidPattern) -> str:
    """The error with its place, as AWS's parser tells it."""
    left_off = len(error.source) - _SNIPPET
    cut = f"[truncated {left_off} chars]" if left_off > 0 else ""
    source = f'(String)"{error.source[:_SNIPPET]}"{cut}'
    return f"{error.reason}\n at [Source: {source}; line: {error.line}, column: {error.column}]"


def _of_body(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _of_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The values of attributes by name, but for those that policies do not look at."""
    document = {}
    for name, attribute in attributes.items():
        read = _READERS.get(_base_of(attribute["DataType"]))
        if read is not None:
            document[name] = read(attribute["StringValue"])
    return document


def _base_of(data_type: str) -> str:
    """The type without the label that a publisher may give it."""
    return data_type if data_type == _ARRAY else data_type.partition(".")[0]


def _number(text: str) -> int | float | str:
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        return text


def _array(text: str) -> Any:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return values if isinstance(values, list) else text


_ARRAY = "String.Array"
_READERS: Mapping[str, Callable[[str], Any]] = {"String": str, "Number": _number, _ARRAY: _array}
"""How the value of an attribute is read, by the type's base. Binary ones are not looked at."""
