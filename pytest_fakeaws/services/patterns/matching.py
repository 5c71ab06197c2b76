"""Matching: rules compiled to functions that ask no question twice.

Arrays are seen through, at any depth: a value matches if any element does, and an object in an array
must have by itself all that is wanted of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from pytest_fakeaws.services.patterns.condition import Condition, Test
from pytest_fakeaws.services.patterns.conditions import presence
from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.rules import Fields, Values

Document: TypeAlias = dict[str, Any]
Matcher: TypeAlias = Callable[[Document, Document], bool]
"""Tells whether an object, in a document, is as wanted."""

_MISSING = object()


def values_at(node: Any, path: Sequence[str]) -> Iterator[Any]:
    """The plain values that a document has under a key, in whatever arrays they are."""
    if isinstance(node, list):
        for element in node:
            yield from values_at(element, path)
    elif path:
        if isinstance(node, dict) and path[0] in node:
            yield from values_at(node[path[0]], path[1:])
    elif not isinstance(node, dict):
        yield node


def compiled(fields: Fields, dialect: Dialect) -> Matcher:
    """The matcher for what is wanted of an object."""
    tests = [
        _of_values(name, rule, dialect)
        if isinstance(rule, Values)
        else _of_object(name, compiled(rule, dialect))
        for name, rule in fields.keys.items()
    ]
    tests += [
        _any([compiled(each, dialect) for each in alternatives]) for alternatives in fields.either
    ]
    return tests[0] if len(tests) == 1 else _all(tests)


def _all(tests: list[Matcher]) -> Matcher:
    def holds(node: Document, root: Document) -> bool:
        for test in tests:  # noqa: SIM110 (a generator costs more than the tests)
            if not test(node, root):
                return False
        return True

    return holds


def _any(tests: list[Matcher]) -> Matcher:
    return lambda node, root: any(test(node, root) for test in tests)


def _of_object(name: str, inside: Matcher) -> Matcher:
    def holds(node: Document, root: Document) -> bool:
        value = node.get(name, _MISSING)
        if type(value) is dict:
            return inside(value, root)
        return any(inside(each, root) for each in _objects(value))

    return holds


def _objects(value: Any) -> list[Document]:
    """The objects in an array; what has none counts as one that is empty."""
    found: list[Document] = []
    pending = [value]
    while pending:
        element = pending.pop()
        if isinstance(element, list):
            pending += element
        elif isinstance(element, dict):
            found.append(element)
    return found or [{}]


def _of_values(name: str, rule: Values, dialect: Dialect) -> Matcher:
    test = value_test(rule, dialect)
    if not any(condition.on == "absence" for condition in rule.conditions):
        return lambda node, _: test(node.get(name, _MISSING))
    path, is_present = rule.path, presence(dialect)
    return lambda node, root: (
        not any(map(is_present, values_at(root, path))) or test(node.get(name, _MISSING))
    )


def value_test(rule: Values, dialect: Dialect) -> Test:
    """The test for the value of a key, or for an array of them; absence aside."""
    strings = _either(rule.conditions, "string")
    numbers = _either(rule.conditions, "number")
    literals = _either(rule.conditions, "literal")
    decimals = dialect.decimals

    def of_number(value: float) -> bool:
        return numbers(round(value, decimals))

    tests = {
        str: strings,
        int: of_number,
        float: of_number,
        bool: literals,
        type(None): literals,
    }

    def holds(value: Any) -> bool:
        test = tests.get(type(value))
        if test is not None:
            return test(value)
        return type(value) is list and any(map(holds, value))

    return holds


def _either(conditions: Sequence[Condition], kind: str) -> Test:
    """The test for values of one kind."""
    wanted = [condition for condition in conditions if condition.on in (kind, "any")]
    contains = frozenset().union(*(condition.equal for condition in wanted)).__contains__
    others = [condition.holds for condition in wanted if not condition.equal]
    if not others:
        return contains
    if len(wanted) == 1:
        return others[0]
    return lambda value: contains(value) or any(test(value) for test in others)
