"""Filter patterns: what matches which message."""

import json

import pytest

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.logs.errors import InvalidParameter
from pytest_fakeaws.services.logs.patterns import matcher

ORDER = {
    "level": "ERROR",
    "latency": 120,
    "ok": False,
    "note": None,
    "items": [{"sku": "lamp"}, {"sku": "desk"}],
    "user": {"name": "ada lovelace", "first-name": "ada"},
}


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR] no lamp", True),
        ("ERROR", "[error] no lamp", False),
        ("ERROR", "ERRORCODE 7", True),
        ("lamp ERROR", "[ERROR] no lamp", True),
        ("lamp WARN", "[ERROR] no lamp", False),
        ('"no lamp"', "[ERROR] no lamp", True),
        ('"lamp no"', "[ERROR] no lamp", False),
        ('"say \\"hi\\""', 'say "hi"', True),
        ("?WARN ?ERROR", "[ERROR] no lamp", True),
        ("?WARN ?INFO", "[ERROR] no lamp", False),
        ('?WARN ?"no lamp"', "[ERROR] no lamp", True),
        ("ERROR -lamp", "[ERROR] no lamp", False),
        ("ERROR -desk", "[ERROR] no lamp", True),
        ('-"no lamp"', "[ERROR] no lamp", False),
    ],
)
def test_terms_are_looked_for_in_the_text(pattern, message, expected):
    """All of them, none of those with a minus, one of those with a question mark; case counts."""
    assert matcher(pattern)(message) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.level = "ERROR" }', True),
        ("{ $.level = ERROR }", True),
        ('{ $.level = "ERR*" }', True),
        ('{ $.level = "*" }', True),
        ('{ $.level = "error" }', False),
        ('{ $.level != "INFO" }', True),
        ('{ $.none != "INFO" }', False),
        ("{ $.latency = 120 }", True),
        ("{ $.latency = 120.0 }", True),
        ("{ $.latency > 100 }", True),
        ("{ $.latency <= 119.5 }", False),
        ("{ $.level > 1 }", False),
        ("{ $.ok IS FALSE }", True),
        ("{ $.ok IS TRUE }", False),
        ("{ $.note IS NULL }", True),
        ("{ $.none IS NULL }", False),
        ("{ $.none NOT EXISTS }", True),
        ("{ $.note NOT EXISTS }", False),
        ('{ $.user.name = "ada*" }', True),
        ('{ $.user.first-name = "ada" }', True),
        ("{ $.user['name'] = \"ada lovelace\" }", True),
        ('{ $.items[1].sku = "desk" }', True),
        ('{ $.items[2].sku = "desk" }', False),
        ('{ $.level = "ERROR" && $.latency > 200 }', False),
        ('{ $.level = "INFO" || $.latency > 100 }', True),
        ('{ $.level = "ERROR" || $.latency > 1 && $.ok IS TRUE }', True),
        ('{ ($.level = "ERROR" || $.latency > 1) && $.ok IS TRUE }', False),
    ],
)
def test_json_is_looked_into(pattern, expected):
    """By path, compared with a text, a number, or what JSON has besides."""
    assert matcher(pattern)(json.dumps(ORDER)) is expected


@pytest.mark.parametrize("message", ["no JSON", "12", '"ERROR"', ""])
def test_what_is_no_json_document_matches_no_json_pattern(message):
    """Lines of text stand beside JSON in one stream."""
    assert matcher('{ $.level = "ERROR" }')(message) is False


@pytest.mark.parametrize(
    "pattern",
    [
        "a:b",
        "{",
        "{ }",
        "{ $.a }",
        '{ $.a = "b" ',
        "{ $.a = 1 } x",
        "{ a = 1 }",
        "{ $.a < b }",
        "?",
    ],
)
def test_what_is_no_pattern_is_refused(pattern):
    """Terms with other characters than letters, digits and underscores need quotes."""
    with pytest.raises(InvalidParameter):
        matcher(pattern)


@pytest.mark.parametrize(
    "pattern", ["%ERR[0-9]%", "[ip, user, status=4*]", "?a b", '{ $.items[*].sku = "desk" }']
)
def test_other_kinds_are_refused_by_name(pattern):
    """Rather than matching what AWS would not."""
    with pytest.raises(NotSimulated, match=r"filter pattern of CloudWatch Logs"):
        matcher(pattern)
