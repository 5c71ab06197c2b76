"""The protocols by which a topic's subscribers are notified, and what their endpoints look like.

See https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.sns.errors import InvalidParameter, InvalidRequest, SnsError

_FIFO = ".fifo"


def _is_of(service: str, resource: str = "") -> Callable[[str], bool]:
    def is_of(endpoint: str) -> bool:
        arn = Arn.parse(endpoint)
        return arn is not None and arn.service == service and arn.resource.startswith(resource)

    return is_of


def _like(pattern: str) -> Callable[[str], bool]:
    form = re.compile(pattern)
    return lambda endpoint: form.fullmatch(endpoint) is not None


def _says(reason: str) -> Callable[[str], SnsError]:
    return lambda _: InvalidParameter(reason)


class Protocol(NamedTuple):
    """One way to notify.

    Attributes:
        fits: Whether an endpoint is one of this kind.
        refuse: What AWS says of one that is not.
        asks: Whether the owner of every endpoint must confirm.
        large: Whether messages of more than 256 KiB go this way.
        fifo: Whether FIFO topics go this way.
    """

    fits: Callable[[str], bool]
    refuse: Callable[[str], SnsError]
    asks: bool = False
    large: bool = False
    fifo: bool = False


_MISMATCH = "Endpoint must match the specified protocol"

is_phone_number = _like(r"\+[0-9]([ ./-]?[0-9]){1,14}")
"""Whether a text is a telephone number; single separators stand between its digits."""

PROTOCOLS: Mapping[str, Protocol] = {
    "sqs": Protocol(_is_of("sqs"), _says("SQS endpoint ARN"), large=True, fifo=True),
    "lambda": Protocol(_is_of("lambda", "function:"), _says("Lambda endpoint ARN"), large=True),
    "firehose": Protocol(
        _is_of("firehose", "deliverystream/"), _says("Firehose endpoint ARN"), large=True
    ),
    "application": Protocol(_is_of("sns", "endpoint/"), _says("Application endpoint arn invalid")),
    "sms": Protocol(
        is_phone_number, lambda endpoint: InvalidRequest(f"Invalid SMS endpoint: {endpoint}")
    ),
    "http": Protocol(_like(r"http://[^/\s]+(/\S*)?"), _says(_MISMATCH), asks=True),
    "https": Protocol(_like(r"https://[^/\s]+(/\S*)?"), _says(_MISMATCH), asks=True),
    "email": Protocol(_like(r"[^\s@]+@[^\s@]+"), _says("Email address"), asks=True),
    "email-json": Protocol(_like(r"[^\s@]+@[^\s@]+"), _says("Email address"), asks=True),
}


def known(name: str) -> Protocol:
    """The protocol of that name.

    Raises:
        InvalidParameter: There is none.
    """
    protocol = PROTOCOLS.get(name)
    if protocol is None:
        raise InvalidParameter(f"Amazon SNS does not support this protocol string: {name}")
    return protocol


def check(name: str, endpoint: str, *, fifo: bool) -> Protocol:
    """The protocol of that name, if *endpoint* can subscribe by it.

    Args:
        name: The protocol's.
        endpoint: Who subscribes.
        fifo: Whether the topic is a FIFO topic.

    Raises:
        SnsError: There is no such protocol, or it is not one for this endpoint or this topic.
    """
    protocol = known(name)
    if not protocol.fits(endpoint):
        raise protocol.refuse(endpoint)
    if fifo and not protocol.fifo:
        raise InvalidParameter(
            f"Invalid parameter: Endpoint Reason: {name} endpoints can not be subscribed to FIFO "
            "SNS topics"
        )
    if name == "sqs" and endpoint.endswith(_FIFO) and not fifo:
        raise InvalidParameter(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard "
            "SNS topics"
        )
    return protocol


def needs_confirmation(protocol: Protocol, endpoint: str, account: str) -> bool:
    """Whether the endpoint's owner must agree before *account* has subscribed it."""
    arn = Arn.parse(endpoint)
    return protocol.asks or (arn is not None and arn.account not in ("", account))
