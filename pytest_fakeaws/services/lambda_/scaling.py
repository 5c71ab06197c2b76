"""How many batches a mapping may have in progress, and how that changes.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html.
"""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.services.lambda_ import limits


class Scaling:
    """A number of batches that grows with a backlog and shrinks with failures.

    How fast AWS takes batches away is not documented. Here each failure takes one, each success gives one
    back, and one is always left.

    Args:
        least: Batches in progress at the start, and after rest.
        step: How many more there may be after each minute of backlog.
        most: Batches in progress at the most.
    """

    def __init__(self, least: int, step: int, most: int) -> None:
        self._least = least
        self._step = step
        self._most = most
        self._level = least
        self._setbacks = 0

    @classmethod
    def of(cls, settings: dict[str, Any], *, fifo: bool) -> Scaling:
        """What the settings of a mapping, by AWS's names, ask for."""
        provisioned = settings.get("ProvisionedPollerConfig")
        if provisioned:
            fewest, most = (
                provisioned[name] * limits.INVOCATIONS_OF_POLLER
                for name in ("MinimumPollers", "MaximumPollers")
            )
            return cls(fewest, limits.PROVISIONED_STEP, most)
        most = settings.get("ScalingConfig", {}).get("MaximumConcurrency", limits.BATCHES[1])
        # Of a FIFO queue there are as many as groups, from the start.
        least = most if fifo else min(limits.BATCHES[0], most)
        return cls(least, limits.BATCHES_STEP, most)

    @property
    def limit(self) -> int:
        """How many batches may be in progress now."""
        return max(1, self._level - self._setbacks)

    @property
    def can_grow(self) -> bool:
        """Whether a longer backlog would make it more."""
        return self._level < self._most and not self._setbacks

    def grow(self) -> None:
        """There has been a backlog for a minute."""
        self._level = min(self._level + self._step, self._most)

    def rest(self) -> None:
        """There is nothing to do: begin anew. What failed still counts."""
        self._level = self._least

    def failed(self) -> None:
        """A batch failed, or was throttled."""
        self._setbacks = min(self._setbacks + 1, self._level - 1)

    def succeeded(self) -> None:
        """A batch was handled."""
        if self._setbacks:
            self._setbacks -= 1
