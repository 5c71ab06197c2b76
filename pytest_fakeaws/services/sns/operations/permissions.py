"""AddPermission and RemovePermission: statements of a topic's access policy."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.permissions import policy_of, statement, statements
from pytest_fakeaws.services.sns.topic import Topic

_LABEL = re.compile(r"[A-Za-z0-9_-]+")


def add_permission(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "AddPermission")
    label = parameters["Label"]
    if not _LABEL.fullmatch(label):
        raise InvalidParameter("Label")
    for name in ("AWSAccountId", "ActionName"):
        if not parameters[name]:
            raise InvalidParameter(f"{name} Reason: no value for required parameter")
    added = statement(topic, label, parameters["AWSAccountId"], parameters["ActionName"])
    policy = policy_of(topic)
    before = statements(policy)
    if any(each.get("Sid") == label for each in before):
        raise InvalidParameter("Statement already exists")
    _replace(topic, {**policy, "Statement": [*before, added]})
    return {}


def remove_permission(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "RemovePermission")
    policy = policy_of(topic)
    before = statements(policy)
    kept = [each for each in before if each.get("Sid") != parameters["Label"]]
    if len(kept) < len(before):
        _replace(topic, {**policy, "Statement": kept})
    return {}


def _replace(topic: Topic, policy: dict[str, Any]) -> None:
    topic.attributes.set({"Policy": json.dumps(policy, separators=(",", ":"))})
