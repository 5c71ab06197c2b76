"""The attributes of a queue: which there are, what they may be, what they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pytest_fakeaws.addresses import Arn, Place
from pytest_fakeaws.services.policies import is_policy
from pytest_fakeaws.services.sqs import limits
from pytest_fakeaws.services.sqs.errors import (
    FifoOnlyAttribute,
    InvalidAttributeValue,
    InvalidParameterValue,
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
    # No bound has as many digits; Python refuses to read very many.
    digits = re.compile("[0-9]{1,9}")
    return lambda text: digits.fullmatch(text) is not None and low <= int(text) <= high


def _one_of(*texts: str) -> Callable[[str], bool]:
    return lambda text: text in texts


def _json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


def _redrive_allow_policy(text: str) -> bool:
    if not _json_object(text):
        return False
    policy: dict[str, Any] = json.loads(text)
    sources = policy.get("sourceQueueArns", [])
    if policy.get("redrivePermission") == "byQueue":
        return isinstance(sources, list) and 0 < len(sources) <= limits.REDRIVE_SOURCES
    return policy.get("redrivePermission") in ("allowAll", "denyAll") and not sources


STANDARD: Mapping[str, Attribute] = {
    "VisibilityTimeout": Attribute("30", _whole(limits.VISIBILITY_TIMEOUT)),
    "MaximumMessageSize": Attribute(str(limits.MESSAGE_SIZE[1]), _whole(limits.MESSAGE_SIZE)),
    "MessageRetentionPeriod": Attribute("345600", _whole(limits.RETENTION)),
    "DelaySeconds": Attribute("0", _whole(limits.DELAY)),
    "ReceiveMessageWaitTimeSeconds": Attribute("0", _whole(limits.WAIT)),
    "Policy": Attribute(None, is_policy),
    "RedrivePolicy": Attribute(None, lambda _: True),  # checked apart, for its own errors
    "RedriveAllowPolicy": Attribute(None, _redrive_allow_policy),
    "KmsMasterKeyId": Attribute(None, lambda _: True),
    "KmsDataKeyReusePeriodSeconds": Attribute(None, _whole(limits.KMS_REUSE_PERIOD)),
    "SqsManagedSseEnabled": Attribute("true", _boolean),
}
"""See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""

FIFO: Mapping[str, Attribute] = {
    "FifoQueue": Attribute("true", _one_of("true")),
    "ContentBasedDeduplication": Attribute("false", _boolean),
    "DeduplicationScope": Attribute("queue", _one_of("queue", "messageGroup")),
    "FifoThroughputLimit": Attribute("perQueue", _one_of("perQueue", "perMessageGroupId")),
}
"""What FIFO queues have besides."""

OPTIONAL = (
    *(name for name, attribute in STANDARD.items() if attribute.default is None),
    *FIFO,
)
"""Attributes that a queue may be without."""

_TUNING = ("DeduplicationScope", "FifoThroughputLimit")


class QueueAttributes:
    """The attributes of one queue, kept as AWS shows them and read as the rules need them.

    Args:
        place: The queue's account and region; a dead-letter queue must share them.
        given: What the caller sets.
        fifo: Whether the queue is a FIFO queue.

    Raises:
        SqsError: A name or a value that AWS refuses.
    """

    def __init__(self, place: Place, given: Mapping[str, str], *, fifo: bool = False) -> None:
        self._place = place
        self.fifo = fifo
        self._known = {**STANDARD, **FIFO} if fifo else STANDARD
        self._set: dict[str, str] = {}
        self.set(given)

    def set(self, given: Mapping[str, str]) -> None:
        """Change attributes, all or none; an empty text takes an optional one away."""
        checked = {name: self._checked(name, text) for name, text in given.items()}
        if checked.get("KmsMasterKeyId"):
            checked.setdefault("SqsManagedSseEnabled", "false")
        merged = {**self._set, **checked}
        redrive_policy = self._redrive_policy(merged.get("RedrivePolicy", ""))
        self._check_throughput(merged)
        self._set = {
            name: text
            for name, text in merged.items()
            if text or self._known[name].default is not None
        }
        self.redrive_policy = redrive_policy
        self._read()

    def _read(self) -> None:
        self.visibility_timeout: Duration = self._number("VisibilityTimeout") * SECOND
        self.delay: Duration = self._number("DelaySeconds") * SECOND
        self.retention: Duration = self._number("MessageRetentionPeriod") * SECOND
        self.wait: Duration = self._number("ReceiveMessageWaitTimeSeconds") * SECOND
        self.maximum_message_size = self._number("MaximumMessageSize")
        self.policy = self._set.get("Policy")
        self.deduplicates_by_content = self._set.get("ContentBasedDeduplication") == "true"
        self.deduplicates_by_group = self._set.get("DeduplicationScope") == "messageGroup"

    def given(self) -> dict[str, str]:
        """What was set, and not left at its default."""
        return dict(self._set)

    def set_policy(self, policy: str | None) -> None:
        """Replace the access policy."""
        self.set({"Policy": policy or ""})

    def admits_redrive_from(self, source: str) -> bool:
        """Whether the queue with the ARN *source* may use this one for its dead letters."""
        text = self._set.get("RedriveAllowPolicy")
        policy = json.loads(text) if text else {}
        permission = policy.get("redrivePermission", "allowAll")
        return permission == "allowAll" or source in (policy.get("sourceQueueArns") or ())

    def shown(self) -> dict[str, str]:
        """The attributes as GetQueueAttributes answers them."""
        defaults = {
            name: attribute.default
            for name, attribute in self._known.items()
            if attribute.default is not None
        }
        return {**defaults, **self._set}

    def difference(self, given: Mapping[str, str]) -> str | None:
        """The first of *given* that has another value here, or `None`."""
        shown = self.shown()
        differing = (name for name, text in given.items() if shown.get(name, "") != text)
        return next(differing, None)

    def _number(self, name: str) -> int:
        return int(self._set.get(name) or self._known[name].default or 0)

    def _checked(self, name: str, text: str) -> str:
        if name not in self._known:
            raise FifoOnlyAttribute(name) if name in _TUNING else UnknownAttribute(name)
        attribute = self._known[name]
        if not text and attribute.default is None:
            return ""
        if not attribute.valid(text):
            raise InvalidAttributeValue(name)
        return text.lower() if attribute.valid is _boolean else text

    def _check_throughput(self, merged: Mapping[str, str]) -> None:
        by_group = merged.get("DeduplicationScope") == "messageGroup"
        if merged.get("FifoThroughputLimit") == "perMessageGroupId" and not by_group:
            raise InvalidParameterValue(
                "perMessageGroupId",
                "FifoThroughputLimit",
                "It is allowed only when DeduplicationScope is messageGroup.",
            )

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
