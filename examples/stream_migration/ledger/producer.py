"""The producer: one group for each account, so that its bookings stay in order."""

import json

import boto3

sqs = boto3.client("sqs")


def send(queue_url, account, number, **booking):
    """Send one booking; the same number is sent once, whatever the network does."""
    sqs.send_message(
        QueueUrl=queue_url,
        MessageGroupId=account,
        MessageDeduplicationId=f"{account}-{number}",
        MessageBody=json.dumps(booking),
    )
