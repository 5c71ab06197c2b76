"""Access policies of topics: the default one, and statements added and taken away.

See https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pytest_fakeaws.addresses import partition
from pytest_fakeaws.services.policies import is_policy
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.topic import Topic

_ACCOUNT = re.compile(r"\d{12}")

_DEFAULT_ACTIONS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)
GRANTABLE = (
    *_DEFAULT_ACTIONS,
    "GetDataProtectionPolicy",
    "ListTagsForResource",
    "PutDataProtectionPolicy",
    "Receive",
    "TagResource",
    "UntagResource",
)
"""Actions that a statement can be about."""

_FOLDED = frozenset(action.lower() for action in GRANTABLE)

OUT_OF_SCOPE = "Policy statement action out of service scope!"


def policy_of(topic: Topic) -> dict[str, Any]:
    """The policy of *topic*: its own, or the default one."""
    if topic.attributes.policy:
        policy: dict[str, Any] = json.loads(topic.attributes.policy)
        return policy
    return {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [f"SNS:{action}" for action in _DEFAULT_ACTIONS],
                "Resource": topic.arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": topic.place.account}},
            }
        ],
    }


def check_policy(text: str) -> None:
    """Refuse what is no policy of a topic.

    Raises:
        InvalidParameter: It is none, or is about other things.
    """
    if not is_policy(text):
        raise InvalidParameter("Policy Error: null")
    for each in statements(json.loads(text)):
        actions = each.get("Action", [])
        for action in actions if isinstance(actions, list) else [actions]:
            if not _in_scope(str(action)):
                raise InvalidParameter(OUT_OF_SCOPE)


def _in_scope(action: str) -> bool:
    service, _, name = action.lower().rpartition(":")
    wild = "*" in name or "?" in name
    return action == "*" or (service == "sns" and (wild or name in _FOLDED))


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a policy, which need no list if there is only one."""
    found = policy.get("Statement", [])
    return found if isinstance(found, list) else [found]


def statement(
    topic: Topic, label: str, accounts: Sequence[str], actions: Sequence[str]
) -> dict[str, Any]:
    """A statement that lets *accounts* carry out *actions* on *topic*.

    Raises:
        InvalidParameter: An account or an action does not exist.
    """
    for account in accounts:
        if not _ACCOUNT.fullmatch(account):
            raise InvalidParameter("Policy Error: PrincipalNotFound")
    for action in actions:
        if action not in GRANTABLE:
            raise InvalidParameter(OUT_OF_SCOPE)
    prefix = f"arn:{partition(topic.place.region)}:iam::"
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": _one_or_many([f"{prefix}{account}:root" for account in accounts])},
        "Action": _one_or_many([f"SNS:{action}" for action in actions]),
        "Resource": topic.arn,
    }


def _one_or_many(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts
