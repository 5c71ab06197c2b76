"""Aliases: names for versions of a function that can be moved from one to another.

See https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random


class Alias:
    """A name that leads to one version, or by chance to one of two.

    Args:
        name: Its name.
        version: The version it leads to.
        description: For people.
        weights: The share of invocations that other versions get.
        revision: Its revision id.
    """

    def __init__(
        self,
        name: str,
        version: str,
        *,
        description: str,
        weights: Mapping[str, float],
        revision: str,
    ) -> None:
        self.name = name
        self.version = version
        self.description = description
        self.weights = dict(weights)
        self.revision = revision

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions it leads to."""
        return self.version, *self.weights

    def route(self, chance: Random) -> str:
        """The version that the next invocation goes to."""
        if not self.weights:
            return self.version
        drawn = chance.random()
        for version, weight in self.weights.items():
            drawn -= weight
            if drawn < 0:
                return version
        return self.version
