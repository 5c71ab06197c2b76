"""Filter policies by themselves: what they look at, what they refuse, how they explain."""

import json

import pytest

from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.filter_policy import FilteredMessage, FilterPolicy

CONDITIONS = "sns/test_sns_filter_policy.py::TestSNSFilterPolicyConditions::"


def policy(rules, scope="MessageAttributes"):
    return FilterPolicy.parse(json.dumps(rules), scope)


def message(text="", **attributes):
    """A message with attributes by name, each a type and a value."""
    return FilteredMessage(
        {
            name: {"DataType": kind, "BinaryValue" if kind == "Binary" else "StringValue": value}
            for name, (kind, value) in attributes.items()
        },
        text,
    )


def refusal(source, scope="MessageAttributes", prefix=""):
    with pytest.raises(InvalidParameter) as caught:
        FilterPolicy.parse(source, scope, prefix=prefix)
    return caught.value.text


# Attributes


@pytest.mark.parametrize(
    ("rule", "kind", "value", "accepted"),
    [
        ("rugby", "String", "rugby", True),
        ("rugby", "String.label", "rugby", True),
        ("rugby", "String.Array", '["golf", "rugby"]', True),
        ("rugby", "String.Array", '["golf"]', False),
        ("rugby", "Binary", b"rugby", False),
        (100, "Number", "100", True),
        (100, "Number.int", "100.0", True),
        (100, "Number", "1e2", True),
        (100, "String", "100", False),
        ("100", "Number", "100", False),
        (100, "String.Array", '["a", 100]', True),
        (True, "String.Array", "[true]", True),
        (True, "String", "true", False),
        (None, "String.Array", "[null]", True),
        ("[rugby", "String.Array", "[rugby", True),
        ('{"a": 1}', "String.Array", '{"a": 1}', True),
        ({"exists": False}, "Binary", b"x", False),
        ({"exists": False}, "Number", "1", False),
    ],
)
def test_attributes_are_read_by_their_type(rule, kind, value, accepted):
    """Texts, numbers and arrays, with or without a label; binary ones are not looked at."""
    assert policy({"key": [rule]}).accepts(message(key=(kind, value))) is accepted


def test_a_binary_attribute_counts_as_none():
    """Beside another one, its absence is what a policy sees."""
    both = message(key=("Binary", b"x"), other=("String", "y"))
    assert policy({"key": [{"exists": False}]}).accepts(both)


def test_a_message_without_attributes_matches_no_policy():
    """Not even one that wants an attribute to be absent."""
    assert not policy({"key": [{"exists": False}]}).accepts(message())


def test_attributes_may_have_dots_in_their_names():
    """They are no paths."""
    assert policy({"a.b": ["x"]}).accepts(message(**{"a.b": ("String", "x")}))


# Bodies


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ('{"order": {"state": "paid"}}', True),
        ('{"order": [{"state": "open"}, {"state": "paid"}]}', True),
        ('{"order": {"state": "open"}}', False),
        ("paid", False),
        ('["paid"]', False),
        ("{}", False),
        ("[" * 100_000, False),
    ],
)
def test_bodies_are_read_as_json(text, accepted):
    """What is none, or no object, matches nothing."""
    wanted = policy({"order": {"state": ["paid"]}}, "MessageBody")
    assert wanted.accepts(message(text)) is accepted


def test_a_body_is_read_once_for_all_subscriptions():
    """Policies of one scope share what they look at."""
    one = message('{"a": 1}')
    assert one["MessageBody"] is one["MessageBody"]


@pytest.mark.parametrize("source", ["", "{}", " { } "])
def test_an_empty_policy_is_none(source):
    """That is how a policy is taken away."""
    assert FilterPolicy.parse(source) is None


# What is refused


@pytest.mark.parametrize(
    "test",
    ["test_validate_policy_nested_anything_but_operator", "test_validate_policy_numeric_operator"],
)
def test_refusals_are_those_of_aws(recorded, test):
    """Word for word, with the column."""
    answers = recorded("sns", f"{CONDITIONS}{test}")
    for step in answers:
        text = answers[step]["Error"]["Message"]
        source = text.split('(String)"')[1].rpartition('"; line')[0]
        assert refusal(source, prefix="Attributes Reason: ") == text


def test_a_nested_policy_needs_the_scope_of_the_body():
    """AWS tells which scope does not do."""
    assert refusal('{"a": {"b": ["x"]}}') == (
        "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy"
    )


def test_five_keys_at_the_most():
    """Of nested ones the outermost count."""
    six = {name: ["x"] for name in "abcdef"}
    assert refusal(json.dumps(six)) == (
        "Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys"
    )
    assert policy({"a": {name: ["x"] for name in "abcdef"}, "b": [1]}, "MessageBody")


def test_150_combinations_at_the_most():
    """The product of how many values each key has, times how deep it is nested."""
    values = list(map(str, range(10)))
    assert policy({"a": values, "b": values[:5], "c": values[:3]})
    for rules in ({"a": values, "b": values, "c": ["x", "y"]}, {"a": list("x" * 151)}):
        assert refusal(json.dumps(rules)) == (
            "Invalid parameter: FilterPolicy: Filter policy is too complex"
        )
    assert refusal(json.dumps({"a": {"b": {"c": values}}, "d": values[:6]}), "MessageBody")


def test_256_kilobytes_at_the_most():
    """In bytes."""
    assert "too large" in refusal(json.dumps({"a": ["é" * 140_000]}, ensure_ascii=False))


def test_a_long_policy_is_shown_in_part():
    """AWS's parser repeats 500 characters of it, and says how many are left off."""
    source = json.dumps({"a": ["x" * 600, {"like": 1}]})
    assert refusal(source).endswith(
        f'at [Source: (String)"{source[:500]}"[truncated {len(source) - 500} chars]; '
        "line: 1, column: 622]"
    )


# Explanations


@pytest.mark.parametrize(
    ("rules", "scope", "given", "told"),
    [
        (
            {"store": ["a"]},
            "MessageAttributes",
            message(store=("String", "a")),
            'let through: "store" is "a", wanted is "a"',
        ),
        (
            {"price": [{"numeric": [">", 100]}]},
            "MessageAttributes",
            message(price=("Number", "99")),
            'kept out: "price" is 99, wanted is a number > 100',
        ),
        (
            {"store": ["a"]},
            "MessageAttributes",
            message('{"store": "a"}'),
            (
                "kept out: the message has no attributes to filter by; FilterPolicyScope MessageBody "
                "would let it through, this one is MessageAttributes"
            ),
        ),
        (
            {"store": ["a"]},
            "MessageBody",
            message('{"shop": "a"}', store=("String", "a")),
            (
                'kept out: "store" is missing, wanted is "a"; FilterPolicyScope MessageAttributes '
                "would let it through, this one is MessageBody"
            ),
        ),
        (
            {"store": ["a"]},
            "MessageBody",
            message("hello"),
            "kept out: the message is no JSON object with keys, and the scope is MessageBody",
        ),
    ],
)
def test_explanations(rules, scope, given, told):
    """They name the keys, and the other scope where that is the likely mistake."""
    verdict = policy(rules, scope).explain(given)
    assert str(verdict) == told
    assert bool(verdict) is told.startswith("let through")
