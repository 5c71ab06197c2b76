"""Rebuilds a view: lets a new queue hear everything again."""

import json

import boto3


def replay(topic_arn, queue_arn, since, filter_policy=None):
    """Subscribe a queue to a topic, and have what was published *since* then sent to it first."""
    attributes = {
        "RawMessageDelivery": "true",
        "ReplayPolicy": json.dumps(
            {"PointType": "Timestamp", "StartingPoint": since.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        ),
    }
    if filter_policy is not None:
        attributes["FilterPolicy"] = json.dumps(filter_policy)
    answer = boto3.client("sns").subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=queue_arn,
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return answer["SubscriptionArn"]


def status(subscription_arn):
    """How far a replay is."""
    return (
        boto3.client("sns")
        .get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"]
        .get("ReplayStatus")
    )
