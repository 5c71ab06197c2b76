"""DescribeLogStreams."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.logs import limits
from pytest_fakeaws.services.logs.directory import LogGroup, LogGroups
from pytest_fakeaws.services.logs.errors import InvalidParameter
from pytest_fakeaws.services.logs.operations.pages import bad_token, limit
from pytest_fakeaws.services.logs.stream import LogStream
from pytest_fakeaws.services.ports import Parameters, Result

_ORDERS = ("LogStreamName", "LastEventTime")


def describe_log_streams(directory: LogGroups, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html."""
    order = parameters.get("orderBy") or _ORDERS[0]
    prefix = parameters.get("logStreamNamePrefix") or ""
    if order not in _ORDERS:
        raise InvalidParameter(
            f"1 validation error detected: Value '{order}' at 'orderBy' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(_ORDERS)}]"
        )
    if prefix and order == "LastEventTime":
        raise InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
    most = limit(parameters, limits.LIST_PAGE)
    group = directory.named(caller, parameters)
    streams = [
        _shown(group, each) for name, each in group.streams.items() if name.startswith(prefix)
    ]
    key = "logStreamName" if order == "LogStreamName" else "lastEventTimestamp"
    streams.sort(key=lambda stream: (stream[key], stream["logStreamName"]))
    if parameters.get("descending"):
        streams.reverse()
    start = _start(streams, parameters.get("nextToken"))
    answer: Result = {"logStreams": streams[start : start + most]}
    if start + most < len(streams):
        answer["nextToken"] = answer["logStreams"][-1]["logStreamName"]
    return answer


def _start(streams: list[dict[str, Any]], token: str | None) -> int:
    """Where the page begins that *token* asks for: after the stream that it names."""
    if token is None:
        return 0
    for index, stream in enumerate(streams):
        if stream["logStreamName"] == token:
            return index + 1
    raise bad_token()


def _shown(group: LogGroup, stream: LogStream) -> dict[str, Any]:
    events = stream.events()
    return {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "firstEventTimestamp": events[0].timestamp,
        "lastEventTimestamp": events[-1].timestamp,
        "lastIngestionTime": events[-1].timestamp,
        "uploadSequenceToken": f"{len(events):056d}",
        "arn": f"{group.arn}:log-stream:{stream.name}",
        "storedBytes": 0,
    }
