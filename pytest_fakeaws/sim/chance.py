"""Randomness from one seed, in named streams.

Each stream is its own generator, so that drawing from one never changes what another yields: a new
use of randomness in one place leaves the ids of all others as they were.
"""

from __future__ import annotations

import hashlib
from binascii import hexlify
from collections.abc import Callable
from random import Random
from struct import Struct

_AT_ONCE = 32
"""How many UUIDs are made at a time, for one by one takes longer: each call needs several."""
_FIXED, _RESERVED = (
    int.from_bytes(bits.to_bytes(16, "big") * _AT_ONCE, "big")
    for bits in (0x4 << 76 | 0x8 << 60, 0xF << 76 | 0xC << 60)
)
"""The version and the variant of so many UUIDs, and the bits that they stand in."""
_FIELDS = Struct("8s4s4s4s12s" * _AT_ONCE)
_UUIDS = b"%b-%b-%b-%b-%b " * _AT_ONCE


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
        if name not in self._ids:
            self._ids[name] = Ids(lambda: self.stream(name))
        return self._ids[name]


class Ids:
    """A source of version 4 UUIDs, as text.

    Args:
        stream: Makes their stream, when the first is drawn: most fakes draw few kinds of ids.
    """

    __slots__ = ("_next", "_stream")

    def __init__(self, stream: Callable[[], Random]) -> None:
        self._stream = stream
        self._next: list[str] = []  # the last one first

    def next(self) -> str:
        """The next UUID, lower case with hyphens."""
        if not self._next:
            self._next = _drawn(self._stream())
        return self._next.pop()


def _drawn(random: Random) -> list[str]:
    """UUIDs from *random*, the last one first: what it draws first is the lowest of a number."""
    bits = random.getrandbits(128 * _AT_ONCE) & ~_RESERVED | _FIXED
    digits = hexlify(bits.to_bytes(16 * _AT_ONCE, "big"))
    return (_UUIDS % _FIELDS.unpack(digits)).decode().split()
