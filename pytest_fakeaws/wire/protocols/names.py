"""How the query protocol names what is in lists and maps: as the model says, or as SQS did."""

from __future__ import annotations

from typing import Protocol

from botocore.model import Shape


class Names(Protocol):
    """The names of members in forms and in XML."""

    def of_member(self, shape: Shape, name: str) -> str:
        """The name of a member that is neither list nor map."""

    def of_list(self, shape: Shape, name: str) -> tuple[str, ...]:
        """The names down to the elements of a list: one if it is flattened, else two."""

    def of_map(self, shape: Shape, name: str) -> tuple[tuple[str, ...], str, str]:
        """The names down to the entries of a map, and those of their keys and values."""


class ModelNames:
    """The names that the model gives."""

    def of_member(self, shape: Shape, name: str) -> str:
        """The name of a member that is neither list nor map."""
        own: str = shape.serialization.get("name", name)
        return own

    def of_list(self, shape: Shape, name: str) -> tuple[str, ...]:
        """The names down to the elements of a list: one if it is flattened, else two."""
        element = shape.member.serialization.get("name")
        if shape.serialization.get("flattened"):
            return (element or self.of_member(shape, name),)
        return self.of_member(shape, name), element or "member"

    def of_map(self, shape: Shape, name: str) -> tuple[tuple[str, ...], str, str]:
        """The names down to the entries of a map, and those of their keys and values."""
        own = self.of_member(shape, name)
        path = (own,) if shape.serialization.get("flattened") else (own, "entry")
        key = shape.key.serialization.get("name", "key")
        return path, key, shape.value.serialization.get("name", "value")


class SqsNames:
    """The names that SQS had in its older protocol: all lists and maps are flattened.

    See the request parameters in
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html.
    """

    def of_member(self, shape: Shape, name: str) -> str:
        """The name of a member that is neither list nor map."""
        return name

    def of_list(self, shape: Shape, name: str) -> tuple[str, ...]:
        """The names down to the elements of a list: one if it is flattened, else two."""
        return (_SINGULARS.get(name, shape.member.name),)

    def of_map(self, shape: Shape, name: str) -> tuple[tuple[str, ...], str, str]:
        """The names down to the entries of a map, and those of their keys and values."""
        singular = _SINGULARS[name]
        return (singular,), "Key" if singular == "Tag" else "Name", "Value"


_SINGULARS = {
    "AWSAccountIds": "AWSAccountId",
    "Actions": "ActionName",
    "AttributeNames": "AttributeName",
    "Attributes": "Attribute",
    "BinaryListValues": "BinaryListValue",
    "MessageAttributeNames": "MessageAttributeName",
    "MessageAttributes": "MessageAttribute",
    "MessageSystemAttributeNames": "MessageSystemAttributeName",
    "MessageSystemAttributes": "MessageSystemAttribute",
    "Messages": "Message",
    "QueueUrls": "QueueUrl",
    "StringListValues": "StringListValue",
    "TagKeys": "TagKey",
    "Tags": "Tag",
    "queueUrls": "QueueUrl",
    "tags": "Tag",
}
"""Lists and maps whose elements are not called by their shape, as those of batches are."""
