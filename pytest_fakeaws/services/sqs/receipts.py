"""Receipt handles: opaque to the consumer, readable to the queue that wrote them."""

from __future__ import annotations

import base64
import re
from random import Random

from pytest_fakeaws.services.sqs.errors import ReceiptHandleIsInvalid
from pytest_fakeaws.services.sqs.message import Message

_TOKEN_BYTES = 45


class Receipts:
    """The handles of one queue.

    A handle carries the number of the message and of the receive, behind a token that no other queue
    has: so a queue tells its own handles from others for ever, without remembering any.

    Args:
        stream: Where the token is drawn from.
    """

    __slots__ = ("_pattern", "_token")

    def __init__(self, stream: Random) -> None:
        token = stream.getrandbits(8 * _TOKEN_BYTES).to_bytes(_TOKEN_BYTES, "big")
        self._token = "AQEB" + base64.b64encode(token).decode()
        self._pattern = re.compile(re.escape(self._token) + "([0-9a-f]{12})([0-9a-f]{8})")

    def write(self, message: Message) -> str:
        """The handle of the latest receive of *message*."""
        return self._token + (message.number << 32 | message.receipts).to_bytes(10, "big").hex()

    def read(self, handle: str) -> tuple[int, int]:
        """The numbers in *handle*.

        Raises:
            ReceiptHandleIsInvalid: This queue did not write it.
        """
        match = self._pattern.fullmatch(handle)
        if match is None:
            raise ReceiptHandleIsInvalid(handle)
        return int(match[1], 16), int(match[2], 16)
