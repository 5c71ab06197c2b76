"""Who calls: the session that clients come from, and the account and region of a call.

Taken from botocore beyond its documented API: `botocore.handlers.BUILTIN_HANDLERS`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pytest_fakeaws.addresses import Place, access_key
from pytest_fakeaws.wire.environment import SECRET_KEY


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
        region: That of requests which name none.
    """

    def __init__(self, account: str, accounts: Mapping[str, str], region: str) -> None:
        self.accounts = dict(accounts)
        self._account = account
        self._region = region
        self._places: dict[str, Place] = {}

    def place(self, context: Mapping[str, Any], signer: Any) -> Place:
        """Where the client of a call with this *context* and *signer* stands."""
        region = context["client_region"]
        if not self.accounts:
            return self._places.get(region) or self.place_of("", region)
        # Not the property of credentials that refresh themselves: it would ask the network.
        return self.place_of(vars(signer._credentials or self).get("access_key", ""), region)

    def place_of(self, access_key: str, region: str) -> Place:
        """Where the sender of a request stands.

        Args:
            access_key: Empty if it is not signed.
            region: Empty if it does not say.
        """
        account = self.accounts.get(access_key)
        if account is not None:
            return Place(account, region or self._region)
        place = self._places.get(region)
        if place is None:
            place = self._places[region] = Place(self._account, region or self._region)
        return place

    def credentials(self, account: str) -> dict[str, str]:
        """Keyword arguments that make a client one of *account*."""
        key = access_key(account)
        self.accounts[key] = account
        return {"aws_access_key_id": key, "aws_secret_access_key": SECRET_KEY}
