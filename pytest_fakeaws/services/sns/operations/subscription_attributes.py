"""Operations on the attributes of a subscription."""

from __future__ import annotations

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import subscription_attributes
from pytest_fakeaws.services.sns.delivery_policy import SubscriptionPolicy, TopicPolicy
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import NotFound
from pytest_fakeaws.services.sns.operations.subscriptions import check_arn
from pytest_fakeaws.services.sns.subscription import Subscription

_HTTP = ("http", "https")


def get_subscription_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html."""
    subscription = _reach(directory, caller, parameters, "GetSubscriptionAttributes")
    shown = subscription_attributes.shown(subscription)
    return {"Attributes": {**shown, **_delivery(directory, subscription)}}


def set_subscription_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html."""
    subscription = _reach(directory, caller, parameters, "SetSubscriptionAttributes")
    given = {parameters["AttributeName"]: parameters.get("AttributeValue") or ""}
    directory.change(subscription, given)
    return {}


def _delivery(directory: TopicDirectory, subscription: Subscription) -> dict[str, str]:
    """The delivery policies that a subscription shows."""
    own = SubscriptionPolicy(subscription.attributes.get("DeliveryPolicy", ""))
    topic = directory.by_arn(subscription.topic_arn)
    assert topic is not None
    shown = {"DeliveryPolicy": own.text} if own.text else {}
    if shown or subscription.protocol in _HTTP:
        within = TopicPolicy(topic.attributes.get("DeliveryPolicy") or "")
        shown["EffectiveDeliveryPolicy"] = own.effective(within)
    return shown


def _reach(
    directory: TopicDirectory, caller: Place, parameters: Parameters, operation: str
) -> Subscription:
    arn = parameters["SubscriptionArn"]
    check_arn(caller, arn)
    subscription = directory.subscription(arn)
    if subscription is None:
        raise NotFound("Subscription")
    directory.check_subscriber(caller, subscription, operation)
    return subscription
