"""The URLs of queues, as somebody outside is told them: they lead to where he has asked."""

from __future__ import annotations

from typing import Any

from pytest_fakeaws.addresses import queue_of_url

_ONE, _SEVERAL = "QueueUrl", ("QueueUrls", "queueUrls")


def leading_to(base: str, result: dict[str, Any]) -> dict[str, Any]:
    """What an operation of SQS's returned, with URLs that lead to *base*, such as `http://127.0.0.1:4566`."""
    if _ONE in result:
        return {**result, _ONE: _moved(base, result[_ONE])}
    for name in _SEVERAL:
        if name in result:
            return {**result, name: [_moved(base, url) for url in result[name]]}
    return result


def _moved(base: str, url: str) -> str:
    found = queue_of_url(url)
    return url if found is None else f"{base}/{found[0]}/{found[1]}"
