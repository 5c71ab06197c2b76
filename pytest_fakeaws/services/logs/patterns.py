"""Filter patterns: which log events a search is for.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html. Terms, phrases and
patterns for JSON are simulated; patterns for columns and regular expressions raise by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.logs.errors import InvalidParameter
from pytest_fakeaws.services.logs.json_patterns import json_matcher

Matcher: TypeAlias = Callable[[str], bool]
"""Whether a message matches."""

_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))')
_WORD = re.compile(r"\w+")


def matcher(pattern: str) -> Matcher:
    """Reads *pattern*.

    Raises:
        InvalidParameter: It is none.
        NotSimulated: It is of a kind that is not simulated.
    """
    text = pattern.strip()
    if "%" in text:
        raise NotSimulated("A regular expression in a filter pattern of CloudWatch Logs")
    if text.startswith("["):
        raise NotSimulated("A filter pattern of CloudWatch Logs for columns, in brackets")
    if text.startswith("{"):
        return json_matcher(text)
    return _terms(text)


def _terms(text: str) -> Matcher:
    wanted: dict[str, list[str]] = {"": [], "?": [], "-": []}
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise InvalidParameter("Invalid filter pattern")
        sign, phrase, word = match.groups()
        if word is not None and not _WORD.fullmatch(word):
            raise InvalidParameter(f"Invalid character(s) in term '{word}'")
        wanted[sign].append(word if phrase is None else re.sub(r"\\(.)", r"\1", phrase))
        position = match.end()
    if wanted["?"] and (wanted[""] or wanted["-"]):
        raise NotSimulated(
            "A filter pattern of CloudWatch Logs that mixes optional terms with others"
        )
    return lambda message: (
        all(term in message for term in wanted[""])
        and not any(term in message for term in wanted["-"])
        and (not wanted["?"] or any(term in message for term in wanted["?"]))
    )
