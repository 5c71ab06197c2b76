"""The webhook: a forge calls it whenever a version is tagged."""

import json
import os

import boto3


def handler(event, context):
    """Put the release on the builders' queue."""
    tag = json.loads(event["body"])
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["BUILDS_QUEUE_URL"],
        MessageBody=json.dumps({"project": tag["repository"], "version": tag["ref"]}),
    )
    return {"statusCode": 202}
