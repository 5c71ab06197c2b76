"""Advising: all that the rules find."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pytest_fakeaws.advice.recommendation import Recommendation, Rules
from pytest_fakeaws.advice.rules import functions, mappings, queues
from pytest_fakeaws.advice.scene import Scene
from pytest_fakeaws.cloud import Cloud

RULES = Rules({**functions.RULES, **mappings.RULES, **queues.RULES})
"""All rules by name, in the order in which advice is given."""

HANDFUL = 5
"""How many pieces of advice a report shows."""


def advise(cloud: Cloud, ignored: Collection[str]) -> Iterator[Recommendation]:
    """What AWS recommends against in *cloud*, rule by rule.

    Args:
        cloud: As it is, and with what has happened in it.
        ignored: The names of rules that do not count.
    """
    scene = Scene(cloud)
    for name, rule in RULES.items():
        if name not in ignored:
            for found in dict.fromkeys(rule.find(scene)):
                yield Recommendation(name, found.text, found.resource, rule.more)


def handful(advice: Sequence[Recommendation]) -> list[str]:
    """The first of *advice* as a report shows it."""
    more = len(advice) - HANDFUL
    told = [f"... and {more} more in fakeaws.advice"] if more > 0 else []
    return [*map(str, advice[:HANDFUL]), *told]
