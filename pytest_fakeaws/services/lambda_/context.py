"""The context object that a handler gets beside its event."""

from __future__ import annotations

import sys
from typing import Any

from pytest_fakeaws.services.lambda_.client_context import shown
from pytest_fakeaws.services.lambda_.invocation_request import InvocationRequest
from pytest_fakeaws.services.lambda_.log_streams import EnvironmentLog
from pytest_fakeaws.sim.instants import Instant


class CognitoIdentity:
    """Who a mobile application says it is: nobody, for no application invokes a function here."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None

    def __repr__(self) -> str:
        return shown(self, "cognito_identity_id", "cognito_identity_pool_id")


class LambdaContext:
    """What a handler may ask about its invocation.

    See https://docs.aws.amazon.com/lambda/latest/dg/python-context.html.

    Args:
        request: What was asked for.
        deadline: When time has run out.
        log: Where it logs.
    """

    def __init__(self, request: InvocationRequest, deadline: Instant, log: EnvironmentLog) -> None:
        function = request.function
        self.function_name = function.name
        self.function_version = function.version
        self.invoked_function_arn = request.arn
        self.memory_limit_in_mb = str(function.memory)
        self.aws_request_id = request.request_id
        self.log_group_name = log.group
        self.log_stream_name = log.name
        self.identity = CognitoIdentity()
        self.client_context: Any = request.client_context
        self.tenant_id = request.tenant
        self._deadline = deadline
        self._now = log.now

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds of virtual time before the invocation times out."""
        return max(0, (self._deadline - self._now()) // 1_000)

    def __repr__(self) -> str:
        return shown(
            self,
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )

    def log(self, message: object) -> None:
        """Write to the function's log."""
        sys.stdout.write(str(message))
