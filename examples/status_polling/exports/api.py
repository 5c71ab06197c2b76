"""The API: takes an export on, and says where its state will be and how long it may take."""

import json
import os

import boto3

from exports import status

SECONDS_EACH = 30


def handler(event, context):
    """POST /exports."""
    export = json.loads(event["body"])["name"]
    queue_url = os.environ["EXPORTS_QUEUE_URL"]
    sqs = boto3.client("sqs")
    counts = sqs.get_queue_attributes(
        QueueUrl=queue_url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )["Attributes"]
    ahead = sum(map(int, counts.values()))
    status.write(export, "waiting")
    sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps({"name": export}))
    return {
        "statusCode": 202,
        "headers": {"location": status.link(export)},
        "body": json.dumps({"seconds": (ahead + 1) * SECONDS_EACH}),
    }
