"""The worker: writes letters, each once."""

import json
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

sqs = boto3.client("sqs")
written = {}


def work(queue_url):
    """Write what is asked for, for ever; AWS out of reach is no reason to stop."""
    while True:
        try:
            write_some(queue_url)
        except (BotoCoreError, ClientError):
            time.sleep(5)


def write_some(queue_url):
    """Receive letters, write those that are new, and delete each when that is done."""
    polled = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)
    for message in polled.get("Messages", []):
        letter = json.loads(message["Body"])
        if letter["name"] not in written:
            written[letter["name"]] = f"Dear {letter['name']}, your seat is {letter['seat']}."
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
