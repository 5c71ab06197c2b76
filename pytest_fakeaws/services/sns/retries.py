"""Retry schedules: when a delivery that failed is tried again, and how often.

See https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.backoff import waits
from pytest_fakeaws.sim.instants import SECOND, Duration


class Phase(NamedTuple):
    """Retries of one kind.

    Attributes:
        retries: How many.
        waits: What comes before each; the last of them before all further ones.
    """

    retries: int
    waits: tuple[Duration, ...]

    def offset(self, retry: int) -> Duration:
        """How long after the beginning of the phase a retry comes, counted from 1."""
        varied = min(retry, len(self.waits))
        return sum(self.waits[:varied]) + (retry - varied) * self.waits[-1]


class Schedule:
    """When each retry comes, if attempts take no time: a pure value.

    Args:
        phases: In order; those without retries are left out.

    Attributes:
        retries: How many retries there are; with the first attempt, there is one attempt more.

    Example:
        >>> http = Schedule(Phase(3, (20 * SECOND,)))
        >>> http.retries, http.offset(3) // SECOND
        (3, 60)
    """

    __slots__ = ("_ends", "_phases", "_starts", "retries")

    def __init__(self, *phases: Phase) -> None:
        self._phases = tuple(phase for phase in phases if phase.retries)
        self._ends = tuple(accumulate((phase.retries for phase in self._phases), initial=0))
        lengths = (phase.offset(phase.retries) for phase in self._phases)
        self._starts = tuple(accumulate(lengths, initial=0))
        self.retries = self._ends[-1]

    def offset(self, retry: int) -> Duration:
        """How long after the first attempt a retry comes, counted from 1; 0 is that attempt."""
        if retry == 0:
            return 0
        phase = self._phase(retry)
        return self._starts[phase] + self._phases[phase].offset(retry - self._ends[phase])

    def wait(self, retry: int) -> Duration:
        """How long a retry waits after the attempt before it has failed."""
        return self.offset(retry) - self.offset(retry - 1)

    def is_steady(self, retry: int) -> bool:
        """Whether this retry is one of very many that differ in nothing."""
        phase = self._phases[self._phase(retry)]
        return len(phase.waits) == 1 and phase.retries > limits.RETRIES[1]

    def retries_within(self, length: Duration) -> int:
        """How many retries come within *length* of the first attempt, its end included."""
        return bisect_right(range(1, self.retries + 1), length, key=self.offset)

    @property
    def length(self) -> Duration:
        """How long after the first attempt the last retry comes."""
        return self._starts[-1]

    def _phase(self, retry: int) -> int:
        return bisect_right(self._ends, retry - 1) - 1


def _phases(
    immediate: int, before: tuple[int, int], backoff: tuple[int, int, int], after: tuple[int, int]
) -> Sequence[Phase]:
    """AWS's four phases: how many retries and how many seconds, for back-off the shortest and longest."""
    count, low, high = backoff
    return (
        Phase(immediate, (0,)),
        Phase(before[0], (before[1] * SECOND,)),
        Phase(count, waits("exponential", count, low * SECOND, high * SECOND)),
        Phase(after[0], (after[1] * SECOND,)),
    )


AWS_MANAGED = Schedule(*_phases(*limits.AWS_MANAGED_RETRIES))
"""For queues, functions and delivery streams."""

CUSTOMER_MANAGED = Schedule(*_phases(*limits.CUSTOMER_MANAGED_RETRIES))
"""For e-mail, text messages and mobile push."""
