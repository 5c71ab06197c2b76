"""Rules: what a pattern says, as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pytest_fakeaws.services.patterns.condition import Condition
from pytest_fakeaws.services.patterns.conditions import KEYWORDS, read_condition
from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.tokens import Reader, Token

_OR = "$or"
_ALTERNATIVES = 2
"""Objects that `$or` needs at least, else it is a plain key."""


class Values(NamedTuple):
    """What is wanted of the values of a key: that any condition holds.

    Attributes:
        path: The key, and those that it is nested in.
        conditions: The entries of its list.
    """

    path: tuple[str, ...]
    conditions: tuple[Condition, ...]


class Fields(NamedTuple):
    """What is wanted of an object: everything that is here.

    Attributes:
        keys: By name, what is wanted of the key's values, or of the object that is its value.
        either: Alternatives of which one is wanted, for each `$or`.
    """

    keys: dict[str, Values | Fields]
    either: list[tuple[Fields, ...]]

    def leaves(self) -> Iterator[Values]:
        """What is wanted of values here and below, but for alternatives."""
        for rule in self.keys.values():
            yield from (rule,) if isinstance(rule, Values) else rule.leaves()

    def choices(self) -> Iterator[tuple[Fields, ...]]:
        """The alternatives here and below."""
        yield from self.either
        for rule in self.keys.values():
            yield from rule.choices() if isinstance(rule, Fields) else ()


def read_rules(source: str, dialect: Dialect) -> Fields:
    """Read a pattern.

    Raises:
        InvalidPattern: It is none, or none of this dialect.
    """
    return _Rules(Reader(source), dialect).fields(())


class _Rules:
    def __init__(self, reader: Reader, dialect: Dialect) -> None:
        self._reader = reader
        self._dialect = dialect

    def fields(self, path: tuple[str, ...]) -> Fields:
        """Read an object, from behind its brace."""
        fields = Fields({}, [])
        while (token := self._reader.next()).kind == "name":
            key = (*path, token.text)
            if token.text == _OR and _is_choice(self._reader.value_of(token)):
                fields.either.append(self._alternatives(path))
            elif token.text in fields.keys:
                twice = f"Path `{'.'.join(key)}` cannot be allowed multiple times"
                raise self._reader.invalid(twice, token.seen)
            else:
                fields.keys[token.text] = self._rule(key)
        if not fields.keys and not fields.either:
            raise self._reader.invalid("Empty objects are not allowed", token.seen)
        return fields

    def _alternatives(self, path: tuple[str, ...]) -> tuple[Fields, ...]:
        self._reader.next()
        alternatives = []
        while self._reader.next().kind == "{":
            alternatives.append(self.fields(path))
        return tuple(alternatives)

    def _rule(self, path: tuple[str, ...]) -> Values | Fields:
        token = self._reader.next()
        if token.kind == "{":
            return self.fields(path)
        if token.kind == "[":
            return Values(path, tuple(self._conditions()))
        raise self._reader.invalid(f'"{path[-1]}" must be an object or an array', token.seen)

    def _conditions(self) -> list[Condition]:
        conditions = []
        token: Token
        while (token := self._reader.next()).kind != "]":
            conditions.append(read_condition(self._reader, token, self._dialect))
        if not conditions:
            raise self._reader.invalid("Empty arrays are not allowed", token.seen)
        return conditions


def _is_choice(value: Any) -> bool:
    """Whether an `$or` has alternatives, or is a key like any other.

    See https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html#or-operator.
    """
    return (
        isinstance(value, list)
        and len(value) >= _ALTERNATIVES
        and all(isinstance(each, dict) and KEYWORDS.isdisjoint(each) for each in value)
    )
