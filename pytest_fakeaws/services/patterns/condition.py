"""A condition: what one entry of a key's list wants of a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from pytest_fakeaws.services.patterns.tokens import Reader

Test: TypeAlias = Callable[[Any], bool]


class Condition(NamedTuple):
    """One entry of a key's list.

    Attributes:
        on: What it looks at: `string`, `number`, `literal`, `any` of them, or the key's `absence`.
        holds: Whether a value of that kind is wanted; numbers come rounded.
        wanted: What it wants, in words.
        equal: The values it wants, if it is about nothing else.
    """

    on: str
    holds: Test
    wanted: str
    equal: frozenset[Any] = frozenset()


def shown(value: Any) -> str:
    """A value as the pattern has it."""
    return json.dumps(value, ensure_ascii=False)


def close(reader: Reader) -> None:
    """Read the brace behind an operand.

    Raises:
        InvalidPattern: Something else stands there.
    """
    token = reader.next()
    if token.kind != "}":
        raise reader.invalid("Only one key allowed in match expression", token.seen)
