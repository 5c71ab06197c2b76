"""Operations on the tags of a topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import (
    InvalidParameter,
    NotFound,
    ResourceNotFound,
    TagLimitExceeded,
)
from pytest_fakeaws.services.sns.topic import Topic


def tag_resource(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html."""
    topic = _reach(directory, caller, parameters, "TagResource")
    topic.tags = limited({**topic.tags, **given(parameters["Tags"])})
    return {}


def untag_resource(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html."""
    topic = _reach(directory, caller, parameters, "UntagResource")
    topic.tags = {
        name: value for name, value in topic.tags.items() if name not in parameters["TagKeys"]
    }
    return {}


def list_tags_for_resource(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html."""
    topic = _reach(directory, caller, parameters, "ListTagsForResource")
    return {"Tags": [{"Key": name, "Value": value} for name, value in topic.tags.items()]}


def _reach(
    directory: TopicDirectory, caller: Place, parameters: Parameters, operation: str
) -> Topic:
    try:
        return directory.reach(caller, parameters["ResourceArn"], operation, "ResourceArn")
    except NotFound:
        raise ResourceNotFound("Resource does not exist") from None


def given(tags: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """The tags of a call by key.

    Raises:
        InvalidParameter: Two have one key, or one is too long.
    """
    found: dict[str, str] = {}
    shortest, longest = limits.TAG_KEY_LENGTH
    for tag in tags or ():
        name, value = tag["Key"], tag["Value"]
        if name in found:
            raise InvalidParameter("Duplicated keys are not allowed.")
        if not shortest <= len(name) <= longest or len(value) > limits.TAG_VALUE_LENGTH:
            raise InvalidParameter("Tags Reason: a key or a value is too short or too long")
        found[name] = value
    return limited(found)


def limited(tags: dict[str, str]) -> dict[str, str]:
    """The *tags* that a topic is to have, if they are not too many.

    Raises:
        TagLimitExceeded: They are.
    """
    if len(tags) > limits.TAGS:
        raise TagLimitExceeded
    return tags
