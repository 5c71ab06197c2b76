"""The attributes of a subscription that a caller may set, and what one shows.

See https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from pytest_fakeaws.addresses import partition
from pytest_fakeaws.services.sns.errors import InvalidParameter
from pytest_fakeaws.services.sns.subscription import Subscription

SETTABLE = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
)

_RAW = "RawMessageDelivery"
_RAW_PROTOCOLS = ("sqs", "http", "https", "firehose")
_SCOPE = "FilterPolicyScope"


def check(given: Mapping[str, str], protocol: str, prefix: str = "") -> dict[str, str]:
    """The attributes that a caller sets, as they are kept.

    Args:
        given: Values by name.
        protocol: The subscription's.
        prefix: How AWS's errors about them begin.

    Raises:
        InvalidParameter: There is no such attribute, or no such value of it.
    """
    for name in given:
        if name not in SETTABLE:
            raise InvalidParameter(
                f"{prefix}Unknown attribute: {name}" if prefix else "AttributeName"
            )
    kept = dict(given)
    raw = given.get(_RAW)
    if raw:
        kept[_RAW] = raw.lower()
        if kept[_RAW] not in ("true", "false"):
            raise InvalidParameter(f"{prefix}{_RAW}: Invalid value [{raw}]. Must be true or false.")
        if kept[_RAW] == "true" and protocol not in _RAW_PROTOCOLS:
            raise InvalidParameter(
                f"{prefix}Delivery protocol [{protocol}] does not support raw message delivery."
            )
    return kept


def shown(subscription: Subscription) -> dict[str, str]:
    """What GetSubscriptionAttributes answers."""
    owner = subscription.owner
    attributes = dict(subscription.attributes)
    scope = attributes.pop(_SCOPE, "MessageAttributes")
    if "FilterPolicy" in attributes:
        attributes[_SCOPE] = scope
    if subscription.replay is not None:
        attributes["ReplayStatus"] = subscription.replay.status
    return {
        "SubscriptionArn": subscription.arn,
        "TopicArn": subscription.topic_arn,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "Owner": owner.account,
        "SubscriptionPrincipal": principal(owner.account, owner.region),
        "PendingConfirmation": str(not subscription.confirmed).lower(),
        "ConfirmationWasAuthenticated": str(subscription.authenticated).lower(),
        _RAW: "false",
        **attributes,
    }


def differs(subscription: Subscription, given: Mapping[str, str]) -> bool:
    """Whether one of *given* has another value in *subscription*."""
    own = {_RAW: "false", **subscription.attributes}
    return any(own.get(name, "") != text for name, text in given.items())


def principal(account: str, region: str) -> str:
    """The ARN of the one user that an account has."""
    return f"arn:{partition(region)}:iam::{account}:user/fakeaws"
