"""The shop front: places orders."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def place_order(order):
    """Hand an order over to invoicing, and return the id of its message."""
    message = sqs.send_message(
        QueueUrl=os.environ["ORDERS_QUEUE_URL"],
        MessageBody=json.dumps(order),
        MessageAttributes={"channel": {"DataType": "String", "StringValue": "web"}},
    )
    return message["MessageId"]


def place_orders(orders):
    """Hand over many orders, ten at a time."""
    for start in range(0, len(orders), 10):
        sqs.send_message_batch(
            QueueUrl=os.environ["ORDERS_QUEUE_URL"],
            Entries=[
                {"Id": order["id"], "MessageBody": json.dumps(order)}
                for order in orders[start : start + 10]
            ],
        )
