"""Who subscribes to a topic, as a test names them."""

from __future__ import annotations

import re

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, UnknownOption
from pytest_fakeaws.handles.function import Function
from pytest_fakeaws.handles.queue import Queue
from pytest_fakeaws.handles.targets import Targets

__tracebackhide__ = HIDE_FROM_TRACEBACK

_PROTOCOLS = {"sqs": "sqs", "lambda": "lambda", "firehose": "firehose", "sns": "application"}
"""The protocol by the service in an ARN."""

_FORMS = (
    (re.compile(r"https://.+"), "https"),
    (re.compile(r"http://.+"), "http"),
    (re.compile(r"\+[\d .()/-]+"), "sms"),
    (re.compile(r"[^\s:/@]+@[^\s:/@]+"), "email"),
)
"""The protocol by how an endpoint looks."""


def subscriber(cloud: Cloud, place: Place, given: Queue | Function | str) -> tuple[str, str]:
    """The protocol and the endpoint of what a test names.

    Raises:
        UnknownOption: Nothing of this kind can subscribe, or the name is that of two things.
        UnknownResource: There is neither a queue nor a function of this name.
    """
    known = getattr(given, "arn", given)
    if isinstance(known, str):
        for form, protocol in _FORMS:
            if form.fullmatch(known):
                return protocol, known
    arn = Targets(cloud, place).named("subscribe", known)
    parsed = Arn.parse(arn)
    protocol = _PROTOCOLS.get(parsed.service if parsed is not None else "", "")
    if not protocol:
        raise UnknownOption(
            f"{given!r} cannot subscribe to a topic.",
            f"Its ARN is {arn}.",
            "Give a queue, a function, an HTTP URL, a telephone number or a mail address.",
        )
    return protocol, arn
