"""Patterns, as EventBridge made them: JSON that says what the values of some keys must be.

See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html.
"""

from __future__ import annotations

from math import prod

from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.explanation import Explanation, explain
from pytest_fakeaws.services.patterns.matching import Document, compiled
from pytest_fakeaws.services.patterns.rules import Fields, read_rules


class Pattern:
    """A pattern, read once, that matches many documents.

    Args:
        source: Its JSON.
        dialect: What it may say.

    Attributes:
        matcher: Tells whether an object, in a document, is as wanted; a document is one in itself.

    Raises:
        InvalidPattern: AWS would refuse it; the service that asks words that.

    Example:
        >>> from pytest_fakeaws.services.patterns.dialects import SNS
        >>> pattern = Pattern('{"price": [{"numeric": [">", 100]}]}', SNS)
        >>> pattern.matches({"price": 99})
        False
        >>> print(pattern.explain({"price": 99}))
        kept out: "price" is 99, wanted is a number > 100
    """

    def __init__(self, source: str, dialect: Dialect) -> None:
        self.source = source
        self._dialect = dialect
        self._fields = read_rules(source, dialect)
        self.matcher = compiled(self._fields, dialect)

    def matches(self, document: Document) -> bool:
        """Whether a document, as `json.loads` gives it, is as wanted."""
        return self.matcher(document, document)

    def explain(self, document: Document) -> Explanation:
        """Which keys let the document through, or kept it out."""
        return explain(self._fields, self._dialect, document)

    @property
    def nested(self) -> bool:
        """Whether it wants something of values inside of objects."""
        return _depth(self._fields) > 1

    @property
    def keys(self) -> int:
        """How many keys it names; of nested ones the outermost counts."""
        return len(_names(self._fields))

    @property
    def combinations(self) -> int:
        """The product of how many values it has for each key, times how deep the key is nested."""
        return _combinations(self._fields)


def _depth(fields: Fields) -> int:
    inside = [each for each in fields.keys.values() if isinstance(each, Fields)]
    return max(
        [1 + _depth(each) for each in inside]
        + [_depth(each) for alternatives in fields.either for each in alternatives],
        default=1,
    )


def _names(fields: Fields) -> set[str]:
    alternatives = [each for alternatives in fields.either for each in alternatives]
    return set(fields.keys).union(*map(_names, alternatives))


def _combinations(fields: Fields) -> int:
    return prod(len(leaf.conditions) * len(leaf.path) for leaf in fields.leaves()) * prod(
        sum(map(_combinations, alternatives)) for alternatives in fields.choices()
    )
