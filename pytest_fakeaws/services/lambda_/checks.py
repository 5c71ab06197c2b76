"""Checks against the constraints of Lambda's service model: one answer names all that are broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sized
from typing import Any

from pytest_fakeaws.services.lambda_.errors import Violations


class Checks:
    """Collects what is wrong with a call's parameters.

    Args:
        code: The code of the error.
    """

    def __init__(self, code: str = "ValidationException") -> None:
        self._code = code
        self._found: list[str] = []

    def length(self, parameter: str, value: Sized, longest: int) -> None:
        """*value* has at most so many members or characters."""
        if len(value) > longest:
            self.broken(
                parameter, value, f"Member must have length less than or equal to {longest}"
            )

    def pattern(self, parameter: str, value: str, pattern: re.Pattern[str]) -> None:
        """*value* is of this form."""
        if not pattern.fullmatch(value):
            self.broken(
                parameter,
                value,
                f"Member must satisfy regular expression pattern: {pattern.pattern}",
            )

    def range(self, parameter: str, value: int, bounds: tuple[int, int]) -> None:
        """*value* is between two numbers, both included."""
        low, high = bounds
        if value < low:
            self.broken(parameter, value, f"Member must have value greater than or equal to {low}")
        if value > high:
            self.broken(parameter, value, f"Member must have value less than or equal to {high}")

    def choice(self, parameter: str, value: object, values: Iterable[str]) -> None:
        """*value* is one of *values*."""
        allowed = list(values)
        if value not in allowed:
            self.broken(
                parameter, value, f"Member must satisfy enum value set: [{', '.join(allowed)}]"
            )

    def broken(self, parameter: str, value: Any, constraint: str) -> None:
        """The *value* of *parameter* breaks *constraint*."""
        shown = f"[{', '.join(map(str, value))}]" if isinstance(value, (list, tuple)) else value
        self._found.append(
            f"Value '{shown}' at '{parameter}' failed to satisfy constraint: {constraint}"
        )

    def keys(self, parameter: str, values: Iterable[str], pattern: re.Pattern[str]) -> None:
        """The keys of a map are of this form."""
        if not all(map(pattern.fullmatch, values)):
            self._found.append(
                f"Value at '{parameter}' failed to satisfy constraint: Map keys must satisfy constraint: "
                f"[Member must satisfy regular expression pattern: {pattern.pattern}]"
            )

    def done(self) -> None:
        """Say what was found.

        Raises:
            Violations: Something was.
        """
        if self._found:
            raise Violations(self._code, self._found)
