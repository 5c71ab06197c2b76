"""The operations of all services: what a call by AWS's names leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MethodType
from typing import Any, NamedTuple

from pytest_fakeaws.services.ports import Operation


class Service(NamedTuple):
    """A service whose operations can be called.

    Attributes:
        directory: Returns what its operations work on.
        table: Imports its operations, by AWS's names; called when the first of them is.
    """

    directory: Callable[[], Any]
    table: Callable[[], Mapping[str, Callable[..., Any]]]


class Operations(dict[tuple[str, str], Operation]):
    """Operations by service and name, each made when it is first asked for.

    Most tests call a few of some two hundred, and a fake is made for each of them.

    Args:
        services: By the names of botocore's events.

    Raises:
        KeyError: There is no such operation.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        super().__init__()
        self._services = services

    def __missing__(self, key: tuple[str, str]) -> Operation:
        service, name = key
        directory, table = self._services[service]
        operation = self[key] = MethodType(table()[name], directory())
        return operation

    def __contains__(self, key: object) -> bool:
        return key in self.names()

    def names(self) -> list[tuple[str, str]]:
        """Everything that can be called, in the order of the services' tables."""
        return [
            (service, name) for service, found in self._services.items() for name in found.table()
        ]
