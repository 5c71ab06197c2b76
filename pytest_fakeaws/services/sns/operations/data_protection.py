"""Operations on data protection policies: kept and shown, not carried out."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import limits
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.topic_attributes import json_object


def put_data_protection_policy(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_PutDataProtectionPolicy.html."""
    arn = parameters["ResourceArn"]
    topic = directory.reach(caller, arn, "PutDataProtectionPolicy", "ResourceArn")
    topic.data_protection_policy = checked(parameters["DataProtectionPolicy"])
    return {}


def get_data_protection_policy(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetDataProtectionPolicy.html."""
    arn = parameters["ResourceArn"]
    topic = directory.reach(caller, arn, "GetDataProtectionPolicy", "ResourceArn")
    policy = topic.data_protection_policy
    return {"DataProtectionPolicy": policy} if policy else {}


def checked(text: str) -> str:
    """A policy as it is kept; an empty one takes it away.

    Raises:
        InvalidParameter: It is too long, or no JSON object.
    """
    if len(text) > limits.DATA_PROTECTION_POLICY_LENGTH or (text and not json_object(text)):
        raise InvalidParameter("DataProtectionPolicy")
    return text
