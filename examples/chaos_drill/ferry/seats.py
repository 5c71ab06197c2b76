"""The function: gives each booking a seat, and asks for a letter."""

import json
import os

import boto3

sqs = boto3.client("sqs")
seats = {}  # stands for a table with a conditional write


def handler(event, context):
    """Seat a batch of bookings.

    The letter is asked for each time a booking comes: the last time may have ended before that.
    """
    for record in event["Records"]:
        name = json.loads(record["body"])["name"]
        seat = seats.setdefault(name, len(seats) + 1)
        letter = json.dumps({"name": name, "seat": seat})
        sqs.send_message(QueueUrl=os.environ["LETTERS"], MessageBody=letter)
