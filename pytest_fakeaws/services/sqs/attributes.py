"""The attributes of a queue: which there are, what they may be, what they mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import (
    FifoOnlyAttribute,
    InvalidAttributeValue,
    InvalidRedrivePolicy,
    UnknownAttribute,
)
from pytest_fakeaws.sim.instants import SECOND, Duration


class RedrivePolicy(NamedTuple):
    """Where a message goes that was received too often."""

    dead_letter_arn: str
    max_receive_count: int


class Attribute(NamedTuple):
    """One attribute that a caller may set.

    Attributes:
        default: Its value when never set; `None` where it is then absent.
        valid: Whether a value may stand.
    """

    default: str | None
    valid: Callable[[str], bool]


def _whole(bounds: tuple[int, int]) -> Callable[[str], bool]:
    low, high = bounds
    return lambda text: text.isascii() and text.isdigit() and low <= int(text) <= high


def _json_object(text: str) -> bool:
    try:
        return not text or isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


SETTABLE: Mapping[str, Attribute] = {
    "VisibilityTimeout": Attribute("30", _whole(limits.VISIBILITY_TIMEOUT)),
    "MaximumMessageSize": Attribute(str(limits.MESSAGE_SIZE[1]), _whole(limits.MESSAGE_SIZE)),
    "MessageRetentionPeriod": Attribute("345600", _whole(limits.RETENTION)),
    "DelaySeconds": Attribute("0", _whole(limits.DELAY)),
    "ReceiveMessageWaitTimeSeconds": Attribute("0", _whole(limits.WAIT)),
    "Policy": Attribute(None, _json_object),
    "RedrivePolicy": Attribute(None, _json_object),
    "RedriveAllowPolicy": Attribute(None, _json_object),
    "KmsMasterKeyId": Attribute(None, lambda _: True),
    "KmsDataKeyReusePeriodSeconds": Attribute(None, _whole(limits.KMS_REUSE_PERIOD)),
    "SqsManagedSseEnabled": Attribute("true", _boolean),
}
"""See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""

_FIFO_IDENTITY = ("FifoQueue", "ContentBasedDeduplication")
_FIFO_TUNING = ("DeduplicationScope", "FifoThroughputLimit")


class QueueAttributes:
    """The attributes of one queue, kept as AWS shows them and read as the rules need them.

    Args:
        place: The queue's account and region; a dead-letter queue must share them.
        given: What the caller sets.

    Raises:
        SqsError: A name or a value that AWS refuses.
    """

    def __init__(self, place: Place, given: Mapping[str, str]) -> None:
        self._place = place
        self._set: dict[str, str] = {}
        self.set(given)

    def set(self, given: Mapping[str, str]) -> None:
        """Change attributes, all or none; an empty text takes an optional one away."""
        checked = {name: self._checked(name, text) for name, text in given.items()}
        policy = self._redrive_policy(checked.get("RedrivePolicy", ""))
        if checked.get("KmsMasterKeyId"):
            checked.setdefault("SqsManagedSseEnabled", "false")
        if "RedrivePolicy" not in checked:
            policy = getattr(self, "redrive_policy", None)
        self._set = {
            name: text
            for name, text in {**self._set, **checked}.items()
            if text or SETTABLE[name].default is not None
        }
        self.redrive_policy: RedrivePolicy | None = policy
        self.visibility_timeout: Duration = self._number("VisibilityTimeout") * SECOND
        self.delay: Duration = self._number("DelaySeconds") * SECOND
        self.retention: Duration = self._number("MessageRetentionPeriod") * SECOND
        self.wait: Duration = self._number("ReceiveMessageWaitTimeSeconds") * SECOND
        self.maximum_message_size = self._number("MaximumMessageSize")

    def shown(self) -> dict[str, str]:
        """The attributes as GetQueueAttributes answers them."""
        defaults = {
            name: attribute.default
            for name, attribute in SETTABLE.items()
            if attribute.default is not None
        }
        return {**defaults, **self._set}

    def difference(self, given: Mapping[str, str]) -> str | None:
        """The first of *given* that has another value here, or `None`."""
        shown = self.shown()
        differing = (name for name, text in given.items() if shown.get(name, "") != text)
        return next(differing, None)

    def _number(self, name: str) -> int:
        return int(self._set.get(name) or SETTABLE[name].default or 0)

    def _checked(self, name: str, text: str) -> str:
        if name in _FIFO_TUNING:
            raise FifoOnlyAttribute(name)
        if name in _FIFO_IDENTITY or name not in SETTABLE:
            raise UnknownAttribute(name)
        attribute = SETTABLE[name]
        if not text and attribute.default is None:
            return ""
        if name != "RedrivePolicy" and not attribute.valid(text):
            raise InvalidAttributeValue(name)
        return text

    def _redrive_policy(self, text: str) -> RedrivePolicy | None:
        if not text:
            return None

        def refuse(reason: str) -> InvalidRedrivePolicy:
            return InvalidRedrivePolicy(text, reason)

        if not _json_object(text):
            raise refuse("Redrive policy is not a valid JSON map.")
        policy = json.loads(text)
        for key in ("maxReceiveCount", "deadLetterTargetArn"):
            if key not in policy:
                raise refuse(f"Redrive policy does not contain mandatory attribute: {key}.")
        low, high = limits.MAX_RECEIVE_COUNT
        count = str(policy["maxReceiveCount"])
        if not _whole(limits.MAX_RECEIVE_COUNT)(count):
            raise refuse(
                f"Invalid value for maxReceiveCount: {count}, valid values are from {low} to "
                f"{high} both inclusive."
            )
        arn = Arn.parse(str(policy["deadLetterTargetArn"]))
        if arn is None or arn.service != "sqs":
            raise refuse("Invalid value for deadLetterTargetArn.")
        if arn.place != self._place:
            raise refuse("Dead-letter target owner should be same as the source.")
        return RedrivePolicy(str(policy["deadLetterTargetArn"]), int(count))
