"""What the response to a batch says about its messages.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from pytest_fakeaws.services.lambda_.outcomes import Outcome


class Left(NamedTuple):
    """Messages that stay in their queue.

    Attributes:
        ids: Their ids, in the order of the batch.
        reason: Why they stay.
    """

    ids: tuple[str, ...] = ()
    reason: str = ""


FAILED = "the invocation failed"
_NONE = Left()


def left_in_queue(outcome: Outcome, ids: Iterable[str], *, partial: bool) -> Left:
    """Which messages of a batch stay in their queue.

    Args:
        outcome: How the invocation ended.
        ids: The batch.
        partial: Whether the response may report failures (`ReportBatchItemFailures`).
    """
    if outcome.error is not None:
        return Left(tuple(ids), FAILED)
    if not partial:
        return _NONE
    reported = _reported(json.loads(outcome.payload))
    if not reported and reported is not None:
        return _NONE
    batch = dict.fromkeys(ids)
    if reported is None or not reported <= batch.keys():
        return Left(tuple(batch), "the response is no valid list of batch item failures")
    return Left(tuple(one for one in batch if one in reported), "reported as failed")


def _reported(response: Any) -> set[str] | None:
    """The message ids that a response reports as failed; `None` if it cannot be understood."""
    if response in (None, "", []):
        return set()
    if not isinstance(response, dict):
        return None
    failures = response.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return None
    reported = set()
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(identifier, str) or not identifier:
            return None
        reported.add(identifier)
    return reported
