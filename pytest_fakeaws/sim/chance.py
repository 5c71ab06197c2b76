"""Randomness from one seed, in named streams.

Each stream is its own generator, so that drawing from one never changes what another yields: a new
use of randomness in one place leaves the ids of all others as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from random import Random

_FIXED = 0x4 << 76 | 0x8 << 60
"""The version and the variant of a UUID."""
_RANDOM = ~(0xF << 76 | 0xC << 60)
"""The bits of a UUID that they leave."""


class Chance:
    """Where everything random in a fake comes from.

    Args:
        seed: Same seed, same draws, on every platform and under every `PYTHONHASHSEED`.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """The generator called *name*, the same object at every call."""
        if name not in self._streams:
            digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
            self._streams[name] = Random(int.from_bytes(digest, "big"))  # noqa: S311
        return self._streams[name]

    def ids(self, name: str) -> Ids:
        """A source of UUIDs drawn from the stream called *name*."""
        return Ids(lambda: self.stream(name))


class Ids:
    """A source of version 4 UUIDs, as text.

    Args:
        stream: Makes their stream, when the first is drawn: most fakes draw few kinds of ids.
    """

    __slots__ = ("_bits", "_stream")

    def __init__(self, stream: Callable[[], Random]) -> None:
        self._stream = stream
        self._bits = self._first_bits

    def _first_bits(self, count: int, /) -> int:
        self._bits = self._stream().getrandbits
        return self._bits(count)

    def next(self) -> str:
        """The next UUID, lower case with hyphens."""
        digits = (self._bits(128) & _RANDOM | _FIXED).to_bytes(16, "big").hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
