"""The filters of a mapping of a queue: which messages its function gets.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue
from pytest_fakeaws.services.patterns.dialects import LAMBDA
from pytest_fakeaws.services.patterns.pattern import Pattern
from pytest_fakeaws.services.patterns.tokens import InvalidPattern

_KEY = "body"


class EventFilters:
    """Filters of which one must let a message through.

    Args:
        criteria: A mapping's `FilterCriteria`.

    Raises:
        InvalidParameterValue: There are too many, or one cannot be read.
        NotSimulated: One is about something else than the body.
    """

    def __init__(self, criteria: Mapping[str, Any]) -> None:
        given = criteria.get("Filters", ())
        if len(given) > limits.FILTERS:
            raise InvalidParameterValue(
                f"Maximum number of filters exceeded: {len(given)}, allowed are {limits.FILTERS}."
            )
        self._filters = [_Filter(one.get("Pattern") or "") for one in given]

    def against(self, body: str) -> str:
        """What keeps out a message with this *body*, in words; empty if a filter lets it through."""
        document = _read(body)
        for one in self._filters:
            if one.matches(document):
                return ""
        return "; ".join(one.against(document) for one in self._filters)


class _Filter:
    """One filter: for bodies that are JSON, or for plain texts."""

    def __init__(self, source: str) -> None:
        try:
            self._pattern = Pattern(source, LAMBDA)
        except InvalidPattern:
            raise InvalidParameterValue("Invalid filter pattern definition.") from None
        rules = json.loads(source)
        others = [name for name in rules if name != _KEY]
        if others:
            raise NotSimulated(
                f'A filter on "{others[0]}" of messages',
                "Mappings of SQS queues filter on the key body only: "
                "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html.",
            )
        self._for_json = isinstance(rules[_KEY], dict)

    def matches(self, document: object) -> bool:
        fitting = self._for_json is not isinstance(document, str)
        return fitting and self._pattern.matches({_KEY: document})

    def against(self, document: object) -> str:
        if self._for_json is isinstance(document, str):
            kinds = ("JSON", "a plain text") if self._for_json else ("a plain text", "JSON")
            return f"its filter is for {kinds[0]}, and the body is {kinds[1]}"
        return ", ".join(map(str, self._pattern.explain({_KEY: document}).findings))


def _read(body: str) -> object:
    """A body as filters see it: objects and lists are JSON, all else is a plain text."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return document if isinstance(document, (dict, list)) else body
