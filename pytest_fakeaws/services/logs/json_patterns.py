"""Filter patterns for JSON, such as `{ $.level = "ERROR" && $.latency > 100 }`.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#matching-terms-events.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.logs.errors import InvalidParameter

Condition: TypeAlias = Callable[[Any], bool]
"""Whether a document fulfils it."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<selector>\$(?:\.[\w-]+|\[(?:\d+|\*|'[^']*'|"[^"]*")\])+)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<sign>&&|\|\||!=|<=|>=|[=<>(){}])
      | (?P<word>[\w.*+-]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[['\"]([^'\"]*)['\"]\]")
_ABSENT = object()

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_IS: Mapping[str, Condition] = {
    "NULL": lambda value: value is None,
    "TRUE": lambda value: value is True,
    "FALSE": lambda value: value is False,
}


def json_matcher(pattern: str) -> Callable[[str], bool]:
    """Reads *pattern*; what is no JSON document matches none.

    Raises:
        InvalidParameter: It is none.
        NotSimulated: It selects all items of an array.
    """
    condition = _Parser(pattern).read()

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except (ValueError, RecursionError):
            return False
        return isinstance(document, (dict, list)) and condition(document)

    return matches


class _Parser:
    """Reads one pattern, from left to right; `&&` binds more tightly than `||`."""

    def __init__(self, pattern: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        position, end = 0, len(pattern.rstrip())
        while position < end:
            match = _TOKEN.match(pattern, position)
            if match is None or match.lastgroup is None:
                raise _invalid()
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self._tokens.reverse()

    def read(self) -> Condition:
        self._expect("{")
        condition = self._either()
        self._expect("}")
        if self._tokens:
            raise _invalid()
        return condition

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._take("||"):
            parts.append(self._both())
        return lambda document: any(part(document) for part in parts)

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._take("&&"):
            parts.append(self._one())
        return lambda document: all(part(document) for part in parts)

    def _one(self) -> Condition:
        if self._take("("):
            condition = self._either()
            self._expect(")")
            return condition
        select = _selector(self._next("selector"))
        kind, sign = self._pop()
        if kind == "word":
            holds = self._named(sign.upper())
        elif sign in ("=", "!="):
            equals = _equals(*self._pop())
            holds = equals if sign == "=" else _not(equals)
        elif sign in _COMPARED:
            holds = _compares(_COMPARED[sign], _number(self._next("word")))
        else:
            raise _invalid()
        return lambda document: holds(select(document))

    def _named(self, word: str) -> Condition:
        """`IS NULL` and its kin, and `NOT EXISTS`."""
        what = self._next("word").upper()
        if word == "IS" and what in _IS:
            return _IS[what]
        if (word, what) == ("NOT", "EXISTS"):
            return lambda value: value is _ABSENT
        raise _invalid()

    def _pop(self) -> tuple[str, str]:
        if not self._tokens:
            raise _invalid()
        return self._tokens.pop()

    def _next(self, kind: str) -> str:
        found, text = self._pop()
        if found != kind:
            raise _invalid()
        return text

    def _take(self, sign: str) -> bool:
        if self._tokens and self._tokens[-1] == ("sign", sign):
            self._tokens.pop()
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise _invalid()


def _selector(text: str) -> Callable[[Any], Any]:
    if "[*]" in text:
        raise NotSimulated("A filter pattern of CloudWatch Logs that selects all items of an array")
    steps = [int(index) if index else name or quoted for name, index, quoted in _STEP.findall(text)]

    def select(value: Any) -> Any:
        try:
            for step in steps:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
        return value

    return select


def _equals(kind: str, text: str) -> Condition:
    """Equal to a text, with `*` for anything, or to a number."""
    if kind == "word" and re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        number = float(text)
        return lambda value: _is_number(value) and value == number
    if kind not in ("word", "text"):
        raise _invalid()
    wanted = re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "text" else text
    pattern = re.sub(r"([\[?])", r"[\1]", wanted)
    return lambda value: isinstance(value, str) and fnmatchcase(value, pattern)


def _not(equals: Condition) -> Condition:
    return lambda value: value is not _ABSENT and not equals(value)


def _compares(compare: Callable[[Any, Any], bool], number: float) -> Condition:
    return lambda value: _is_number(value) and compare(value, number)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _invalid() from None


def _invalid() -> InvalidParameter:
    return InvalidParameter("Invalid filter pattern")
