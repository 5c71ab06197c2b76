"""Concurrency: how many invocations an account's functions may run at once.

See https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial

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

    def reserved(self, function: Function) -> int | None:
        """The share of *function*, if it has one of its own."""
        return self._pools[function.place].reserved.get(function.arn)

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
        pool = self._pools[place]
        left = pool.unreserved + pool.reserved.get(arn, 0) - number
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
        self._pools[function.place].reserve(function.arn, number)

    def unreserve(self, function: Function) -> None:
        """Let *function* share with the others again."""
        self._pools[function.place].reserve(function.arn, None)

    def enter(self, function: Function) -> Callable[[], None]:
        """Let an invocation of *function* begin, and return what is to be called when it has ended.

        Raises:
            TooManyRequests: There are as many as may be.
        """
        pool, arn = self._pools[function.place], function.arn
        share = pool.reserved.get(arn)
        if share is None:
            if pool.running_unreserved >= pool.unreserved:
                raise TooManyRequests(_OF_ACCOUNT)
        elif pool.running[arn] >= share:
            raise TooManyRequests(_OF_FUNCTION)
        pool.count(arn, 1)
        return partial(pool.count, arn, -1)


class _Pool:
    """What the functions of one account and region share.

    Attributes:
        reserved: The shares, by function.
        unreserved: What they leave.
        running: How many invocations each function has.
        running_unreserved: How many functions without a share have together.
    """

    def __init__(self) -> None:
        self.reserved: dict[str, int] = {}
        self.unreserved = limits.CONCURRENCY
        self.running: Counter[str] = Counter()
        self.running_unreserved = 0

    def reserve(self, arn: str, number: int | None) -> None:
        before = self.reserved.pop(arn, None)
        if before is None:
            self.running_unreserved -= self.running[arn]
        if number is None:
            self.running_unreserved += self.running[arn]
        else:
            self.reserved[arn] = number
        self.unreserved += (before or 0) - (number or 0)

    def count(self, arn: str, change: int) -> None:
        self.running[arn] += change
        if arn not in self.reserved:
            self.running_unreserved += change
