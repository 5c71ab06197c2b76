"""Operations on topics as such."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import arns
from pytest_fakeaws.services.sns.directory import TopicDirectory


def create_topic(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html."""
    tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or ()}
    topic = directory.create(caller, parameters["Name"], parameters.get("Attributes") or {}, tags)
    return {"TopicArn": topic.arn}


def delete_topic(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html."""
    arn = parameters["TopicArn"]
    if directory.by_arn(arn) is None:
        arns.reached(caller, arn, "TopicArn")
    else:
        directory.delete(directory.reach(caller, arn, "DeleteTopic"))
    return {}
