"""The desk: tells everybody of a booking."""

import json

import boto3

sns = boto3.client("sns")


def book(topic_arn, name):
    """Publish a booking; the name is what it is known by, however often it arrives."""
    sns.publish(TopicArn=topic_arn, Message=json.dumps({"name": name}))
