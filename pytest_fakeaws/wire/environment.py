"""The environment: fictional credentials and a region for the whole process, so that none are looked up.

Every run that has the plugin installed imports this module, so it imports next to nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

DEFAULT_REGION = "us-east-1"

ACCESS_KEY = "AKIAFAKEAWSFAKEAWS00"
SECRET_KEY = "fakeaws/secret/access/key/of/nobody/at/all"  # noqa: S105

_ABSENT = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
)


def variables(region: str) -> dict[str, str]:
    """The environment that leaves botocore nothing to look up."""
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def own_keys() -> dict[str, str]:
    """The keys and the region that the environment has itself, for neighbours such as MinIO."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION")
    return {name: os.environ[name] for name in names if name in os.environ}


class Environment:
    """Changes variables of the process's environment, and puts them back."""

    def __init__(self, present: Mapping[str, str], absent: tuple[str, ...] = _ABSENT) -> None:
        self._present = present
        self._absent = absent
        self._before: dict[str, str | None] = {}

    def start(self) -> None:
        """Set what is to be present, and take away what is to be absent."""
        names = (*self._present, *self._absent)
        self._before = {name: os.environ.get(name) for name in names}
        os.environ.update(self._present)
        for name in self._absent:
            os.environ.pop(name, None)

    def stop(self) -> None:
        """Put back what was there."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def somebody(*, always: bool) -> Iterator[None]:
    """Let clients be made in the block on a machine that has no AWS identity of its own.

    Without one, `boto3.client("sqs")` at the top of a module fails for want of a region, and asks the
    network for credentials.

    Args:
        always: Be nobody in particular even where the machine has an identity.
    """
    if not always and _has_identity():
        yield
        return
    environment = Environment(variables(DEFAULT_REGION))
    environment.start()
    try:
        yield
    finally:
        environment.stop()


def _has_identity() -> bool:
    named = any(name in os.environ for name in (*variables(DEFAULT_REGION), *_ABSENT))
    return named or os.path.exists(os.path.expanduser("~/.aws"))
