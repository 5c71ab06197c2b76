"""A fault, as the test that has asked for it holds it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from pytest_fakeaws.faults.rules import Rule


class Fault:
    """Something that goes wrong on purpose, until it is stopped; as a context manager, for a block.

    Args:
        rules: What it consists of.
        remove: Takes them away.
    """

    def __init__(self, rules: tuple[Rule, ...], remove: Callable[[], None]) -> None:
        self._rules = rules
        self._remove = remove

    @property
    def hits(self) -> int:
        """How often it has struck."""
        return sum(rule.hits for rule in self._rules)

    def stop(self) -> None:
        """Let nothing go wrong any more because of it."""
        self._remove()

    def __enter__(self) -> Fault:  # noqa: PYI034 - see FakeAWS
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        told = "; ".join(dict.fromkeys(rule.told for rule in self._rules))
        return f"<Fault {told}: {self.hits} hits>"
