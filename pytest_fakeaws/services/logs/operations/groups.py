"""DescribeLogGroups: the groups of others first, those of functions after them."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.logs import limits
from pytest_fakeaws.services.logs.directory import LogGroup, LogGroups, name_in
from pytest_fakeaws.services.logs.errors import InvalidParameter
from pytest_fakeaws.services.logs.operations.pages import bad_token, limit
from pytest_fakeaws.services.ports import Parameters, Result

_MARK = "of-functions/"
"""How a token begins with which the groups of functions go on."""


def is_ours(parameters: Parameters) -> bool:
    """Whether a call asks only for groups of functions: for more of them."""
    return str(parameters.get("nextToken", "")).startswith(_MARK)


def describe_log_groups(directory: LogGroups, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html."""
    token = parameters.get("nextToken")
    if token is not None and not is_ours(parameters):
        raise bad_token()
    after = token.removeprefix(_MARK) if token else ""
    answer: Result = {"logGroups": []}
    _extend(directory, caller, parameters, answer, after)
    return answer


def add_log_groups(
    directory: LogGroups, caller: Place, parameters: Parameters, answer: Result
) -> None:
    """Let the groups of functions follow the last group that somebody else has answered."""
    listed = answer.setdefault("logGroups", [])
    own = {group.name for group in directory.groups(caller)}
    listed[:] = [group for group in listed if group.get("logGroupName") not in own]
    if not answer.get("nextToken"):
        _extend(directory, caller, parameters, answer, "")


def _extend(
    directory: LogGroups, caller: Place, parameters: Parameters, answer: Result, after: str
) -> None:
    listed = answer["logGroups"]
    room = limit(parameters, limits.LIST_PAGE) - len(listed)
    found = [
        group
        for group in directory.groups(caller)
        if group.name > after and _matches(group.name, parameters)
    ]
    shown = found[: max(0, room)]
    listed += [_shown(group) for group in shown]
    if len(shown) < len(found):
        answer["nextToken"] = _MARK + (shown[-1].name if shown else after)


def _matches(name: str, parameters: Parameters) -> bool:
    prefix, pattern = parameters.get("logGroupNamePrefix"), parameters.get("logGroupNamePattern")
    if prefix and pattern:
        raise InvalidParameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive."
        )
    names = parameters.get("logGroupIdentifiers")
    return (
        name.startswith(prefix or "")
        and (pattern or "").lower() in name.lower()
        and parameters.get("logGroupClass", "STANDARD") == "STANDARD"
        and (not names or name in map(name_in, names))
    )


def _shown(group: LogGroup) -> dict[str, Any]:
    return {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": f"{group.arn}:*",
        "storedBytes": 0,
        "logGroupClass": "STANDARD",
        "logGroupArn": group.arn,
    }
