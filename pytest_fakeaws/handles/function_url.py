"""The URL of a function, as a test holds it."""

from __future__ import annotations

import json as json_library
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pytest_fakeaws.addresses import access_key
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownResource
from pytest_fakeaws.handles.invocations import shortened
from pytest_fakeaws.services.lambda_.function import Function
from pytest_fakeaws.services.lambda_.function_urls import KIND, respond
from pytest_fakeaws.services.lambda_.http_messages import HttpRequest, UrlCaller

__tracebackhide__ = HIDE_FROM_TRACEBACK

_SAFE = "/%:@!$&'()*+,;=~"

_PUBLIC = {
    "StatementId": "FunctionURLAllowPublicAccess",
    "Action": "lambda:InvokeFunctionUrl",
    "Principal": "*",
    "FunctionUrlAuthType": "NONE",
}
"""The permission that lets everybody ask a URL."""


@dataclass(frozen=True, repr=False)
class UrlResponse:
    """What a client of a function URL sees.

    Attributes:
        status: The HTTP status.
        headers: By name in small letters.
        body: The content, as bytes.
        cookies: The values of its `set-cookie` headers, in order.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The content as text."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The content, read as JSON."""
        return json_library.loads(self.body)

    def __repr__(self) -> str:
        return f"<UrlResponse {self.status}: {shortened(self.text)}>"


class FunctionUrl:
    """The URL of a function, or of an alias of it.

    Attributes:
        url: The URL; it ends in a slash.
    """

    def __init__(self, cloud: Callable[[], Cloud], url: str) -> None:
        self._cloud = cloud
        self.url = url

    def request(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        query: Mapping[str, str | Sequence[str]] | str = "",
        headers: Mapping[str, str] | None = None,
        body: str | bytes = b"",
        json: Any = None,
        account_id: str | None = None,
    ) -> UrlResponse:
        """Request the URL, and wait for the response in virtual time. What the handler raises is not raised.

        Args:
            method: The HTTP method.
            path: What follows the domain; it may have a query.
            query: More of the query: values by name, several in a list, or text.
            headers: The headers of the request.
            body: Its content; text counts as `text/plain` unless a header says otherwise.
            json: Its content, to be written as JSON.
            account_id: The account whose credentials sign it; nobody signs it unless it is given.

        Example:
            >>> url = invoice.create_url()  # doctest: +SKIP
            >>> url.request("POST", "/orders", json={"id": 7}).status  # doctest: +SKIP
            201
        """
        cloud = self._cloud()
        path, _, in_path = path.partition("?")
        text = query if isinstance(query, str) else urlencode(query, doseq=True)
        kind, content = _content(body, json)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if content:
            sent = {"content-type": kind, **sent, "content-length": str(len(content))}
        request = HttpRequest(
            method.upper(),
            quote(f"/{path.lstrip('/')}", safe=_SAFE),
            "&".join(filter(None, (in_path, text))),
            {"user-agent": "pytest-fakeaws", **sent},
            content,
            None if account_id is None else UrlCaller(account_id, access_key(account_id)),
        )
        with cloud.gate:
            response = respond(cloud.functions, self.url.split("/")[2], request)
        return UrlResponse(*response)

    def __repr__(self) -> str:
        return f"<FunctionUrl {self.url}>"


def create_url(
    cloud: Callable[[], Cloud],
    function: Function,
    auth: str,
    *,
    cors: Mapping[str, Any] | None,
    stream: bool,
    alias: str | None,
) -> FunctionUrl:
    """Give *function* a URL; see `Function.create_url`."""
    named = {"FunctionName": function.arn, **({} if alias is None else {"Qualifier": alias})}
    given: dict[str, Any] = {
        "AuthType": auth,
        "InvokeMode": "RESPONSE_STREAM" if stream else "BUFFERED",
    }
    if cors is not None:
        given["Cors"] = cors
    operations, owner = cloud().operations, function.place
    with cloud().gate:
        config = operations["lambda", "CreateFunctionUrlConfig"](owner, {**named, **given})
        if auth == "NONE":
            operations["lambda", "AddPermission"](owner, {**named, **_PUBLIC})
    return FunctionUrl(cloud, config["FunctionUrl"])


def existing_url(cloud: Callable[[], Cloud], function: Function, alias: str | None) -> FunctionUrl:
    """The URL that *function* has; see `Function.url`."""
    config = function.stored.get((KIND, alias))
    if config is None:
        raise UnknownResource(
            f'The function "{function.name}" has no URL.',
            f"Looked for one of {'the latest version' if alias is None else f'the alias {alias}'}.",
            "Make it with function.create_url(), or with create_function_url_config of a client.",
        )
    return FunctionUrl(cloud, config["FunctionUrl"])


def _content(body: str | bytes, json: Any) -> tuple[str, bytes]:
    if json is not None:
        return "application/json", json_library.dumps(json).encode()
    if isinstance(body, str):
        return "text/plain; charset=utf-8", body.encode()
    return "application/octet-stream", body
