"""What happens to accounts, as events on a FIFO topic: one group for each account."""

import json

import boto3

sns = boto3.client("sns")


def publish(topic_arn, account, number, kind, cents):
    """Say that something has happened to an account."""
    sns.publish(
        TopicArn=topic_arn,
        MessageGroupId=account,
        MessageDeduplicationId=f"{account}-{number}",
        Message=json.dumps({"account": account, "kind": kind, "cents": cents}),
        MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}},
    )
