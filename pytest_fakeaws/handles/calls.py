"""Calls: what reached AWS, attempt by attempt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pytest_fakeaws.errors import UnknownOption, closest
from pytest_fakeaws.journal.entries import CallAnswered
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.sim.instants import to_datetime


@dataclass(frozen=True)
class Call:
    """An attempt at an API call.

    Attributes:
        service: The service, as boto3 names it.
        operation: The operation, in AWS's spelling.
        attempt: 1, or more for one that the client made anew by itself.
        error: AWS's error code, how the connection broke, or `None` for success.
        at: When it was answered.
    """

    service: str
    operation: str
    attempt: int
    error: str | None
    at: datetime


class Calls(tuple[Call, ...]):
    """Calls in the order of their answers."""

    __slots__ = ()

    @classmethod
    def of(cls, journal: Journal) -> Calls:
        """Those that *journal* knows."""
        return cls(_calls(journal))

    def filter(self, service: str | None = None, operation: str | None = None) -> Calls:
        """Those of a service, of an operation, or both.

        Args:
            service: As boto3 names it: `"sqs"`.
            operation: As AWS or as boto3 spells it: `"SendMessage"`, `"send_message"`.

        Raises:
            UnknownOption: There is no such service here.

        Example:
            >>> import boto3
            >>> from pytest_fakeaws import FakeAWS
            >>> with FakeAWS() as aws:
            ...     _ = boto3.client("sqs").create_queue(QueueName="orders")
            ...     [call.error for call in aws.calls.filter("sqs", "create_queue")]
            [None]
        """
        if service is not None and service not in SERVICES:
            raise UnknownOption(
                f"There is no service {service!r} here.",
                f"Simulated are: {', '.join(SERVICES)}.",
                closest(service, SERVICES),
            )
        wanted = None if operation is None else _plain(operation)
        return Calls(
            call
            for call in self
            if service in {None, call.service} and wanted in {None, _plain(call.operation)}
        )

    @property
    def errors(self) -> list[str | None]:
        """The errors, in the same order; `None` for each success."""
        return [call.error for call in self]


SERVICES = ("lambda", "logs", "sns", "sqs")


def _calls(journal: Journal) -> Iterator[Call]:
    for entry in journal:
        fact = entry.fact
        if type(fact) is CallAnswered:
            at = to_datetime(entry.at)
            yield Call(fact.service, fact.operation, fact.attempt, fact.error, at)


def _plain(operation: str) -> str:
    return operation.replace("_", "").lower()
