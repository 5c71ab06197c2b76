"""Destinations: which service an HTTP request is for, in which protocol, and who sends it.

A request says so in several places: the header that names a target, the scope of its signature, the
host, the path, the parameter `Action`. Signatures are taken at their word and never checked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.wire.protocols.http import Request

_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)??(?P<service>sqs|sns|lambda|logs|queue)(?:-fips)?"
    r"(?:\.(?P<region>[a-z]{2,}(?:-[a-z]+)+-[0-9]+))?(?:\.[a-z0-9.-]+)?(?::[0-9]+)?"
)
_OLD_HOST = re.compile(r"(?P<region>[a-z]{2,}(?:-[a-z]+)+-[0-9]+)\.queue\.amazonaws\.com")
_DATED_PATH = re.compile(r"/20[0-9]{2}-[0-9]{2}-[0-9]{2}/")
_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_SCOPE = re.compile(r"(?P<key>[^/]+)/[0-9]{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_SNS_VERSION = "2010-03-31"
_OURS = {"sqs": "sqs", "queue": "sqs", "sns": "sns", "lambda": "lambda", "logs": "logs"}
_TARGETS = {"AmazonSQS": "sqs", "Logs_20140328": "logs"}


class Sender(NamedTuple):
    """Who sends a request, as far as it says.

    Attributes:
        access_key: Empty for a request without a signature.
        region: Empty where nothing says.
        service: What the signature is for; empty likewise.
    """

    access_key: str = ""
    region: str = ""
    service: str = ""


def sender(request: Request) -> Sender:
    """Who sends *request*: by its signature, in the header or in a presigned URL, and its host."""
    scope = _SCOPE.fullmatch(_credential(request))
    if scope is not None:
        return Sender(scope["key"], scope["region"], scope["service"])
    host = _OLD_HOST.fullmatch(request.host) or _HOST.fullmatch(request.host)
    region = host["region"] if host is not None else None
    return Sender(dict(request.query).get("AWSAccessKeyId", ""), region or "")


def _credential(request: Request) -> str:
    found = _CREDENTIAL.search(request.headers.get("authorization", ""))
    return found[1] if found is not None else dict(request.query).get("X-Amz-Credential", "")


def dialect(request: Request, service: str) -> str:
    """The protocol that *request* for *service* is written in, by the name that `spoken` knows.

    Args:
        request: The request.
        service: What its signature is for, or empty.

    Raises:
        NotSimulated: It is for another service than ours.
    """
    target = request.headers.get("x-amz-target")
    if target is not None:
        service = _service_of_target(target)
    elif not service:
        service = _unsigned(request)
    if service not in _OURS:
        raise NotSimulated(f"The service {service}" if service else f"What is at {request.host!r}")
    speaks_json = target is not None or "amz-json" in request.headers.get("content-type", "")
    if _OURS[service] == "sqs" and not speaks_json:
        return "sqs-query"
    return _OURS[service]


def _service_of_target(target: str) -> str:
    prefix, _, _ = target.partition(".")
    return _TARGETS.get(prefix, prefix)


def _unsigned(request: Request) -> str:
    """The service that a request without a signature is for; empty where nothing says."""
    if _OLD_HOST.fullmatch(request.host):
        return "sqs"
    host = _HOST.fullmatch(request.host)
    if host is not None:
        return host["service"]
    if _DATED_PATH.match(request.path):
        return "lambda"
    if request.field("Version") == _SNS_VERSION:
        return "sns"
    # Whoever asks a local endpoint of the older protocol for anything asks for a queue.
    return "sqs" if request.field("Action") else ""
