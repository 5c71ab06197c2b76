"""Operations on who may use a queue: statements of its access policy, by label."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.directory import OWNERS_ONLY, QueueDirectory
from pytest_fakeaws.services.sqs.errors import (
    InvalidParameterValue,
    MissingParameter,
    TooManyActions,
)
from pytest_fakeaws.services.sqs.queue import Queue

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
_GRANTABLE = (
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
)


def add_permission(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "AddPermission")
    label = parameters["Label"]
    policy = _policy(queue)
    if not _LABEL.fullmatch(label):
        raise InvalidParameterValue(
            label,
            "Label",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
        )
    if any(statement.get("Sid") == label for statement in policy["Statement"]):
        raise InvalidParameterValue(label, "Label", "Already exists.")
    policy["Statement"].append(
        {
            "Sid": label,
            "Effect": "Allow",
            "Principal": {"AWS": _one_or_many(_principals(parameters["AWSAccountIds"]))},
            "Action": _one_or_many(_actions(parameters["Actions"])),
            "Resource": queue.arn,
        }
    )
    _replace(directory, queue, policy)
    return {}


def remove_permission(directory: QueueDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html."""
    queue = directory.reach(caller, parameters["QueueUrl"], "RemovePermission")
    policy = _policy(queue)
    label = parameters["Label"]
    kept = [statement for statement in policy["Statement"] if statement.get("Sid") != label]
    if len(kept) == len(policy["Statement"]):
        raise InvalidParameterValue(label, "Label", "can't find label on existing policy.")
    _replace(directory, queue, {**policy, "Statement": kept} if kept else None)
    return {}


def _policy(queue: Queue) -> dict[str, Any]:
    if queue.attributes.policy:
        policy: dict[str, Any] = json.loads(queue.attributes.policy)
        statements = policy.get("Statement", [])
        return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}
    return {"Version": "2008-10-17", "Id": f"{queue.arn}/SQSDefaultPolicy", "Statement": []}


def _replace(directory: QueueDirectory, queue: Queue, policy: dict[str, Any] | None) -> None:
    directory.change(queue, {"Policy": json.dumps(policy) if policy else ""})


def _principals(accounts: list[str]) -> list[str]:
    if not accounts:
        raise MissingParameter("AWSAccountIds")
    for account in accounts:
        if not re.fullmatch(r"\d{12}", account):
            raise InvalidParameterValue(
                accounts, "PrincipalId", "Unable to verify the existence of the account."
            )
    return [f"arn:aws:iam::{account}:root" for account in accounts]


def _actions(actions: list[str]) -> list[str]:
    if not actions:
        raise MissingParameter("Actions")
    if len(actions) > limits.PERMISSION_ACTIONS:
        raise TooManyActions(len(actions))
    for action in actions:
        if action in OWNERS_ONLY or action not in _GRANTABLE:
            raise InvalidParameterValue(
                f"SQS:{action}",
                "ActionName",
                "Only the queue owner is allowed to invoke this action.",
            )
    return [f"SQS:{action}" for action in actions]


def _one_or_many(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts
