"""Operations on subscriptions."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import NotFound


def subscribe(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "Subscribe")
    subscription = directory.subscribe(
        caller,
        topic,
        parameters["Protocol"],
        parameters.get("Endpoint") or "",
        parameters.get("Attributes") or {},
    )
    return {"SubscriptionArn": subscription.arn}


def set_subscription_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html."""
    subscription = directory.subscription(parameters["SubscriptionArn"])
    if subscription is None:
        raise NotFound("Subscription")
    text = parameters.get("AttributeValue") or ""
    directory.change(subscription, {parameters["AttributeName"]: text})
    return {}


def unsubscribe(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html."""
    subscription = directory.subscription(parameters["SubscriptionArn"])
    if subscription is not None:
        directory.unsubscribe(subscription)
    return {}
