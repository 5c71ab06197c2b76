"""Reading conditions: plain values, and what each operator takes.

Errors come in the order, and with the words, of AWS's matcher, https://github.com/aws/event-ruler.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_fakeaws.services.patterns.condition import Condition, Test, close, shown
from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.numbers import numeric
from pytest_fakeaws.services.patterns.texts import TEXT_OPERATORS, operand, text_condition
from pytest_fakeaws.services.patterns.tokens import Reader, Token


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
    close(reader)
    return condition


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
    texts = [operand(reader, name.text, each) for each in tokens]
    close(reader)
    compiled, words = TEXT_OPERATORS[name.text]
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
    **{name: text_condition(name) for name in TEXT_OPERATORS},
    "anything-but": _anything_but,
    "exists": _exists,
    "numeric": numeric,
    "cidr": _cidr,
}
"""How each is read, from behind its name to the end of its operand."""

KEYWORDS = frozenset(_OPERATORS) | {"exactly"}
"""Names that make `$or` a plain key, where an alternative has one of them."""
