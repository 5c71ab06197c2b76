"""What a call names: a function, at one of its versions, by one of its names."""

from __future__ import annotations

from typing import Protocol

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.references import LATEST


class Target:
    """What a call names, found.

    Args:
        latest: The function, at its latest version.
        function: The version that is meant.
        arn: Its ARN, as the call has it.
    """

    __slots__ = ("arn", "function", "latest")

    def __init__(self, latest: Function, function: Function, arn: str) -> None:
        self.latest = latest
        self.function = function
        self.arn = arn

    @property
    def qualified_arn(self) -> str:
        """The same with a version or an alias: without one the latest version is meant."""
        return f"{self.arn}:{LATEST}" if self.arn == self.latest.arn else self.arn

    @property
    def qualifier(self) -> str | None:
        """The version or alias that the call names, if it does."""
        return self.arn.removeprefix(self.latest.arn)[1:] or None


class TargetFinder(Protocol):
    """Finds what somebody names."""

    def __call__(
        self,
        caller: Place,
        reference: str,
        qualifier: str | None = None,
        *,
        operation: str = "InvokeFunction",
        source: str = "",
    ) -> Target:
        """What *caller* means by a name, a partial ARN or an ARN; an alias is led anew for an invocation.

        Args:
            caller: Who names it.
            reference: How.
            qualifier: The version or alias.
            operation: What for.
            source: The ARN of the resource for which a service does, if one does.

        Raises:
            FunctionNotFound: There is no such function, version or alias.
        """
