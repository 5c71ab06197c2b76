"""Randomness from one seed, in named streams.

Each stream is its own generator, so that drawing from one never changes what another yields: a new
use of randomness in one place leaves the ids of all others as they were.
"""

from __future__ import annotations

import hashlib
from binascii import hexlify
from collections.abc import Callable
from functools import cache, partial
from random import Random

_FIRST, _MOST = 32, 256
"""How many ids are made at a time, at first and in the end: one by one takes longer, and many fakes need few."""
_FIXED, _RESERVED = 0x4 << 76 | 0x8 << 60, 0xF << 76 | 0xC << 60
"""The version and the variant of a UUID, and the bits that they stand in."""
_BLANK = b"-" * 36 + b" "
_DIGITS = [place for place in range(36) if place not in (8, 13, 18, 23)]
"""Where in a UUID digits stand."""


class Chance:
    """Where everything random in a fake comes from.

    Args:
        seed: Same seed, same draws, on every platform and under every `PYTHONHASHSEED`.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Random] = {}
        self._ids: dict[str, Ids] = {}

    def stream(self, name: str) -> Random:
        """The generator called *name*, the same object at every call."""
        if name not in self._streams:
            digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
            self._streams[name] = Random(int.from_bytes(digest, "big"))  # noqa: S311
        return self._streams[name]

    def ids(self, name: str) -> Ids:
        """The source of UUIDs called *name*, the same object at every call.

        Nothing else may draw from the stream of that name, for UUIDs are drawn ahead.
        """
        return self._source(name, _uuids)

    def digits(self, name: str, count: int) -> Ids:
        """The source of so many hexadecimal digits at a time, likewise."""
        return self._source(name, partial(_digits, count))

    def _source(self, name: str, draw: Callable[[Random, int], list[str]]) -> Ids:
        if name not in self._ids:
            self._ids[name] = Ids(lambda number: draw(self.stream(name), number))
        return self._ids[name]


class Ids:
    """A source of ids, as text.

    Args:
        draw: Draws so many, the last one first. Their stream is made with the first of them: most fakes draw few
            kinds of ids.
    """

    __slots__ = ("_at_once", "_draw", "_next")

    def __init__(self, draw: Callable[[int], list[str]]) -> None:
        self._draw = draw
        self._at_once = _FIRST
        self._next: list[str] = []

    def next(self) -> str:
        """The next one, in lower case."""
        if not self._next:
            self._next = self._draw(self._at_once)
            self._at_once = min(2 * self._at_once, _MOST)
        return self._next.pop()


def _digits(count: int, random: Random, number: int) -> list[str]:
    """So many texts of *count* digits from *random*."""
    length = count * number
    digits = f"{random.getrandbits(4 * length):0{length}x}"
    return [digits[start : start + count] for start in range(0, length, count)]


def _uuids(random: Random, number: int) -> list[str]:
    """So many UUIDs from *random*, the last one first: what it draws first is the lowest of a number."""
    bits = random.getrandbits(128 * number) & ~_repeated(_RESERVED, number)
    digits = hexlify((bits | _repeated(_FIXED, number)).to_bytes(16 * number, "big"))
    text = bytearray(_BLANK * number)
    for digit, place in enumerate(_DIGITS):  # of all UUIDs at once
        text[place :: len(_BLANK)] = digits[digit :: len(_DIGITS)]
    return text.decode().split()


@cache
def _repeated(bits: int, times: int) -> int:
    return int.from_bytes(bits.to_bytes(16, "big") * times, "big")
