"""Conditions: what one entry of a key's list wants of a value.

Errors come in the order, and with the words, of AWS's matcher, https://github.com/aws/event-ruler.
"""

from __future__ import annotations

import ipaddress
import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.tokens import Reader, Token

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


def read_condition(reader: Reader, token: Token, dialect: Dialect) -> Condition:
    """Read an entry that begins with *token*.

    Raises:
        InvalidPattern: It is none, or none of this dialect.
    """
    if token.kind == "{":
        return _operation(reader, dialect)
    if token.kind in ("string", "number", "literal"):
        value = round(token.value, dialect.decimals) if token.kind == "number" else token.value
        return _equal(token.kind, [value], shown(token.value))
    raise reader.invalid("Match value must be String, number, true, false, or null", token.seen)


def _equal(on: str, values: Iterable[Any], wanted: str) -> Condition:
    equal = frozenset(values)
    return Condition(on, equal.__contains__, wanted, equal)


def _operation(reader: Reader, dialect: Dialect) -> Condition:
    name = reader.next()
    if name.kind != "name":
        raise reader.invalid("Empty match expression is not allowed", name.seen)
    if name.text not in dialect.operators:
        raise reader.invalid(f"Unrecognized match type {name.text}", name.seen)
    condition = _OPERATORS[name.text](reader, dialect)
    _close(reader)
    return condition


def _close(reader: Reader) -> None:
    token = reader.next()
    if token.kind != "}":
        raise reader.invalid("Only one key allowed in match expression", token.seen)


# Texts


class _TextOperator(NamedTuple):
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


_TEXT_OPERATORS: Mapping[str, _TextOperator] = {
    "prefix": _TextOperator(_prefix, "a text that begins with"),
    "suffix": _TextOperator(_suffix, "a text that ends with"),
    "equals-ignore-case": _TextOperator(_folded, "in any case"),
    "wildcard": _TextOperator(_wildcard, "a text like"),
}


def _operand(reader: Reader, name: str, token: Token) -> str:
    if token.kind != "string":
        raise reader.invalid(f"{name} match pattern must be a string", token.seen)
    if name == "wildcard" and "**" in token.text.replace("\\*", ""):
        raise reader.invalid("Consecutive wildcard characters are not allowed", token.read)
    if name == "wildcard" and re.search(r"(?<!\\)(?:\\\\)*\\(?![*\\])", token.text):
        raise reader.invalid("Invalid escape character in wildcard", token.read)
    text: str = token.value
    return text


def _text_condition(name: str) -> Callable[[Reader, Dialect], Condition]:
    compiled, words = _TEXT_OPERATORS[name]

    def read(reader: Reader, dialect: Dialect) -> Condition:
        token = reader.next()
        if token.kind == "{" and dialect.folding and name in ("prefix", "suffix"):
            return _folding_affix(reader, name)
        text = _operand(reader, name, token)
        return Condition("string", compiled(text), f"{words} {shown(text)}")

    return read


def _folding_affix(reader: Reader, name: str) -> Condition:
    compiled, words = _TEXT_OPERATORS[name]
    inner = reader.next()
    if inner.text != "equals-ignore-case":
        raise reader.invalid(f"Unsupported {name} pattern: {inner.text}", inner.seen)
    text = _operand(reader, name, reader.next())
    _close(reader)
    return Condition("string", _folding(compiled, text), f"{words} {shown(text)} in any case")


# Anything but


def _anything_but(reader: Reader, dialect: Dialect) -> Condition:
    token = reader.next()
    if token.kind == "{":
        return _anything_but_text(reader, dialect)
    if token.kind == "[":
        values = _plain_values(reader)
    elif token.kind in ("string", "number"):
        values = [token]
    else:
        raise reader.invalid(
            "Value of anything-but must be an array or single string/number value.", token.seen
        )
    unwanted = [value.value for value in values]
    kind = (int, float) if values[0].kind == "number" else (str,)
    forbidden = frozenset(
        round(value, dialect.decimals) if kind != (str,) else value for value in unwanted
    )
    return Condition(
        "any",
        lambda value: type(value) not in kind or value not in forbidden,
        f"anything but {' or '.join(map(shown, unwanted))}",
    )


def _plain_values(reader: Reader) -> list[Token]:
    values: list[Token] = []
    while (token := reader.next()).kind != "]":
        if token.kind not in ("string", "number"):
            raise reader.invalid(
                "Inside anything but list, start|null|boolean is not supported.", token.seen
            )
        if values and token.kind != values[0].kind:
            raise reader.invalid(
                "Inside anything but list, either all values are number or string, "
                "mixed type is not supported",
                token.seen,
            )
        values.append(token)
    if not values:
        raise reader.invalid("Empty arrays are not allowed", token.seen)
    return values


def _anything_but_text(reader: Reader, dialect: Dialect) -> Condition:
    name = reader.next()
    if name.kind != "name":
        raise reader.invalid("Anything-But expression name not found", name.seen)
    if name.text not in dialect.anything_but:
        raise reader.invalid(f"Unsupported anything-but pattern: {name.text}", name.seen)
    token = reader.next()
    tokens = _plain_values(reader) if token.kind == "[" and dialect.lists else [token]
    texts = [_operand(reader, name.text, each) for each in tokens]
    _close(reader)
    compiled, words = _TEXT_OPERATORS[name.text]
    tests = [compiled(text) for text in texts]
    return Condition(
        "any",
        lambda value: type(value) is not str or not any(test(value) for test in tests),
        f"anything but {words} {' or '.join(map(shown, texts))}",
    )


# Presence


def _exists(reader: Reader, dialect: Dialect) -> Condition:
    token = reader.next()
    if not isinstance(token.value, bool):
        raise reader.invalid("exists match pattern must be either true or false.", token.seen)
    if token.value:
        return Condition("any", presence(dialect), "any value")
    return Condition("absence", presence(dialect), "no such key")


def presence(dialect: Dialect) -> Test:
    """Tells whether a value counts as being there."""
    if dialect.exists_means_something:
        return lambda value: value is not None and value != ""
    return lambda _: True


# Numbers

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _numeric(reader: Reader, dialect: Dialect) -> Condition:
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


# Addresses


def _cidr(reader: Reader, dialect: Dialect) -> Condition:
    token = reader.next()
    if token.kind != "string":
        raise reader.invalid("CIDR match pattern must be a string", token.seen)
    try:
        network = ipaddress.ip_network(token.text, strict=False)
    except ValueError as error:
        raise reader.invalid(f"Malformed CIDR: {error}", token.read) from None

    def holds(value: str) -> bool:
        try:
            return ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return Condition("string", holds, f"an address in {token.text}")


_OPERATORS: Mapping[str, Callable[[Reader, Dialect], Condition]] = {
    **{name: _text_condition(name) for name in _TEXT_OPERATORS},
    "anything-but": _anything_but,
    "exists": _exists,
    "numeric": _numeric,
    "cidr": _cidr,
}
"""How each is read, from behind its name to the end of its operand."""

KEYWORDS = frozenset(_OPERATORS) | {"exactly"}
"""Names that make `$or` a plain key, where an alternative has one of them."""
