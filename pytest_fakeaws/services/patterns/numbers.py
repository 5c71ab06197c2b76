"""Conditions on numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from pytest_fakeaws.services.patterns.condition import Condition, Test
from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.tokens import Reader, Token

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def numeric(reader: Reader, dialect: Dialect) -> Condition:
    """Read the operand of `numeric`: one bound, or a lower and an upper one.

    Raises:
        InvalidPattern: It is none.
    """
    token = reader.next()
    if token.kind != "[":
        raise reader.invalid("Value of numeric must be an array.", token.seen)
    first = reader.next()
    if first.kind != "string":
        raise reader.invalid(f"Invalid member in numeric match: {first.text}", first.read)
    value = reader.next()
    if first.text not in _COMPARISONS:
        raise reader.invalid(f"Unrecognized numeric range operator: {first.text}", value.seen)
    bounds = [(first.text, _number(reader, first.text, value, dialect))]
    token = reader.next()
    if token.kind != "]" and first.text.startswith(">"):
        bounds.append(_upper_bound(reader, token, bounds[0][1], dialect))
    elif token.kind != "]":
        raise reader.invalid("Too many elements in numeric expression", token.seen)
    return _between(bounds, dialect)


def _upper_bound(
    reader: Reader, token: Token, bottom: float, dialect: Dialect
) -> tuple[str, float]:
    if token.kind != "string":
        raise reader.invalid(f"Bad value in numeric range: {token.text}", token.read)
    if token.text not in ("<", "<="):
        raise reader.invalid(f"Bad numeric range operator: {token.text}", token.read)
    top = _number(reader, token.text, reader.next(), dialect)
    end = reader.next()
    if end.kind != "]":
        raise reader.invalid("Too many terms in numeric range expression", end.seen)
    if bottom >= top:
        raise reader.invalid("Bottom must be less than top", end.read)
    return token.text, top


def _number(reader: Reader, comparison: str, token: Token, dialect: Dialect) -> float:
    if token.kind != "number":
        name = "equals" if comparison == "=" else comparison
        raise reader.invalid(f"Value of {name} must be numeric", token.seen)
    if not -dialect.magnitude <= token.value <= dialect.magnitude:
        most = f"{dialect.magnitude / 1e9}E9"
        raise reader.invalid(f"Value must be between -{most} and {most}, inclusive", token.read)
    return round(float(token.value), dialect.decimals)


def _between(bounds: list[tuple[str, float]], dialect: Dialect) -> Condition:
    words = " and ".join(f"{comparison} {bound:.15g}" for comparison, bound in bounds)
    tests = [(_COMPARISONS[comparison], bound) for comparison, bound in bounds]
    tests += [(operator.ge, -dialect.magnitude), (operator.le, dialect.magnitude)]
    return Condition("number", _all_hold(tests), f"a number {words}")


def _all_hold(tests: list[tuple[Callable[[Any, Any], bool], float]]) -> Test:
    def holds(value: float) -> bool:
        for compare, bound in tests:  # noqa: SIM110 (a generator costs more than the tests)
            if not compare(value, bound):
                return False
        return True

    return holds
