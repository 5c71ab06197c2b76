"""Explanations: which keys let a document through, or kept it out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pytest_fakeaws.services.patterns.condition import shown
from pytest_fakeaws.services.patterns.conditions import presence
from pytest_fakeaws.services.patterns.dialects import Dialect
from pytest_fakeaws.services.patterns.matching import Document, compiled, value_test, values_at
from pytest_fakeaws.services.patterns.rules import Fields, Values

_LONGEST = 60


class Finding(NamedTuple):
    """What was found at a key.

    Attributes:
        key: The key, with those that it is nested in before it.
        holds: Whether it is as wanted.
        found: What is there, in words.
        wanted: What the pattern wants, in words.
    """

    key: str
    holds: bool
    found: str
    wanted: str

    def __str__(self) -> str:
        return f'"{self.key}" {self.found}, wanted is {self.wanted}'


class Explanation(NamedTuple):
    """Why a pattern lets a document through, or keeps it out.

    Attributes:
        accepted: Whether it lets it through.
        findings: The keys that decided.
    """

    accepted: bool
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        verdict = "let through" if self.accepted else "kept out"
        return f"{verdict}: {'; '.join(map(str, self.findings))}"


def explain(fields: Fields, dialect: Dialect, document: Document) -> Explanation:
    """Why *document* is let through, or kept out."""
    accepted = compiled(fields, dialect)(document, document)
    findings = tuple(_findings(fields, dialect, document))
    decisive = tuple(finding for finding in findings if finding.holds is accepted)
    return Explanation(accepted, decisive or (_apart(fields),))


def _findings(fields: Fields, dialect: Dialect, document: Document) -> Iterator[Finding]:
    for leaf in fields.leaves():
        yield _of_leaf(leaf, dialect, document)
    for alternatives in fields.choices():
        yield from _of_choice(alternatives, dialect, document)


def _of_leaf(leaf: Values, dialect: Dialect, document: Document) -> Finding:
    values = list(values_at(document, leaf.path))
    absent = not any(map(presence(dialect), values))
    holds = value_test(leaf, dialect)(values) or (
        absent and any(condition.on == "absence" for condition in leaf.conditions)
    )
    wanted = " or ".join(condition.wanted for condition in leaf.conditions)
    return Finding(".".join(leaf.path), holds, _found(values), wanted)


def _of_choice(
    alternatives: tuple[Fields, ...], dialect: Dialect, document: Document
) -> Iterator[Finding]:
    """The findings of the first alternative that holds, or one that tells of all that do not."""
    told = [tuple(_findings(each, dialect, document)) for each in alternatives]
    for findings in told:
        if all(finding.holds for finding in findings):
            yield from findings
            return
    failed = ["; ".join(str(each) for each in findings if not each.holds) for findings in told]
    yield Finding("$or", holds=False, found="has no alternative that holds", wanted=_one_of(failed))


def _one_of(texts: list[str]) -> str:
    return "one of " + ", ".join(f"({text})" for text in texts)


def _apart(fields: Fields) -> Finding:
    """The finding if each key has what is wanted, but not in one and the same object."""
    keys = " and ".join(f'"{".".join(leaf.path)}"' for leaf in fields.leaves())
    return Finding(
        next(iter(fields.keys), "$or"),
        holds=False,
        found="has no element that has all by itself",
        wanted=f"{keys} in one object",
    )


def _found(values: list[Any]) -> str:
    if not values:
        return "is missing"
    text = shown(values[0] if len(values) == 1 else values)
    return f"is {text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}"
