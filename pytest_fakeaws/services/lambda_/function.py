"""A function: its code, its settings, its names."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.lambda_.code import Handler
from pytest_fakeaws.sim.instants import SECOND, Duration, Instant, to_datetime


class Function:
    """One function, at its latest version.

    Args:
        place: The account and region it lives in.
        name: Its name.
        handler: What runs.
        handler_name: How AWS's `Handler` setting names it.
        timeout: Seconds that an invocation may take.
        memory: MB that AWS would give it; nothing is measured against them.
        environment: What the function adds to `os.environ` while it runs.
        created_at: When it was made.
        revision: Its revision id.
    """

    def __init__(
        self,
        place: Place,
        name: str,
        handler: Handler,
        *,
        handler_name: str,
        timeout: int,
        memory: int,
        environment: Mapping[str, str],
        created_at: Instant,
        revision: str,
    ) -> None:
        self.place = place
        self.name = name
        self.arn = place.arn("lambda", f"function:{name}")
        self.handler = handler
        self.handler_name = handler_name
        self.timeout = timeout
        self.memory = memory
        self.environment = dict(environment)
        self.modified_at = created_at
        self.revision = revision
        self.log_group = f"/aws/lambda/{name}"
        day = to_datetime(created_at)
        self.log_stream = f"{day:%Y/%m/%d}/[$LATEST]{revision.replace('-', '')}"

    @property
    def longest(self) -> Duration:
        """How long an invocation may take."""
        return self.timeout * SECOND

    @property
    def runtime(self) -> str:
        """The runtime it has, which is the one that the test runs in."""
        return f"python{sys.version_info.major}.{sys.version_info.minor}"

    @cached_property
    def variables(self) -> dict[str, str]:
        """What `os.environ` has more while the function runs.

        See https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime.
        """
        return {
            "_HANDLER": self.handler_name,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
            "AWS_REGION": self.place.region,
            "AWS_DEFAULT_REGION": self.place.region,
            **self.environment,
        }
