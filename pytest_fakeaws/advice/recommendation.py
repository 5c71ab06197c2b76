"""Recommendations, and the rules that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from pytest_fakeaws.advice.scene import Scene


class Recommendation(NamedTuple):
    """A piece of advice.

    Attributes:
        rule: The short name of the rule behind it, by which it can be silenced.
        text: What is the matter, in plain words and with the numbers.
        resource: The ARN of what should be set otherwise.
        more: The page of AWS's that recommends it.
    """

    rule: str
    text: str
    resource: str
    more: str

    def __str__(self) -> str:
        return f"{self.text} [{self.rule}]"


class Finding(NamedTuple):
    """Something that a rule finds.

    Attributes:
        resource: The ARN of what should be set otherwise.
        text: What is the matter.
    """

    resource: str
    text: str


Found: TypeAlias = Iterable[Finding]
"""What a rule finds."""


class Rule(NamedTuple):
    """Something that AWS recommends.

    Attributes:
        name: Its short name.
        more: The page of AWS's.
        find: Finds what is otherwise.
    """

    name: str
    more: str
    find: Callable[[Scene], Found]


class Rules(dict[str, Rule]):
    """Rules by name, in the order in which advice is given."""

    def rule(
        self, name: str, more: str
    ) -> Callable[[Callable[[Scene], Found]], Callable[[Scene], Found]]:
        """Make a function the rule of this name.

        Args:
            name: Its short name.
            more: The page of AWS's.
        """

        def made(find: Callable[[Scene], Found]) -> Callable[[Scene], Found]:
            self[name] = Rule(name, more, find)
            return find

        return made
