"""The injector: puts rules where they are asked, and takes them away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias

from pytest_fakeaws.faults.hooks import Hooks
from pytest_fakeaws.faults.rules import Once, Rule, every, first
from pytest_fakeaws.faults.when import When
from pytest_fakeaws.journal.journal import Journal
from pytest_fakeaws.sim.chance import Chance
from pytest_fakeaws.sim.instants import Instant

Hook: TypeAlias = Literal[
    "call", "sending", "receiving", "deleting", "delivery", "admission", "run"
]
"""The hooks that rules answer, by their names."""


class Asked(Protocol):
    """Something that answers points, by a rule."""

    rule: Rule

    def __call__(self, point: Any) -> Any:
        """What happens at *point*, or `None`."""


class Injector:
    """Keeps the rules of one cloud.

    Args:
        hooks: Where they are asked.
        now: Reads the clock.
        journal: Where they say that they have struck.
        chance: Where they draw from.
    """

    def __init__(
        self, hooks: Hooks, now: Callable[[], Instant], journal: Journal, chance: Chance
    ) -> None:
        self.chance = chance
        self.now = now
        self._hooks = hooks
        self._journal = journal
        self._asked: dict[Hook, list[Asked]] = {}
        self._made = 0

    def rule(
        self, told: str, when: When, matches: Callable[[Any], bool], *, once: Once | None = None
    ) -> Rule:
        """A rule with a stream of its own, so that no rule changes what another draws."""
        self._made += 1
        stream = f"faults/{self._made}"
        return Rule(
            told,
            when,
            matches,
            now=self.now,
            journal=self._journal,
            draw=lambda: self.chance.stream(stream).random(),
            once=once,
        )

    def add(self, hook: Hook, asked: Asked) -> None:
        """Let *asked* be asked at *hook*, after those that are asked there already."""
        everybody = self._asked.setdefault(hook, [])
        everybody.append(asked)
        answer = every if hook == "run" else first
        setattr(self._hooks, hook, partial(answer, everybody))

    def remove(self, hook: Hook, asked: Asked) -> None:
        """Ask it no more; where nobody is left, nobody asks."""
        asked.rule.stop()
        everybody = self._asked[hook]
        if asked in everybody:
            everybody.remove(asked)
        if not everybody:
            setattr(self._hooks, hook, None)
