"""Concurrency: how many invocations an account's functions may run at once.

See https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.checks import Checks
from pytest_fakeaws.services.lambda_.errors import InvalidParameterValue, TooManyRequests
from pytest_fakeaws.services.lambda_.function import Function

_OF_ACCOUNT = "ConcurrentInvocationLimitExceeded"
_OF_FUNCTION = "ReservedFunctionConcurrentInvocationLimitExceeded"


class Concurrency:
    """Counts invocations in progress, and shares out what there is of them.

    All versions of a function count as one.
    """

    def __init__(self) -> None:
        self._pools: defaultdict[Place, _Pool] = defaultdict(_Pool)
        self._shares: dict[str, _Share] = {}

    def reserved(self, function: Function) -> int | None:
        """The share of *function*, if it has one of its own."""
        return self._share(function.place, function.arn).reserved

    def unreserved(self, place: Place) -> int:
        """What the functions of *place* without a share have together."""
        return self._pools[place].unreserved

    def check_reservation(self, place: Place, arn: str, number: int) -> None:
        """Refuse a share that would leave too little for the other functions of *place*.

        Raises:
            InvalidParameterValue: It would.
            Violations: It is less than nothing.
        """
        checks = Checks()
        if number < 0:
            least = "Member must have value greater than or equal to 0"
            checks.broken("reservedConcurrentExecutions", number, least)
        checks.done()
        left = self.unreserved(place) + (self._share(place, arn).reserved or 0) - number
        if left < limits.UNRESERVED_CONCURRENCY:
            raise InvalidParameterValue(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                "UnreservedConcurrentExecution below its minimum value of "
                f"[{limits.UNRESERVED_CONCURRENCY}]."
            )

    def reserve(self, function: Function, number: int) -> None:
        """Give *function* a share of its own, which it never exceeds.

        Raises:
            InvalidParameterValue: Too little would be left for the others.
        """
        self.check_reservation(function.place, function.arn, number)
        self._share(function.place, function.arn).reserve(number)

    def unreserve(self, function: Function) -> None:
        """Let *function* share with the others again."""
        self._share(function.place, function.arn).reserve(None)

    def enter(self, function: Function) -> Callable[[], None]:
        """Let an invocation of *function* begin, and return what is to be called when it has ended.

        Raises:
            TooManyRequests: There are as many as may be.
        """
        share = self._shares.get(function.arn) or self._share(function.place, function.arn)
        share.enter()
        return share.leave

    def _share(self, place: Place, arn: str) -> _Share:
        share = self._shares.get(arn)
        if share is None:
            share = self._shares[arn] = _Share(self._pools[place])
        return share


class _Pool:
    """What the functions of one account and region share.

    Attributes:
        unreserved: What those with a share of their own leave to the others.
        running: How many invocations these have together.
    """

    def __init__(self) -> None:
        self.unreserved = limits.CONCURRENCY
        self.running = 0


class _Share:
    """What one function has.

    Args:
        pool: What it has it of.

    Attributes:
        reserved: The share of its own, if it has one.
    """

    def __init__(self, pool: _Pool) -> None:
        self.reserved: int | None = None
        self._running = 0
        self._pool = pool

    def reserve(self, number: int | None) -> None:
        """Give it a share of its own, or none."""
        pool, before = self._pool, self.reserved
        if before is None:
            pool.running -= self._running
        if number is None:
            pool.running += self._running
        pool.unreserved += (before or 0) - (number or 0)
        self.reserved = number

    def enter(self) -> None:
        """An invocation begins.

        Raises:
            TooManyRequests: There are as many as may be.
        """
        if self.reserved is None:
            pool = self._pool
            if pool.running >= pool.unreserved:
                raise TooManyRequests(_OF_ACCOUNT)
            pool.running += 1
        elif self._running >= self.reserved:
            raise TooManyRequests(_OF_FUNCTION)
        self._running += 1

    def leave(self) -> None:
        """An invocation has ended."""
        self._running -= 1
        if self.reserved is None:
            self._pool.running -= 1
