"""Advising: all that the rules find."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pytest_fakeaws.advice.recommendation import RULES, Recommendation
from pytest_fakeaws.advice.rules import functions, mappings, queues
from pytest_fakeaws.advice.scene import Scene
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption, closest

__all__ = ["advise", "check_rules", "functions", "mappings", "queues"]
__tracebackhide__ = HIDE_FROM_TRACEBACK


def advise(cloud: Cloud, ignored: Collection[str]) -> Iterator[Recommendation]:
    """What AWS recommends against in *cloud*, rule by rule.

    Args:
        cloud: As it is, and with what has happened in it.
        ignored: The names of rules that do not count.
    """
    scene = Scene(cloud)
    for name, rule in RULES.items():
        if name not in ignored:
            for resource, text in dict.fromkeys(rule.find(scene)):
                yield Recommendation(name, text, resource, rule.more)


def check_rules(names: Collection[str]) -> None:
    """Refuse names of rules that do not exist.

    Raises:
        UnknownOption: There is one.
    """
    for name in names:
        if name not in RULES:
            raise UnknownOption(
                f"There is no advice by the rule {name!r}.",
                f"The rules are: {', '.join(RULES)}.",
                closest(name, RULES),
            )
