"""The operations of SNS by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.operations import publishing, subscriptions, topics

OPERATIONS: dict[str, Callable[[TopicDirectory, Place, Parameters], Result]] = {
    "CreateTopic": topics.create_topic,
    "DeleteTopic": topics.delete_topic,
    "Subscribe": subscriptions.subscribe,
    "SetSubscriptionAttributes": subscriptions.set_subscription_attributes,
    "Unsubscribe": subscriptions.unsubscribe,
    "Publish": publishing.publish,
}
"""By name, each to be called with a directory, the caller's place and the parameters."""
