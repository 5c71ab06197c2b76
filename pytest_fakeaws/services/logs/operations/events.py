"""GetLogEvents and FilterLogEvents."""

from __future__ import annotations

import re
from typing import Any

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.logs import limits
from pytest_fakeaws.services.logs.directory import LogGroup, LogGroups
from pytest_fakeaws.services.logs.errors import InvalidParameter
from pytest_fakeaws.services.logs.operations.pages import bad_token, fitting, limit
from pytest_fakeaws.services.logs.patterns import matcher
from pytest_fakeaws.services.logs.stream import LogStream, StoredEvent
from pytest_fakeaws.services.ports import Parameters, Result

_TOKEN = re.compile(r"([fb])/(\d{56})/s")
_ID = re.compile(r"\d{56}")


def get_log_events(directory: LogGroups, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html."""
    most = limit(parameters, limits.EVENTS_PAGE)
    stream = directory.named(caller, parameters).stream(parameters["logStreamName"])
    start, end = parameters.get("startTime"), parameters.get("endTime")
    events = [
        event
        for event in stream.events()
        if (start is None or event.timestamp >= start) and (end is None or event.timestamp < end)
    ]
    first, last = _span(events, most, parameters)
    return {
        "events": [_plain(event) for event in events[first:last]],
        "nextForwardToken": f"f/{last:056d}/s",
        "nextBackwardToken": f"b/{first:056d}/s",
    }


def _span(events: list[StoredEvent], most: int, parameters: Parameters) -> tuple[int, int]:
    """Where the page begins and ends that a call asks for.

    A token says from where to go on, and in which direction. At the end of a stream there is nothing to go on
    to, and the same token comes back.
    """
    token = parameters.get("nextToken")
    if token is None:
        forward = bool(parameters.get("startFromHead"))
        at = 0 if forward else len(events)
    else:
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise bad_token()
        forward, at = match[1] == "f", min(int(match[2]), len(events))
    if forward:
        return at, at + fitting(events[at:], most)
    return at - fitting(events[:at], most, from_end=True), at


def filter_log_events(directory: LogGroups, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html."""
    most = limit(parameters, limits.EVENTS_PAGE)
    matches = matcher(parameters.get("filterPattern") or "")
    streams = _streams(directory.named(caller, parameters), parameters)
    after = parameters.get("nextToken") or ""
    if after and not _ID.fullmatch(after):
        raise bad_token()
    start, end = parameters.get("startTime"), parameters.get("endTime")
    found = sorted(
        event
        for stream in streams
        for event in stream.events()
        if event.id > after
        and (start is None or event.timestamp >= start)
        and (end is None or event.timestamp <= end)
        and matches(event.message)
    )
    shown = found[: fitting(found, most)]
    answer: Result = {
        "events": [_identified(event) for event in shown],
        "searchedLogStreams": [],
    }
    if len(shown) < len(found):
        answer["nextToken"] = shown[-1].id
    return answer


def _streams(group: LogGroup, parameters: Parameters) -> list[LogStream]:
    names, prefix = parameters.get("logStreamNames"), parameters.get("logStreamNamePrefix")
    if names and prefix:
        raise InvalidParameter("logStreamNamePrefix and logStreamNames are mutually exclusive.")
    if names and len(names) > limits.STREAM_NAMES:
        raise InvalidParameter(
            f"1 validation error detected: Value '[{', '.join(names)}]' at 'logStreamNames' failed "
            f"to satisfy constraint: Member must have length less than or equal to "
            f"{limits.STREAM_NAMES}"
        )
    if names:
        return [group.stream(name) for name in names]
    return [each for name, each in group.streams.items() if name.startswith(prefix or "")]


def _plain(event: StoredEvent) -> dict[str, Any]:
    return {
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.timestamp,
    }


def _identified(event: StoredEvent) -> dict[str, Any]:
    return {"logStreamName": event.stream, **_plain(event), "eventId": event.id}
