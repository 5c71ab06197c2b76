"""Trace headers: to which chain of invocations a call belongs, and how often the chain has been where.

Each invocation has a header, which botocore sends with every call that the handler makes. The service that
is called passes it on to the function that is invoked in consequence. Its `Lineage` counts invocations
of each function along the chain, the first as 0. See
https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader and
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html.
"""

from __future__ import annotations

from collections.abc import Sequence

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import RecursiveInvocation
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.sim.chance import Ids
from pytest_fakeaws.sim.instants import SECOND, Instant
from pytest_fakeaws.sim.simulation import Simulation

_ROOT, _PARENT = 24, 16
"""Digits of the id of a chain, and of that of one of its calls."""

DIGITS = _ROOT + _PARENT
"""How many digits an id for both has."""


class Traces:
    """Makes the trace headers of invocations, and stops chains that run in circles.

    Args:
        simulation: The clock.
        ids: Where ids come from, each for a root and a parent.

    Attributes:
        allowed: The ARNs of functions that may be invoked in circles.
    """

    def __init__(self, simulation: Simulation, ids: Ids) -> None:
        self.allowed: set[str] = set()
        self._simulation = simulation
        self._began: Instant = -1
        self._root = ""
        self._ids = ids

    def allow(self, function: Function, *, allowed: bool) -> None:
        """Let *function* be invoked in circles, or no longer."""
        if allowed:
            self.allowed.add(function.arn)
        else:
            self.allowed.discard(function.arn)

    def begin(self) -> str:
        """The header of a chain without invocations."""
        digits, now = self._ids.next(), self._simulation.now
        if now != self._began:
            self._began, self._root = now, f"Root=1-{now // SECOND:08x}"
        return f"{self._root}-{digits[:_ROOT]};Parent={digits[_ROOT:]};Sampled=0"

    def next(self, function: Function, causes: Sequence[str] = ()) -> str:
        """The header of an invocation.

        Args:
            function: What is to be invoked.
            causes: The headers of what it is invoked for: several, for a batch of messages. Of each
                function's counts in them the highest holds.

        Raises:
            RecursiveInvocation: The chain has been through *function* too often.
        """
        if not causes:
            return f"{self.begin()};Lineage={function.lineage_id}:0"
        lineage: dict[str, int] = {}
        for cause in dict.fromkeys(causes):
            for name, count in _lineage(_fields(cause).get("Lineage", "")):
                lineage[name] = max(count, lineage.get(name, 0))
        invocations = lineage.get(function.lineage_id, -1) + 1
        if invocations >= limits.RECURSION and function.arn not in self.allowed:
            raise RecursiveInvocation(invocations)
        lineage[function.lineage_id] = invocations
        counted = "|".join(f"{name}:{count}" for name, count in lineage.items())
        return f"{self._continued(_fields(causes[0]))};Lineage={counted}"

    def _continued(self, fields: dict[str, str]) -> str:
        if "Root" not in fields:
            return self.begin()
        sampled = fields.get("Sampled", "0")
        return f"Root={fields['Root']};Parent={self._ids.next()[_ROOT:]};Sampled={sampled}"


def _fields(header: str) -> dict[str, str]:
    parts = (part.partition("=") for part in header.split(";"))
    return {name.strip(): value.strip() for name, _, value in parts}


def _lineage(text: str) -> list[tuple[str, int]]:
    """The counts of a lineage; what looks otherwise is somebody else's, and counts for nothing."""
    parts = (part.partition(":") for part in text.split("|"))
    return [(name, int(count)) for name, _, count in parts if count.isdecimal()]
