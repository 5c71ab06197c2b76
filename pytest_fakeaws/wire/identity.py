"""Who calls: fictional credentials and a region for the whole process, so that none are looked up.

Taken from botocore beyond its documented API: `botocore.handlers.BUILTIN_HANDLERS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_fakeaws.addresses import DEFAULT_REGION, Place

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
    return named or Path("~/.aws").expanduser().exists()


class DefaultSession:
    """boto3's default session: one of our own while a fake is active, the user's own before and after.

    Building a session reads the service models anew, which costs more than a test; so one is kept. It
    reads the region from the environment each time. One that is older than a handler which every new
    session gets, such as moto's, is not kept on.
    """

    _kept: Any = None
    _handlers = 0

    def __init__(self) -> None:
        self._before: Any = None

    def start(self) -> None:
        """Give `boto3.client` a session that knows only fictional credentials."""
        boto3: Any = sys.modules.get("boto3")
        if boto3 is None:
            return
        from botocore.handlers import BUILTIN_HANDLERS

        self._before = boto3.DEFAULT_SESSION
        handlers = len(BUILTIN_HANDLERS)
        if not isinstance(self._kept, boto3.Session) or handlers != self._handlers:
            DefaultSession._kept = boto3.Session()
            DefaultSession._handlers = handlers
        boto3.DEFAULT_SESSION = DefaultSession._kept

    def stop(self) -> None:
        """Put back the session that was there."""
        boto3: Any = sys.modules.get("boto3")
        if boto3 is not None:
            boto3.DEFAULT_SESSION = self._before


class Callers:
    """Tells the account and region that a call comes from.

    Args:
        account: The account of unknown access keys.
        accounts: Accounts by access key.
    """

    def __init__(self, account: str, accounts: Mapping[str, str]) -> None:
        self.accounts = dict(accounts)
        self._account = account
        self._places: dict[str, Place] = {}

    def place(self, context: Mapping[str, Any], signer: Any) -> Place:
        """Where the client of a call with this *context* and *signer* stands."""
        region = context["client_region"]
        if self.accounts:
            # Not the property of credentials that refresh themselves: it would ask the network.
            key = vars(signer._credentials or self).get("access_key", "")
            return Place(self.accounts.get(key, self._account), region)
        place = self._places.get(region)
        if place is None:
            place = self._places[region] = Place(self._account, region)
        return place

    def credentials(self, account: str) -> dict[str, str]:
        """Keyword arguments that make a client one of *account*."""
        key = f"AKIA{int(account):016d}"
        self.accounts[key] = account
        return {"aws_access_key_id": key, "aws_secret_access_key": SECRET_KEY}
