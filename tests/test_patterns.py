"""Patterns, as EventBridge made them and SNS and Lambda read them."""

import json

import pytest

from pytest_fakeaws.services.patterns.dialects import LAMBDA, SNS
from pytest_fakeaws.services.patterns.pattern import Pattern
from pytest_fakeaws.services.patterns.tokens import InvalidPattern


def matches(pattern, document, dialect=SNS):
    return Pattern(json.dumps(pattern), dialect).matches(document)


def explained(pattern, document, dialect=SNS):
    return str(Pattern(json.dumps(pattern), dialect).explain(document))


def refused(source, dialect=SNS):
    """Why a pattern is refused, and at which line and column."""
    with pytest.raises(InvalidPattern) as caught:
        Pattern(source, dialect)
    return caught.value.reason, caught.value.line, caught.value.column


# Plain values


@pytest.mark.parametrize("value", ["rugby", 100, 0.1, -5, True, False, None, ""])
def test_a_value_matches_itself(value):
    """Texts, numbers, true, false and null."""
    assert matches({"key": [value]}, {"key": value})


@pytest.mark.parametrize(
    ("wanted", "value"),
    [("rugby", "Rugby"), ("1", 1), (1, "1"), (1, True), (0, False), (True, "true"), (None, "null")],
)
def test_a_value_matches_nothing_of_another_type_or_case(wanted, value):
    """A number is no text, true is no number, and texts are compared letter by letter."""
    assert not matches({"key": [wanted]}, {"key": value})


def test_numbers_are_compared_by_value():
    """However they are written."""
    assert Pattern('{"key": [3.0e2]}', SNS).matches({"key": 300})


@pytest.mark.parametrize(("dialect", "equal"), [(SNS, True), (LAMBDA, False)])
def test_numbers_have_as_many_decimals_as_the_dialect(dialect, equal):
    """Five with SNS, six with Lambda."""
    assert matches({"key": [0.1]}, {"key": 0.100001}, dialect) is equal


def test_one_of_the_values_is_enough():
    """The list of a key is an or."""
    assert matches({"key": ["rugby", "tennis"]}, {"key": "tennis"})


def test_every_key_is_needed():
    """The keys of a pattern are an and."""
    pattern = {"sport": ["rugby"], "price": [{"numeric": [">", 100]}]}
    assert [
        matches(pattern, document)
        for document in (
            {"sport": "rugby", "price": 101},
            {"sport": "rugby", "price": 100},
            {"sport": "rugby"},
        )
    ] == [True, False, False]


def test_other_keys_of_the_document_do_not_matter():
    """A pattern speaks of its own keys only."""
    assert matches({"key": ["x"]}, {"key": "x", "other": "y"})


# Operators


@pytest.mark.parametrize(
    ("condition", "hits", "misses"),
    [
        ({"prefix": "bas"}, ["baseball", "bas"], ["Baseball", "tennis", 5, None]),
        ({"suffix": "ball"}, ["baseball", "ball"], ["balls", "BALL", 5, True]),
        ({"equals-ignore-case": "Tennis"}, ["tennis", "TENNIS"], ["tennis ", 5]),
        ({"anything-but": "rugby"}, ["tennis", 5, True, None, ""], ["rugby"]),
        ({"anything-but": ["rugby", "tennis"]}, ["golf", 5], ["rugby", "tennis"]),
        ({"anything-but": 100}, [99, "100", None], [100, 100.0]),
        ({"anything-but": [100, 200]}, [150, "a"], [100, 200]),
        ({"anything-but": {"prefix": "order-"}}, ["data", 5], ["order-1", "order-"]),
        ({"numeric": ["=", 301.5]}, [301.5, 301.500001], [301.51, "301.5"]),
        ({"numeric": ["<", 10]}, [9.99, -1], [10, 11, "9"]),
        ({"numeric": ["<=", 10]}, [10, 9], [10.01]),
        ({"numeric": [">", 10]}, [10.01], [10]),
        ({"numeric": [">=", 10]}, [10], [9.99]),
        ({"numeric": [">", 0, "<=", 150]}, [0.1, 150], [0, 150.1]),
        ({"numeric": [">=", 0, "<", 150]}, [0, 149], [-0.1, 150]),
        ({"numeric": [">", 0]}, [1e9], [1e9 + 1, True]),
        ({"cidr": "10.0.0.0/24"}, ["10.0.0.0", "10.0.0.255"], ["10.1.1.0", "x", "::1", 10]),
        ({"cidr": "2001:db8::/32"}, ["2001:db8::1"], ["2001:db9::1"]),
        ({"exists": True}, ["x", 0, False], [None, ""]),
        ({"exists": False}, [None, ""], ["x", 0, False]),
    ],
)
def test_operators(condition, hits, misses):
    """What each operator lets through and keeps out."""
    pattern = Pattern(json.dumps({"key": [condition]}), SNS)
    assert [value for value in (*hits, *misses) if pattern.matches({"key": value})] == hits


@pytest.mark.parametrize(
    ("condition", "hits", "misses"),
    [
        ({"wildcard": "dir/*.png"}, ["dir/a.png", "dir/.png", "dir/a\nb.png"], ["dir/a.gif", 5]),
        ({"wildcard": "a\\*b\\\\*"}, ["a*b\\", "a*b\\c"], ["axb\\", "a*b"]),
        ({"wildcard": "a.c"}, ["a.c"], ["abc"]),
        ({"prefix": {"equals-ignore-case": "EventB"}}, ["eventbridge"], ["bridge"]),
        ({"suffix": {"equals-ignore-case": ".PNG"}}, ["a.png"], ["a.gif"]),
        ({"anything-but": {"suffix": ".png"}}, ["a.gif"], ["a.png"]),
        ({"anything-but": {"prefix": ["a", "b"]}}, ["c"], ["a1", "b1"]),
        ({"anything-but": {"equals-ignore-case": "INIT"}}, ["stop"], ["init"]),
        ({"anything-but": {"wildcard": "*/lib/*"}}, ["a/b"], ["a/lib/b"]),
        ({"exists": True}, ["x", None, ""], []),
    ],
)
def test_operators_of_lambda(condition, hits, misses):
    """Lambda reads all that EventBridge reads."""
    pattern = Pattern(json.dumps({"key": [condition]}), LAMBDA)
    assert [value for value in (*hits, *misses) if pattern.matches({"key": value})] == hits


@pytest.mark.parametrize(
    ("condition", "hit"),
    [
        ({"exists": False}, True),
        ({"exists": True}, False),
        ({"anything-but": "x"}, False),
        (None, False),
    ],
)
def test_a_key_that_is_missing(condition, hit):
    """Only its absence can be wanted."""
    assert matches({"key": [condition]}, {"other": 1}) is hit


def test_absence_or_a_value():
    """Conditions of a key are an or, absence among them."""
    pattern = {"key": [{"exists": False}, "x"]}
    assert [matches(pattern, {"key": value}) for value in ("x", "y")] == [True, False]
    assert matches(pattern, {})


def test_existence_is_about_values_not_about_objects():
    """A key that has an object is no leaf."""
    assert not matches({"key": [{"exists": True}]}, {"key": {"inside": 1}})
    assert matches({"key": [{"exists": False}]}, {"key": {"inside": 1}})


# Nesting and arrays


def test_nested_keys():
    """Objects nest as those of the document."""
    pattern = {"detail": {"state": {"name": ["running"]}}}
    assert matches(pattern, {"detail": {"state": {"name": "running"}}})
    assert not matches(pattern, {"detail": {"state": "running"}})


def test_absence_inside_of_what_is_missing():
    """Nothing is in what is not there."""
    assert matches({"detail": {"state": [{"exists": False}]}}, {})
    assert matches({"detail": {"state": [{"exists": False}]}}, {"detail": []})


@pytest.mark.parametrize("value", [["rugby", "golf"], ["golf", ["rugby"]], [["rugby"]]])
def test_any_element_of_an_array_will_do(value):
    """At whatever depth."""
    assert matches({"key": ["rugby"]}, {"key": value})


def test_anything_but_is_satisfied_by_one_other_element():
    """AWS's own example: rugby and baseball are something else than rugby and tennis."""
    pattern = {"key": [{"anything-but": ["rugby", "tennis"]}]}
    assert matches(pattern, {"key": ["rugby", "baseball"]})
    assert not matches(pattern, {"key": ["rugby", "tennis"]})
    assert not matches(pattern, {"key": []})


def test_an_empty_array_is_absent():
    """There is no value in it."""
    assert matches({"key": [{"exists": False}]}, {"key": []})
    assert not matches({"key": [{"exists": True}]}, {"key": []})


PEOPLE = {"people": [{"first": "Anna", "last": "Smith"}, {"first": "Peter", "last": "Jones"}]}


def test_arrays_of_objects_are_seen_through():
    """Any object will do."""
    assert matches({"people": {"first": ["Peter"]}}, PEOPLE)
    assert matches({"people": {"first": ["Peter"]}}, {"people": [[PEOPLE["people"]]]})


def test_one_object_of_an_array_must_have_all():
    """Anna Smith and Peter Jones are no Anna Jones."""
    assert matches({"people": {"first": ["Anna"], "last": ["Smith"]}}, PEOPLE)
    assert not matches({"people": {"first": ["Anna"], "last": ["Jones"]}}, PEOPLE)


def test_absence_is_about_the_whole_array():
    """One object without the key does not make it absent."""
    pattern = {"people": {"last": [{"exists": False}]}}
    assert not matches(pattern, {"people": [{"first": "Anna"}, {"last": "Jones"}]})
    assert matches(pattern, {"people": [{"first": "Anna"}, {"first": "Peter"}]})


# Alternatives


OR = {"source": ["cloudwatch"], "$or": [{"metric": ["cpu"]}, {"type": ["t"], "space": ["s"]}]}


@pytest.mark.parametrize(
    ("document", "hit"),
    [
        ({"source": "cloudwatch", "metric": "cpu"}, True),
        ({"source": "cloudwatch", "type": "t", "space": "s"}, True),
        ({"source": "cloudwatch", "type": "t"}, False),
        ({"source": "cloudwatch"}, False),
        ({"metric": "cpu"}, False),
    ],
)
def test_alternatives(document, hit):
    """One of `$or` is needed, and all beside it."""
    assert matches(OR, document) is hit


def test_alternatives_inside_of_others_and_of_objects():
    """`$or` nests."""
    pattern = {"detail": {"$or": [{"a": [1]}, {"$or": [{"b": [2]}, {"c": [3]}]}]}}
    assert [
        matches(pattern, {"detail": {key: n}}) for key, n in (("a", 1), ("c", 3), ("a", 3))
    ] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("pattern", "document"),
    [
        ({"$or": ["x"]}, {"$or": "x"}),
        ({"$or": {"a": ["x"]}}, {"$or": {"a": "x"}}),
        ({"$or": [{"prefix": "x"}, {"suffix": "y"}]}, {"$or": "xz"}),
    ],
)
def test_or_without_alternatives_is_a_key_like_any_other(pattern, document):
    """It needs two objects, none with an operator for a key."""
    assert matches(pattern, document)


# Errors


@pytest.mark.parametrize(
    ("source", "reason", "column"),
    [
        ('{"key": "x"}', '"key" must be an object or an array', 10),
        ('{"key": []}', "Empty arrays are not allowed", 11),
        ('{"key": {}}', "Empty objects are not allowed", 11),
        ("[]", "Filter is not an object", 2),
        ('{"key": [["x"]]}', "Match value must be String, number, true, false, or null", 11),
        ('{"key": [{"like": "x"}]}', "Unrecognized match type like", 20),
        ('{"key": [{}]}', "Empty match expression is not allowed", 12),
        ('{"key": [{"prefix": 1}]}', "prefix match pattern must be a string", 22),
        ('{"key": [{"suffix": null}]}', "suffix match pattern must be a string", 25),
        (
            '{"key": [{"prefix": "a", "suffix": "b"}]}',
            "Only one key allowed in match expression",
            37,
        ),
        (
            '{"key": [{"exists": "yes"}]}',
            "exists match pattern must be either true or false.",
            22,
        ),
        ('{"key": [{"numeric": 1}]}', "Value of numeric must be an array.", 23),
        (
            '{"key": [{"numeric": ["=", 2e9]}]}',
            "Value must be between -1.0E9 and 1.0E9, inclusive",
            31,
        ),
        (
            '{"key": [{"anything-but": true}]}',
            "Value of anything-but must be an array or single string/number value.",
            31,
        ),
        (
            '{"key": [{"anything-but": ["a", 1]}]}',
            (
                "Inside anything but list, either all values are number or string, "
                "mixed type is not supported"
            ),
            34,
        ),
        (
            '{"key": [{"anything-but": [null]}]}',
            "Inside anything but list, start|null|boolean is not supported.",
            32,
        ),
        ('{"key": [{"anything-but": []}]}', "Empty arrays are not allowed", 29),
        ('{"key": [{"anything-but": {}}]}', "Anything-But expression name not found", 29),
        ('{"key": ["x"], "key": ["y"]}', "Path `key` cannot be allowed multiple times", 24),
        ('{"key": [{"wildcard": "a*"}]}', "Unrecognized match type wildcard", 24),
    ],
)
def test_what_is_wrong_is_told_with_its_place(source, reason, column):
    """The reason, and where AWS's reader stands when it sees it."""
    assert refused(source) == (reason, 1, column)


def test_lines_are_counted():
    """A pattern may be written over several."""
    assert refused('{\n  "key": "x"\n}') == ('"key" must be an object or an array', 2, 11)


@pytest.mark.parametrize(
    "source", ["", "{", '{"key": [NaN]}', "{'key': ['x']}", "[" * 100_000, '{"a": 1,}']
)
def test_what_is_no_json_is_refused(source):
    """With a word about it."""
    reason, _, _ = refused(source)
    assert reason.startswith("failed to parse JSON.")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"cidr": "10.0.0.0/33"}, "Malformed CIDR: '10.0.0.0/33' does not appear to be an IPv4 "),
        ({"cidr": 10}, "CIDR match pattern must be a string"),
        ({"wildcard": "a**b"}, "Consecutive wildcard characters are not allowed"),
        ({"wildcard": "a\\b"}, "Invalid escape character in wildcard"),
        ({"prefix": {"suffix": "x"}}, "Unsupported prefix pattern: suffix"),
    ],
)
def test_operands_that_make_no_sense(condition, reason):
    """They are refused when the pattern is read, not when it matches."""
    found, _, _ = refused(json.dumps({"key": [condition]}), LAMBDA)
    assert found.startswith(reason)


# Explanations


@pytest.mark.parametrize(
    ("pattern", "document", "told"),
    [
        (
            {"store": ["a", "b"]},
            {"store": "a"},
            'let through: "store" is "a", wanted is "a" or "b"',
        ),
        ({"store": ["a"]}, {}, 'kept out: "store" is missing, wanted is "a"'),
        (
            {"store": ["a"], "price": [{"numeric": [">", 0, "<=", 1.5]}]},
            {"store": "a", "price": [2, 3]},
            'kept out: "price" is [2, 3], wanted is a number > 0 and <= 1.5',
        ),
        (
            {"detail": {"state": [{"anything-but": {"prefix": "x"}}]}},
            {"detail": {"state": "xy"}},
            'kept out: "detail.state" is "xy", wanted is anything but a text that begins with "x"',
        ),
        (
            {"store": [{"exists": False}]},
            {"store": "a"},
            'kept out: "store" is "a", wanted is no such key',
        ),
        (
            {"$or": [{"a": [1]}, {"b": [{"exists": True}]}]},
            {"a": 2},
            (
                'kept out: "$or" has no alternative that holds, wanted is one of '
                '("a" is 2, wanted is 1), ("b" is missing, wanted is any value)'
            ),
        ),
        (
            {"$or": [{"a": [1]}, {"b": [2]}]},
            {"b": 2},
            'let through: "b" is 2, wanted is 2',
        ),
        (
            {"people": {"first": ["Anna"], "last": ["Jones"]}},
            PEOPLE,
            (
                'kept out: "people" has no element that has all by itself, '
                'wanted is "people.first" and "people.last" in one object'
            ),
        ),
    ],
)
def test_explanations(pattern, document, told):
    """The keys that decided, with what was found and what was wanted."""
    assert explained(pattern, document) == told


# Measures


@pytest.mark.parametrize(
    ("pattern", "keys", "combinations", "nested"),
    [
        ({"a": ["x"]}, 1, 1, False),
        ({"a": [1, 2, 3], "b": [1], "c": [1, 2]}, 3, 6, False),
        (
            {
                "a": {"b": {"c": ["1", "2", "3", "4"]}},
                "d": {"e": ["1", "2", "3"]},
                "f": ["1", "2", "3"],
            },
            3,
            216,
            True,
        ),
        ({"a": [1, 2], "$or": [{"b": [1, 2, 3]}, {"c": [1], "a": [1, 2]}]}, 3, 10, False),
    ],
)
def test_measures(pattern, keys, combinations, nested):
    """The third is AWS's own example of the complexity of a filter policy."""
    read = Pattern(json.dumps(pattern), SNS)
    assert (read.keys, read.combinations, read.nested) == (keys, combinations, nested)
