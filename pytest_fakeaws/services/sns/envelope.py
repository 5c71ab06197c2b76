"""The envelope: the JSON in which a notification reaches those who do not get it raw.

Everything but the URL to unsubscribe is the same for all subscribers, and made once.
See https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.sns.notification import Notification
from pytest_fakeaws.services.sns.signatures import signature
from pytest_fakeaws.sim.instants import Instant, to_datetime

_OVERHEAD = 4_096
"""Bytes of an envelope beside message, subject and attributes; rather too many."""

_LONGEST_ESCAPE = 6
"""Bytes that JSON can make of one."""


class Envelope:
    """The envelope of one notification, with one text.

    Args:
        notification: What was published.
        text: The message, as the subscribers' protocol has it.
    """

    def __init__(self, notification: Notification, text: str) -> None:
        self._notification = notification
        self.text = text

    @classmethod
    def of(cls, notification: Notification, protocol: str) -> Envelope:
        """The envelope for subscribers of *protocol*; protocols that have the same text share one."""
        envelope = notification.envelopes.get(protocol)
        if envelope is None:
            text = notification.text(protocol)
            known = (other for other in notification.envelopes.values() if other.text == text)
            envelope = next(known, None) or cls(notification, text)
            notification.envelopes[protocol] = envelope
        return envelope

    @cached_property
    def size_at_most(self) -> int:
        """Bytes that it certainly does not exceed."""
        attributes = self._notification.sent_attributes
        content = len(self.text) + len(self._notification.subject or "")
        content += sum(
            len(name) + sum(map(len, attribute.values())) for name, attribute in attributes.items()
        )
        return content * _LONGEST_ESCAPE + _OVERHEAD

    @cached_property
    def members(self) -> dict[str, Any]:
        """What it says to every subscriber, in AWS's order, signed."""
        notification = self._notification
        members = {
            "Type": "Notification",
            "MessageId": notification.id,
            "SequenceNumber": notification.sequence_number,
            "TopicArn": notification.topic_arn,
            "Subject": notification.subject,
            "Message": self.text,
            "Timestamp": timestamp(notification.published_at),
        }
        said = {name: value for name, value in members.items() if value is not None}
        version = notification.signature_version
        if version is None:
            return said
        return {**said, **signature(said, version, service_url(notification.topic_arn))}

    @cached_property
    def attributes(self) -> dict[str, dict[str, str]]:
        """The publisher's attributes as an envelope shows them."""
        return {
            name: {"Type": attribute["DataType"], "Value": _value(attribute)}
            for name, attribute in self._notification.sent_attributes.items()
        }

    @cached_property
    def _parts(self) -> tuple[str, str]:
        """The JSON before and after the URL to unsubscribe."""
        lines = [f'  "{name}" : {_json(value)},\n' for name, value in self.members.items()]
        attributes = ",\n".join(
            f"    {_json(name)} : {_json(value)}" for name, value in self.attributes.items()
        )
        after = f',\n  "MessageAttributes" : {{\n{attributes}\n  }}\n}}' if attributes else "\n}"
        return "{\n" + "".join(lines) + '  "UnsubscribeURL" : ', after

    def body(self, subscription_arn: str) -> str:
        """The JSON for one subscriber."""
        before, after = self._parts
        return before + _json(unsubscribe_url(subscription_arn)) + after


def lambda_event(notification: Notification, subscription_arn: str) -> str:
    """The event by which a function is notified.

    See https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html.
    """
    envelope = Envelope.of(notification, "lambda")
    said = {"Subject": None, **envelope.members}
    order = ("Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp")
    sns = {
        **{name: said.pop(name) for name in order},
        **{name.replace("URL", "Url"): value for name, value in said.items()},
        "UnsubscribeUrl": unsubscribe_url(subscription_arn),
        "MessageAttributes": envelope.attributes,
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": sns,
    }
    return json.dumps({"Records": [record]})


@lru_cache(maxsize=16)
def timestamp(when: Instant) -> str:
    """An instant as SNS writes it."""
    return f"{to_datetime(when):%Y-%m-%dT%H:%M:%S}.{when // 1_000 % 1_000:03}Z"


def unsubscribe_url(subscription_arn: str) -> str:
    """Where a subscriber's wish to hear no more goes."""
    topic_arn = subscription_arn.rpartition(":")[0]
    return f"{service_url(topic_arn)}?Action=Unsubscribe&SubscriptionArn={subscription_arn}"


@lru_cache(maxsize=256)
def service_url(arn: str) -> str:
    """SNS's own address in the region of a resource."""
    parsed = Arn.parse(arn)
    place = parsed.place if parsed is not None else Place("", "us-east-1")
    domain = "amazonaws.com.cn" if place.region.startswith("cn-") else "amazonaws.com"
    return f"https://sns.{place.region}.{domain}/"


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _value(attribute: Mapping[str, Any]) -> str:
    binary = attribute.get("BinaryValue")
    return attribute["StringValue"] if binary is None else base64.b64encode(binary).decode()
