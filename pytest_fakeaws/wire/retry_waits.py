"""botocore's retries in virtual time, and their jitter from the seed.

botocore waits with `time.sleep`, which is virtual already, but for two places that hold the real one or
wait on a condition; and it draws from the process's own random numbers.

Taken from botocore beyond its documented API: `retryhandler.random`, `ExponentialBackoff._random`,
`RetryHandler._sleep`, `TokenBucket._sleep_amount` and `Clock.current_time` of its retry modes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from botocore import retryhandler
from botocore.retries import bucket, standard

from pytest_fakeaws.wire.patches import Patches

_LEAST = 1e-6
"""Seconds; the shortest step of virtual time, so that a wait gets ahead."""


class RetryWaits:
    """Replaces what botocore's retries draw and wait with.

    Args:
        draw: A random number between 0 and 1.
        now: Virtual time, as seconds since 1970.
    """

    def __init__(self, draw: Callable[[], float], now: Callable[[], float]) -> None:
        self._draw = draw
        self._now = now
        self._patches = Patches()

    def start(self) -> None:
        """Draw from the seed, and wait in virtual time, from now on."""
        replace = self._patches.replace
        replace(retryhandler, "random", _Drawing(self._draw))
        replace(bucket.Clock, "current_time", lambda _: self._now())
        replace(bucket.TokenBucket, "_sleep_amount", _waiting(bucket.TokenBucket._sleep_amount))
        standard.ExponentialBackoff._random = _Overlay("_random", self._draw)
        standard.RetryHandler._sleep = _Overlay("_sleep", _sleep)

    def stop(self) -> None:
        """Put back what was there."""
        self._patches.undo()
        del standard.ExponentialBackoff._random
        del standard.RetryHandler._sleep


class _Drawing:
    """What the legacy mode asks of the module `random`."""

    def __init__(self, draw: Callable[[], float]) -> None:
        self.random = draw


class _Overlay:
    """An attribute of a class that hides one which its instances have, old and new ones.

    Args:
        name: Its name.
        value: What they are to have.
    """

    def __init__(self, name: str, value: Any) -> None:
        self._name = name
        self._value = value

    def __get__(self, instance: object, owner: type) -> Any:
        return self._value

    def __set__(self, instance: object, value: object) -> None:
        vars(instance)[self._name] = value  # for afterwards


def _sleep(seconds: float) -> None:
    time.sleep(seconds)  # whatever that is now


def _waiting(sleep_amount: Callable[[Any, float], float]) -> Callable[[Any, float], float]:
    """Wait for tokens in virtual time right where botocore asks how long to wait for them."""

    def none_left(tokens: Any, amount: float) -> float:
        # A client that has outlived another fake may have seen a later time than ours.
        tokens._current_capacity = max(tokens._current_capacity, 0)
        while (seconds := sleep_amount(tokens, amount)) > 0:
            tokens._lock.release()
            try:
                time.sleep(seconds + _LEAST)
            finally:
                tokens._lock.acquire()
            tokens._refill()
        return 0

    return none_left
