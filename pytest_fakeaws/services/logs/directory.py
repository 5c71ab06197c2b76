"""The log groups of functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.logs.errors import GroupNotFound, InvalidParameter, StreamNotFound
from pytest_fakeaws.services.logs.stream import LogStream
from pytest_fakeaws.services.ports import Clock, Parameters
from pytest_fakeaws.sim.instants import Instant

_ARN = re.compile(r"log-group:([^:]+)(?::.*)?")


class LogGroup:
    """One group.

    Args:
        place: The account and region it lives in.
        name: Its name.
        created_at: When it was first written to.

    Attributes:
        streams: Its streams by name, oldest first.
    """

    def __init__(self, place: Place, name: str, created_at: Instant) -> None:
        self.name = name
        self.arn = place.arn("logs", f"log-group:{name}")
        self.created = created_at // 1_000
        self.streams: dict[str, LogStream] = {}

    def stream(self, name: str) -> LogStream:
        """The stream of this name.

        Raises:
            StreamNotFound: There is none.
        """
        try:
            return self.streams[name]
        except KeyError:
            raise StreamNotFound from None


class LogGroups:
    """All groups there are.

    A group comes into being when a function first writes to it, and outlives the function.

    Args:
        now: Reads the clock.
        of_functions: The names of the groups that the functions of a place write to, or will.
    """

    def __init__(self, now: Clock, of_functions: Callable[[Place], Iterable[str]]) -> None:
        self._now = now
        self._of_functions = of_functions
        self._groups: dict[Place, dict[str, LogGroup]] = {}

    def open_stream(self, place: Place, group: str, name: str) -> LogStream:
        """A new stream, in a group that may be new as well."""
        now, groups = self._now(), self._groups.setdefault(place, {})
        if group not in groups:
            groups[group] = LogGroup(place, group, now)
        streams = groups[group].streams
        stream = streams[name] = LogStream(name, len(streams), now)
        return stream

    def groups(self, place: Place) -> list[LogGroup]:
        """The groups of *place*, by name."""
        return [group for _, group in sorted(self._groups.get(place, {}).items())]

    def named(self, caller: Place, parameters: Parameters) -> LogGroup:
        """The group that a call names, or that its identifier does.

        Raises:
            GroupNotFound: There is none.
            InvalidParameter: The call names none, or in two ways.
        """
        name: str | None = parameters.get("logGroupName")
        identifier: str | None = parameters.get("logGroupIdentifier")
        given = name or identifier
        if given is None or (name and identifier):
            raise InvalidParameter(
                "Exactly one of LogGroupName and LogGroupIdentifier must be specified."
            )
        found = self._groups.get(_place(caller, given), {}).get(name_in(given))
        if found is None:
            raise GroupNotFound
        return found

    def claims(self, caller: Place, operation: str, parameters: Parameters) -> bool:
        """Whether a call is about a group that functions write to."""
        return any(
            name in self._groups.get(place, ()) or name in self._of_functions(place)
            for place, name in _mentioned(caller, parameters)
        )


def name_in(identifier: str) -> str:
    """The name in the identifier of a group, which is a name or an ARN."""
    arn = Arn.parse(identifier)
    match = _ARN.fullmatch(arn.resource) if arn is not None else None
    return match[1] if match else identifier


def _place(caller: Place, identifier: str) -> Place:
    arn = Arn.parse(identifier)
    return arn.place if arn is not None else caller


_MEMBERS = (
    "logGroupName",
    "logGroupIdentifier",
    "logGroupNames",
    "logGroupIdentifiers",
    "logGroupArn",
    "logGroupArnList",
    "resourceArn",
    "resourceIdentifier",
)
"""The parameters in which the operations of CloudWatch Logs name groups."""


def _mentioned(caller: Place, parameters: Parameters) -> list[tuple[Place, str]]:
    named: list[Any] = []
    for member in _MEMBERS:
        value = parameters.get(member)
        named += value if isinstance(value, (list, tuple)) else [value]
    return [(_place(caller, each), name_in(each)) for each in named if isinstance(each, str)]
