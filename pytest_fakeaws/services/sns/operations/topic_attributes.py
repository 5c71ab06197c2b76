"""Operations on the attributes of a topic."""

from __future__ import annotations

import json

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import limits, permissions
from pytest_fakeaws.services.sns.delivery_policy import TopicPolicy
from pytest_fakeaws.services.sns.directory import TOO_LARGE, TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.protocols import PROTOCOLS
from pytest_fakeaws.services.sns.topic import Topic

_FIXED = ("FifoTopic",)
"""Attributes that can only be set when a topic is created."""


def get_topic_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "GetTopicAttributes")
    return {"Attributes": shown(topic)}


def shown(topic: Topic) -> dict[str, str]:
    """All attributes of *topic*, as it shows them."""
    delivery = TopicPolicy(topic.attributes.get("DeliveryPolicy") or "")
    confirmed, pending = topic.counts()
    attributes = {
        "TopicArn": topic.arn,
        "Owner": topic.place.account,
        "SubscriptionsConfirmed": str(confirmed),
        "SubscriptionsPending": str(pending),
        "SubscriptionsDeleted": str(topic.deleted),
        "Policy": json.dumps(permissions.policy_of(topic), separators=(",", ":")),
        **topic.shown(),
        "DeliveryPolicy": delivery.text,
        "EffectiveDeliveryPolicy": delivery.effective,
    }
    return {name: text for name, text in attributes.items() if text or name == "DisplayName"}


def set_topic_attributes(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "SetTopicAttributes")
    name, value = parameters["AttributeName"], parameters.get("AttributeValue") or ""
    if name in _FIXED:
        raise InvalidParameter("AttributeName")
    if name == "Policy" and value:
        permissions.check_policy(value)
    if name == "MaximumMessageSize":
        _check_large(topic, value)
    topic.change({name: value})
    return {}


def _check_large(topic: Topic, value: str) -> None:
    """Refuse long messages where some subscribers cannot have them."""
    if not value.isdecimal() or int(value[:9]) <= limits.DEFAULT_MESSAGE_SIZE:
        return
    subscriptions = list(topic)
    small = any(not PROTOCOLS[subscription.protocol].large for subscription in subscriptions)
    if small or len(subscriptions) > limits.LARGE_TOPIC_SUBSCRIPTIONS:
        raise InvalidParameter(TOO_LARGE)
