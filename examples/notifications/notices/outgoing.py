"""Sends notices: one topic, and the state of each notice."""

import json
import os
from itertools import count

import boto3

sns = boto3.client("sns")
numbers = count(1)
states = {}


def notify(customer, text):
    """Send *text* on all channels of a customer; returns the notice's number."""
    number = next(numbers)
    states[number] = dict.fromkeys(customer["channels"], "queued")
    sns.publish(
        TopicArn=os.environ["NOTICES_TOPIC_ARN"],
        Message=json.dumps({"number": number, "to": customer["name"], "text": text}),
        MessageAttributes={
            "channel": {
                "DataType": "String.Array",
                "StringValue": json.dumps(customer["channels"]),
            }
        },
    )
    return number
