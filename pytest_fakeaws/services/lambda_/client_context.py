"""The client context: what an application says about itself to the function that it invokes."""

from __future__ import annotations

import base64
import json
from typing import Any

from pytest_fakeaws.services.lambda_ import limits
from pytest_fakeaws.services.lambda_.errors import InvalidClientContext


def shown(what: object, *names: str) -> str:
    """How AWS's runtime shows *what*, with the values of these attributes."""
    values = ",".join(f"{name}={getattr(what, name)}" for name in names)
    return f"{type(what).__name__}([{values}])"


class Client:
    """The application, as the mobile SDKs describe it.

    See https://docs.aws.amazon.com/lambda/latest/dg/python-context.html.
    """

    def __init__(self, described: dict[str, Any]) -> None:
        self.installation_id = described.get("installation_id")
        self.app_title = described.get("app_title")
        self.app_version_name = described.get("app_version_name")
        self.app_version_code = described.get("app_version_code")
        self.app_package_name = described.get("app_package_name")

    def __repr__(self) -> str:
        return shown(self, *vars(self))


class ClientContext:
    """What a handler finds as `context.client_context`.

    Attributes:
        custom: What the application chose to say.
        env: What it said about its environment.
        client: What it is.
    """

    def __init__(self, described: dict[str, Any]) -> None:
        self.custom = described.get("custom")
        self.env = described.get("env")
        client = described.get("client")
        self.client = Client(client) if isinstance(client, dict) else None

    def __repr__(self) -> str:
        return shown(self, "custom", "env", "client")


def read_client_context(text: str | None) -> ClientContext | None:
    """The context in a call's `ClientContext`: JSON, in Base64.

    Raises:
        InvalidClientContext: It is none, or too long.
    """
    if not text:
        return None
    if len(text) > limits.CLIENT_CONTEXT:
        raise InvalidClientContext(f"it is longer than {limits.CLIENT_CONTEXT} bytes")
    try:
        described = json.loads(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise InvalidClientContext(str(error)) from None
    if not isinstance(described, dict):
        raise InvalidClientContext("it is no object")
    return ClientContext(described)
