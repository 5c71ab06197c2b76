"""The operations of CloudWatch Logs on the groups of functions, and who answers which call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.logs.directory import LogGroups
from pytest_fakeaws.services.logs.operations import events, groups, streams
from pytest_fakeaws.services.ports import Parameters, Result, SharedService

OPERATIONS: dict[str, Callable[[LogGroups, Place, Parameters], Result]] = {
    "DescribeLogGroups": groups.describe_log_groups,
    "DescribeLogStreams": streams.describe_log_streams,
    "GetLogEvents": events.get_log_events,
    "FilterLogEvents": events.filter_log_events,
}


def shared(directory: LogGroups) -> SharedService:
    """CloudWatch Logs, shared with whoever fakes all other groups."""

    def claims(caller: Place, operation: str, parameters: Parameters) -> bool:
        if operation == "DescribeLogGroups":
            return groups.is_ours(parameters)
        return directory.claims(caller, operation, parameters)

    return SharedService(claims, {"DescribeLogGroups": partial(groups.add_log_groups, directory)})
