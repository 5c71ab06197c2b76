"""Operations on topics as such."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import arns, permissions
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.operations import data_protection, tags
from pytest_fakeaws.services.sns.operations.pages import page


def create_topic(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html."""
    attributes = parameters.get("Attributes") or {}
    if attributes.get("Policy"):
        permissions.check_policy(attributes["Policy"])
    protection = data_protection.checked(parameters.get("DataProtectionPolicy") or "")
    added = tags.given(parameters.get("Tags"))
    topic = directory.create(caller, parameters["Name"], attributes, added)
    topic.data_protection_policy = protection or topic.data_protection_policy
    return {"TopicArn": topic.arn}


def delete_topic(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html."""
    arn = parameters["TopicArn"]
    if directory.by_arn(arn) is None:
        arns.reached(caller, arn, "TopicArn")
    else:
        directory.delete(directory.reach(caller, arn, "DeleteTopic"))
    return {}


def list_topics(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html."""
    arns_ = [topic.arn for topic in directory if topic.place == caller]
    shown, following = page(arns_, str, parameters.get("NextToken"))
    result: Result = {"Topics": [{"TopicArn": arn} for arn in shown]}
    return {**result, "NextToken": following} if following else result
