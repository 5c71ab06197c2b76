"""A request for an invocation, whoever makes it: what a function is to do, for whom, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pytest_fakeaws.services.lambda_.function import Function


class InvocationRequest:
    """What is asked of a function.

    Args:
        function: What to invoke: a version of a function.
        event: What the handler gets; it may change it.
        payload: The event as JSON, or what writes it anew.

    Attributes:
        request_id: Its id, if it was given one before it came to the invoker.
        arn: The ARN by which the function is named; its plain one, unless another is set.
        attempt: The how-maniest try this is.
        message_ids: The messages in the event.
        mapping: The ARN of the event source mapping whose batch the event is.
        client_context: What a caller's application says about itself.
        tenant: The tenant that it is for, if tenants are isolated.
        causes: The trace headers of what it is made for.
        trace: Its own trace header, which the invoker sets.
        awaited: Whether the caller waits for what comes of it.
    """

    # As it is for most: who asks for more sets it.
    request_id = ""
    attempt = 1
    message_ids: tuple[str, ...] = ()
    mapping = ""
    client_context: Any = None
    tenant: str | None = None
    causes: Sequence[str] = ()
    trace = ""
    awaited = False

    def __init__(self, function: Function, event: Any, payload: str | Callable[[], Any]) -> None:
        self.function = function
        self.event = event
        self.payload = payload
        self.arn = function.arn
