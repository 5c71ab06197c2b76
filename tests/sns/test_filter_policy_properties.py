"""Filter policies against a plain interpreter that shares nothing with them.

The interpreter chooses one object of every array of a document, in every way there is, and asks whether
the policy, with its alternatives written out, holds in one of these worlds.
"""

import json
from itertools import product

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.filter_policy import FilteredMessage, FilterPolicy

NAMES = ["a", "b", "c"]
TEXTS = ["", "x", "xy", "XY", "yx", "10.0.0.1", "1"]
NUMBERS = [-1, 0, 0.5, 1, 1.000001, 2, 10]
SCALARS = st.sampled_from([*TEXTS, *NUMBERS, True, False, None])


# The plain interpreter


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(condition, value):
    if is_number(value) and is_number(condition):
        return round(value, 5) == round(condition, 5)
    return type(condition) is type(value) and condition == value


def in_bounds(bounds, value):
    checks = {"=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    return is_number(value) and all(
        getattr(float(round(value, 5)), checks[sign])(float(bound)) for sign, bound in pairs
    )


def anything_but(operand, value):
    forbidden = operand if isinstance(operand, list) else [operand]
    return not any(wanted(each, value) for each in forbidden)


def about_text(test):
    return lambda operand, value: isinstance(value, str) and test(operand, value)


OPERATORS = {
    "prefix": about_text(lambda operand, value: value[: len(operand)] == operand),
    "suffix": about_text(lambda operand, value: value[len(value) - len(operand) :] == operand),
    "equals-ignore-case": about_text(lambda operand, value: value.upper() == operand.upper()),
    "cidr": about_text(lambda _, value: value.startswith("10.0.0.")),
    "numeric": in_bounds,
    "anything-but": anything_but,
}


def wanted(condition, value):
    """Whether a plain value is as a condition wants it; `exists` aside."""
    if not isinstance(condition, dict):
        return equal(condition, value)
    [(operator, operand)] = condition.items()
    return OPERATORS[operator](operand, value)


def written_out(policy, path=()):
    """The policy as alternatives, each a list of paths with the conditions there."""
    parts = []
    for key, rule in policy.items():
        if key == "$or":
            parts.append([each for option in rule for each in written_out(option, path)])
        elif isinstance(rule, dict):
            parts.append(written_out(rule, (*path, key)))
        else:
            parts.append([[((*path, key), rule)]])
    return [[each for part in choice for each in part] for choice in product(*parts)]


def worlds(node):
    """A document with one object chosen of every array: pairs of plain values and an object."""
    if isinstance(node, dict):
        choices = product(*map(worlds, node.values()))
        return [((), dict(zip(node, choice, strict=True))) for choice in choices]
    if not isinstance(node, list):
        return [((node,), {})]
    elements = flat(node)
    plain = tuple(each for each in elements if not isinstance(each, dict))
    chosen = [thing for each in elements if isinstance(each, dict) for _, thing in worlds(each)]
    return [(plain, thing) for thing in chosen or [{}]]


def flat(values):
    return [
        each for value in values for each in (flat(value) if isinstance(value, list) else [value])
    ]


def at(world, path):
    """The plain values that a world has at a path."""
    for key in path:
        world = world[1].get(key, ((), {}))
    return world[0]


def is_there(value):
    return value not in (None, "")


def holds(condition, values, everywhere):
    """Whether a condition holds, for the values that a world has at a key, and those of all worlds."""
    if not isinstance(condition, dict) or "exists" not in condition:
        return any(wanted(condition, value) for value in values)
    if condition["exists"]:
        return any(map(is_there, values))
    return not any(map(is_there, everywhere))


def lets_through(policy, document):
    every = worlds(document)

    def everywhere(path):
        return [value for world in every for value in at(world, path)]

    return any(
        all(
            any(holds(each, at(world, path), everywhere(path)) for each in conditions)
            for path, conditions in alternative
        )
        for alternative in written_out(policy)
        for world in every
    )


# What is drawn

BOUNDS = st.sampled_from([-1, 0, 0.5, 1, 2])
ONE_BOUND = st.tuples(st.sampled_from(["=", "<", "<=", ">", ">="]), BOUNDS).map(list)
TWO_BOUNDS = st.tuples(
    st.sampled_from([">", ">="]), st.just(0), st.sampled_from(["<", "<="]), st.sampled_from([1, 2])
).map(list)
CONDITIONS = st.one_of(
    SCALARS,
    st.sampled_from(["", "x", "xy"]).map(lambda text: {"prefix": text}),
    st.sampled_from(["", "x", "y"]).map(lambda text: {"suffix": text}),
    st.sampled_from(["x", "Xy"]).map(lambda text: {"equals-ignore-case": text}),
    st.just({"cidr": "10.0.0.0/24"}),
    st.booleans().map(lambda exists: {"exists": exists}),
    st.one_of(ONE_BOUND, TWO_BOUNDS).map(lambda bounds: {"numeric": bounds}),
    st.one_of(
        st.sampled_from(TEXTS),
        st.sampled_from(NUMBERS),
        st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3),
        st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
        st.sampled_from(["x", "xy"]).map(lambda text: {"prefix": text}),
    ).map(lambda operand: {"anything-but": operand}),
)
RULES = st.lists(CONDITIONS, min_size=1, max_size=2)


def with_alternatives(rules):
    plain = st.dictionaries(st.sampled_from(NAMES), rules, min_size=1, max_size=2)
    choice = st.lists(plain, min_size=2, max_size=2)
    return st.one_of(
        plain,
        st.tuples(plain, choice).map(lambda both: {**both[0], "$or": both[1]}),
        choice.map(lambda options: {"$or": options}),
    )


FLAT_POLICIES = with_alternatives(RULES)
POLICIES = with_alternatives(st.one_of(RULES, FLAT_POLICIES))

VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    ),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=3)


def parsed(policy, scope):
    """The policy, if it is not too complex for AWS."""
    try:
        return FilterPolicy.parse(json.dumps(policy), scope)
    except InvalidParameter:
        reject()


@pytest.mark.slow
@settings(max_examples=100)
@given(POLICIES, DOCUMENTS)
def test_a_body_is_filtered_as_the_plain_interpreter_says(policy, document):
    """Over nested policies and documents with arrays of everything."""
    filter_policy = parsed(policy, "MessageBody")
    message = FilteredMessage({}, json.dumps(document))
    expected = lets_through(policy, document)
    assert filter_policy.accepts(message) is expected
    verdict = filter_policy.explain(message)
    assert (verdict.accepted, verdict.reason[0]) == (expected, '"')  # which names a key


def published(value):
    """A value as the attribute of a message."""
    if isinstance(value, list):
        return {"DataType": "String.Array", "StringValue": json.dumps(value)}
    if isinstance(value, str):
        return {"DataType": "String", "StringValue": value}
    return {"DataType": "Number", "StringValue": json.dumps(value)}


ATTRIBUTES = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(
        st.sampled_from([text for text in TEXTS if text]),
        st.sampled_from(NUMBERS),
        st.lists(SCALARS, max_size=3),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=100)
@given(FLAT_POLICIES, ATTRIBUTES)
def test_attributes_are_filtered_as_the_plain_interpreter_says(policy, attributes):
    """Over flat policies, and texts, numbers and arrays of scalars."""
    filter_policy = parsed(policy, "MessageAttributes")
    message = FilteredMessage({name: published(each) for name, each in attributes.items()}, "")
    assert filter_policy.accepts(message) is lets_through(policy, attributes)
