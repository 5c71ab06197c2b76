"""Operations on subscriptions."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns import arns
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.operations.pages import page
from pytest_fakeaws.services.sns.subscription import Subscription

_ELEMENTS = 7
"""Of a subscription's ARN: those of its topic, and its id."""


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
    told = subscription.confirmed or parameters.get("ReturnSubscriptionArn")
    return {"SubscriptionArn": subscription.arn if told else "pending confirmation"}


def confirm_subscription(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html."""
    arn = parameters["TopicArn"]
    arns.reached(caller, arn, "TopicArn")
    authenticated = (parameters.get("AuthenticateOnUnsubscribe") or "").lower() == "true"
    subscription = directory.confirm(arn, parameters["Token"], authenticated=authenticated)
    return {"SubscriptionArn": subscription.arn}


def unsubscribe(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html."""
    arn = parameters["SubscriptionArn"]
    if not arn:
        raise InvalidParameter("SubscriptionArn Reason: no value for required parameter")
    check_arn(caller, arn)
    subscription = directory.subscription(arn)
    if subscription is not None:
        directory.check_subscriber(caller, subscription, "Unsubscribe")
        directory.unsubscribe(subscription)
    return {}


def check_arn(caller: Place, arn: str) -> None:
    """Refuse what is no ARN of a subscription in the caller's region.

    Raises:
        InvalidParameter: It is none.
    """
    arns.reached(caller, arn, "SubscriptionArn")
    if arn.count(":") + 1 < _ELEMENTS:
        raise InvalidParameter("SubscriptionId")


def list_subscriptions(directory: TopicDirectory, caller: Place, parameters: Parameters) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html."""
    found = [one for topic in directory for one in topic if one.owner == caller]
    return _listed(found, parameters)


def list_subscriptions_by_topic(
    directory: TopicDirectory, caller: Place, parameters: Parameters
) -> Result:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html."""
    topic = directory.reach(caller, parameters["TopicArn"], "ListSubscriptionsByTopic")
    return _listed(list(topic), parameters)


def _listed(subscriptions: Sequence[Subscription], parameters: Parameters) -> Result:
    shown, following = page(subscriptions, lambda one: one.arn, parameters.get("NextToken"))
    result: Result = {
        "Subscriptions": [
            {
                "SubscriptionArn": one.arn if one.confirmed else "PendingConfirmation",
                "Owner": one.owner.account,
                "Protocol": one.protocol,
                "Endpoint": one.endpoint,
                "TopicArn": one.topic_arn,
            }
            for one in shown
        ]
    }
    return {**result, "NextToken": following} if following else result
