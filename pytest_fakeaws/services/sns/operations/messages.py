"""Messages as Publish and the entries of its batch have them: checked, and read."""

from __future__ import annotations

import json
import re
import string
from typing import NamedTuple

from pytest_fakeaws.services.ports import Parameters
from pytest_fakeaws.services.sns import limits, message_attributes
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.notification import MessageAttributes

_SUBJECT = re.compile(rf"[^\x00-\x1f\x7f]{{1,{limits.SUBJECT_LENGTH}}}")
_IDENTIFIER = re.compile(
    rf"[A-Za-z0-9{re.escape(string.punctuation)}]{{1,{limits.GROUP_ID_LENGTH}}}"
)


class Message(NamedTuple):
    """What is to be published.

    Attributes:
        text: The message for every protocol that has none of its own.
        texts: Those by protocol; `None` unless `MessageStructure` is `json`.
        subject: Its subject.
        attributes: Its attributes.
        group: The `MessageGroupId`.
        deduplication_id: The `MessageDeduplicationId`.
        size: Bytes of the message as it was given, and of its attributes.
    """

    text: str
    texts: dict[str, str] | None
    subject: str | None
    attributes: MessageAttributes
    group: str | None
    deduplication_id: str | None
    size: int


def read(parameters: Parameters) -> Message:
    """The message of a call or of a batch entry.

    Raises:
        InvalidParameter: AWS does not take such a message.
        InvalidAttribute: One of its attributes breaks a rule.
    """
    given: str = parameters["Message"]
    if not given:
        raise InvalidParameter("Empty message")
    subject = parameters.get("Subject")
    if subject is not None and not _SUBJECT.fullmatch(subject):
        raise InvalidParameter("Subject")
    attributes = message_attributes.kept(parameters.get("MessageAttributes"))
    text, texts = _texts(given, parameters.get("MessageStructure"))
    return Message(
        text,
        texts,
        subject,
        attributes,
        _identifier(parameters, "MessageGroupId"),
        _identifier(parameters, "MessageDeduplicationId"),
        len(given.encode("utf-8", "surrogatepass")) + message_attributes.size(attributes),
    )


def _texts(given: str, structure: str | None) -> tuple[str, dict[str, str] | None]:
    """The message, and those for single protocols, if it has some."""
    if structure is None:
        return given, None
    if structure != "json":
        raise InvalidParameter(f"Message Structure - Unsupported message structure: {structure}")
    try:
        pairs = json.loads(given, object_pairs_hook=_Members)
    except (ValueError, RecursionError):
        pairs = None
    if not isinstance(pairs, _Members):
        raise InvalidParameter("Message Structure - JSON message body failed to parse")
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise InvalidParameter("Message Structure - JSON message body failed to parse")
    texts = {name: text for name, text in pairs if isinstance(text, str)}
    if "default" not in texts:
        raise InvalidParameter("Message Structure - No default entry in JSON message body")
    return texts.pop("default"), texts


class _Members(list[tuple[str, object]]):
    """The members of a JSON object, in which a name may stand twice."""


def _identifier(parameters: Parameters, name: str) -> str | None:
    text: str | None = parameters.get(name)
    if text is not None and not _IDENTIFIER.fullmatch(text):
        raise InvalidParameter(
            f"{name} Reason: {name} can only include alphanumeric and punctuation characters. 1 to "
            f"{limits.GROUP_ID_LENGTH} in length"
        )
    return text
