"""Answers that list queues in pages."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import InvalidParameterValue
from pytest_fakeaws.services.sqs.queue import Queue


def page(queues: Sequence[Queue], parameters: Parameters, member: str) -> Result:
    """The page of *queues* that *parameters* ask for.

    Args:
        queues: All of them, by name.
        parameters: The call's, with `MaxResults` and `NextToken`.
        member: The member of the answer that holds the URLs.
    """
    size = parameters.get("MaxResults")
    if size is not None and not 1 <= size <= limits.LIST_PAGE:
        raise InvalidParameterValue(
            size, "MaxResults", f"MaxResults must be an integer between 1 and {limits.LIST_PAGE}."
        )
    after = _name_of_token(parameters.get("NextToken"))
    left = [queue for queue in queues if queue.name > after]
    shown = left[: size or limits.LIST_PAGE]
    result: Result = {member: [queue.url for queue in shown]}
    if size is not None and len(left) > len(shown):
        result["NextToken"] = base64.b64encode(shown[-1].name.encode()).decode()
    return result


def _name_of_token(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except ValueError:  # not base64, or not of text
        raise InvalidParameterValue(token, "NextToken", "Invalid NextToken.") from None
