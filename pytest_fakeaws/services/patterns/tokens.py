"""JSON as tokens that know where they stand, so that an error can name the column that AWS names.

AWS reads patterns with Jackson, which tells where it *stands*: it announces a text when it has seen the
opening quote, everything else when it has read it, and a name together with what it has seen of its value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_BRACKETS = "{}[]"
_BLANK = re.compile(r"[ \t\n\r,:]*")
_DECODER = json.JSONDecoder()
_COLON = re.compile(r"[ \t\n\r]*:")


class InvalidPattern(Exception):
    """A pattern that AWS refuses.

    Args:
        reason: Why, in the words of AWS's matcher.
        source: The pattern.
        offset: How far it had been read.
    """

    def __init__(self, reason: str, source: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source
        before = source[:offset]
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1


class Token(NamedTuple):
    """A piece of JSON.

    Attributes:
        kind: A bracket, `name`, `string`, `number` or `literal`.
        value: What it stands for.
        text: A text without its quotes, all else as it is written.
        seen: Where the reader stands when it announces the token.
        read: Where it stands when it has read the token to its end.
    """

    kind: str
    value: Any
    text: str
    seen: int
    read: int


class Reader:
    """Reads a pattern token by token.

    Args:
        source: The pattern.

    Raises:
        InvalidPattern: It is no JSON object.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._check()
        self._tokens = _tokens(source)
        self.next()  # the brace that opens the object

    def _check(self) -> None:
        try:
            document = json.loads(self.source, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise InvalidPattern(
                f"failed to parse JSON. {error.msg}", self.source, error.pos
            ) from None
        except RecursionError:
            raise InvalidPattern("failed to parse JSON. Too deep", self.source, 0) from None
        if not isinstance(document, dict):
            raise InvalidPattern("Filter is not an object", self.source, 1)

    def next(self) -> Token:
        """The next token."""
        return next(self._tokens)

    def value_of(self, name: Token) -> Any:
        """The array that has the name, ahead of its tokens; nothing, if it is no array."""
        start = name.seen - 1
        if self.source[start] != "[":
            return None
        value, _ = _DECODER.raw_decode(self.source, start)
        return value

    def invalid(self, reason: str, offset: int) -> InvalidPattern:
        """The error for what was found there."""
        return InvalidPattern(reason, self.source, offset)


def _refuse_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"Unexpected {name}", name, 0)


def _tokens(source: str) -> Iterator[Token]:
    """The tokens of what is known to be JSON."""
    end = 0
    name: Token | None = None  # waits for what is seen of its value
    while (start := _end_of(_BLANK, source, end)) < len(source):
        if source[start] in _BRACKETS:
            end = start + 1
            token = Token(source[start], None, source[start], end, end)
        else:
            value, end = _DECODER.raw_decode(source, start)
            token = _scalar(source, start, end, value)
        if token.kind == "string" and name is None and _COLON.match(source, end):
            name = token
            continue
        if name is not None:
            yield name._replace(kind="name", seen=token.seen, read=token.seen)
            name = None
        yield token


def _scalar(source: str, start: int, end: int, value: Any) -> Token:
    if isinstance(value, str):
        return Token("string", value, value, start + 1, end)
    kind = "literal" if value is None or isinstance(value, bool) else "number"
    return Token(kind, value, source[start:end], end, end)


def _end_of(blank: re.Pattern[str], source: str, start: int) -> int:
    match = blank.match(source, start)
    return match.end() if match else start
