"""Conditions on texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pytest_fakeaws.services.patterns.condition import Condition, Test, close, shown
from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.tokens import Reader, Token


class TextOperator(NamedTuple):
    """An operator that compares texts.

    Attributes:
        compiled: Makes the test for an operand.
        words: What it wants, but for the operand.
    """

    compiled: Callable[[str], Test]
    words: str


def _prefix(text: str) -> Test:
    return lambda value: value.startswith(text)


def _suffix(text: str) -> Test:
    return lambda value: value.endswith(text)


def _folded(text: str) -> Test:
    folded = text.lower()
    return lambda value: value.lower() == folded


def _folding(compiled: Callable[[str], Test], text: str) -> Test:
    test = compiled(text.lower())
    return lambda value: test(value.lower())


def _wildcard(text: str) -> Test:
    pieces = re.findall(r"\\[*\\]|[^*]|\*", text)
    pattern = "".join(".*" if piece == "*" else re.escape(piece[-1]) for piece in pieces)
    matches = re.compile(pattern, re.DOTALL).fullmatch
    return lambda value: matches(value) is not None


TEXT_OPERATORS: Mapping[str, TextOperator] = {
    "prefix": TextOperator(_prefix, "a text that begins with"),
    "suffix": TextOperator(_suffix, "a text that ends with"),
    "equals-ignore-case": TextOperator(_folded, "in any case"),
    "wildcard": TextOperator(_wildcard, "a text like"),
}
"""By their names."""


def operand(reader: Reader, name: str, token: Token) -> str:
    """The text that an operator has to compare with.

    Raises:
        InvalidPattern: It is none, or none for this operator.
    """
    if token.kind != "string":
        raise reader.invalid(f"{name} match pattern must be a string", token.seen)
    if name == "wildcard" and "**" in token.text.replace("\\*", ""):
        raise reader.invalid("Consecutive wildcard characters are not allowed", token.read)
    if name == "wildcard" and re.search(r"(?<!\\)(?:\\\\)*\\(?![*\\])", token.text):
        raise reader.invalid("Invalid escape character in wildcard", token.read)
    text: str = token.value
    return text


def text_condition(name: str) -> Callable[[Reader, Dialect], Condition]:
    """What reads the operand of a text operator."""
    compiled, words = TEXT_OPERATORS[name]

    def read(reader: Reader, dialect: Dialect) -> Condition:
        token = reader.next()
        if token.kind == "{" and dialect.folding and name in ("prefix", "suffix"):
            return _folding_affix(reader, name)
        text = operand(reader, name, token)
        return Condition("string", compiled(text), f"{words} {shown(text)}")

    return read


def _folding_affix(reader: Reader, name: str) -> Condition:
    compiled, words = TEXT_OPERATORS[name]
    inner = reader.next()
    if inner.text != "equals-ignore-case":
        raise reader.invalid(f"Unsupported {name} pattern: {inner.text}", inner.seen)
    text = operand(reader, name, reader.next())
    close(reader)
    return Condition("string", _folding(compiled, text), f"{words} {shown(text)} in any case")
