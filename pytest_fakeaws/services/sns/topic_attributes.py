"""The attributes of a topic: which there are, what they may be, what they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pytest_fakeaws.addresses import Arn
from pytest_fakeaws.services.policies import is_policy
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.archive import archive_length
from pytest_fakeaws.services.sns.delivery_policy import TopicPolicy
from pytest_fakeaws.services.sns.errors import InvalidParameter, refused


class Attribute(NamedTuple):
    """One attribute that a caller may set.

    Attributes:
        valid: Whether a value may stand.
        shown: What is shown while it is not set; `None` for nothing.
    """

    valid: Callable[[str], bool]
    shown: str | None = None


def anything(text: str) -> bool:
    """Whatever text it is."""
    return True


def whole(bounds: tuple[int, int]) -> Callable[[str], bool]:
    """A whole number between two others."""
    low, high = bounds
    digits = re.compile("[0-9]{1,9}")  # Python refuses to read very many
    return lambda text: digits.fullmatch(text) is not None and low <= int(text) <= high


def one_of(*texts: str) -> Callable[[str], bool]:
    """One of the texts that AWS knows."""
    return lambda text: text in texts


def boolean(text: str) -> bool:
    """`true` or `false`, in any case."""
    return text.lower() in ("true", "false")


def json_object(text: str) -> bool:
    """JSON, and an object."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def role(text: str) -> bool:
    """The ARN of a role of IAM."""
    arn = Arn.parse(text)
    return arn is not None and arn.service == "iam" and arn.resource.startswith("role/")


def _display_name(text: str) -> bool:
    return len(text) <= limits.DISPLAY_NAME_LENGTH


def _delivery_policy(text: str) -> bool:
    TopicPolicy(text)  # refuses what is none
    return True


def _archive_policy(text: str) -> bool:
    archive_length(text)  # refuses what is none
    return True


def _feedback(protocol: str) -> dict[str, Attribute]:
    return {
        f"{protocol}SuccessFeedbackRoleArn": Attribute(role),
        f"{protocol}SuccessFeedbackSampleRate": Attribute(whole(limits.SAMPLE_RATE)),
        f"{protocol}FailureFeedbackRoleArn": Attribute(role),
    }


STANDARD: Mapping[str, Attribute] = {
    "DisplayName": Attribute(_display_name, ""),
    "Policy": Attribute(is_policy),
    "DeliveryPolicy": Attribute(_delivery_policy),
    "MaximumMessageSize": Attribute(whole(limits.MESSAGE_SIZE)),
    "SignatureVersion": Attribute(one_of("1", "2")),
    "TracingConfig": Attribute(one_of("PassThrough", "Active")),
    "KmsMasterKeyId": Attribute(anything),
    **_feedback("HTTP"),
    **_feedback("Firehose"),
    **_feedback("Lambda"),
    **_feedback("Application"),
    **_feedback("SQS"),
}
"""See https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html."""

FIFO: Mapping[str, Attribute] = {
    "FifoTopic": Attribute(one_of("true"), "true"),
    "ContentBasedDeduplication": Attribute(boolean, "false"),
    "FifoThroughputScope": Attribute(one_of("Topic", "MessageGroup")),
    "ArchivePolicy": Attribute(_archive_policy),
}
"""What FIFO topics have besides."""

_BOOLEANS = ("ContentBasedDeduplication",)


class TopicAttributes:
    """The attributes of one topic, kept as AWS shows them and read as the rules need them.

    Args:
        given: What the caller sets.
        fifo: Whether the topic is a FIFO topic.

    Raises:
        InvalidParameter: A name or a value that AWS refuses.

    Attributes:
        fifo: Whether the topic is a FIFO topic.
        policy: Its access policy, unless that is the default one.
        delivery_policy: How HTTP/S endpoints are retried, spared and addressed.
        signature_version: How its messages are signed; those of a FIFO topic are not.
        maximum_message_size: Bytes of a message with its attributes.
        deduplicates_by_content: Whether a FIFO topic tells messages by what they say.
        deduplicates_by_group: Whether it does so within each group.
        archived_for: How long it archives messages; 0 if it does not.
    """

    def __init__(self, given: Mapping[str, str], *, fifo: bool = False) -> None:
        self.fifo = fifo
        self._known = {**STANDARD, **FIFO} if fifo else STANDARD
        self._set: dict[str, str] = {}
        self.set(given, "Attributes Reason: ")

    def set(self, given: Mapping[str, str], prefix: str = "") -> None:
        """Change attributes, all or none; an empty text takes one away.

        Args:
            given: Values by name.
            prefix: How AWS's errors about them begin.
        """
        checked = {name: self._checked(name, text, prefix) for name, text in given.items()}
        merged = {**self._set, **checked}
        self._set = {name: text for name, text in merged.items() if text}
        self.policy = self._set.get("Policy")
        self.delivery_policy = TopicPolicy(self._set.get("DeliveryPolicy", ""))
        self.signature_version = None if self.fifo else self._set.get("SignatureVersion", "1")
        self.maximum_message_size = int(
            self._set.get("MaximumMessageSize", limits.DEFAULT_MESSAGE_SIZE)
        )
        self.deduplicates_by_content = self._set.get("ContentBasedDeduplication") == "true"
        self.deduplicates_by_group = self._set.get("FifoThroughputScope") == "MessageGroup"
        self.archived_for = archive_length(self._set.get("ArchivePolicy", "{}"))

    def get(self, name: str) -> str | None:
        """What was set, or `None`."""
        return self._set.get(name)

    def shown(self) -> dict[str, str]:
        """The attributes as GetTopicAttributes answers them."""
        defaults = {
            name: attribute.shown
            for name, attribute in self._known.items()
            if attribute.shown is not None
        }
        return {**defaults, **self._set}

    def differ(self, given: Mapping[str, str]) -> bool:
        """Whether one of *given* has another value here."""
        shown = self.shown()
        return any(shown.get(name, "") != text for name, text in given.items())

    def _checked(self, name: str, text: str, prefix: str) -> str:
        attribute = self._known.get(name)
        if attribute is None:
            raise InvalidParameter(
                f"{prefix}Unknown attribute: {name}" if prefix else "AttributeName"
            )
        with refused(f"{prefix}{name}: "):
            valid = not text or attribute.valid(text)
        if not valid:
            raise InvalidParameter(f"{prefix}{name}: Invalid value [{text}]")
        if text and name == "ArchivePolicy" and not archive_length(text):
            return ""
        return text.lower() if name in _BOOLEANS else text


def read_policy(text: str) -> dict[str, Any]:
    """A policy, or any other JSON object."""
    policy: dict[str, Any] = json.loads(text)
    return policy
