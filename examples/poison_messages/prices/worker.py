"""The worker: applies updates from a queue, and waits longer after each failure."""

import json
import logging

import boto3

from prices import catalogue

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 10, 900  # seconds


def wait_before_attempt(number):
    """How long a message that failed stays away before this attempt: twice as long each time."""
    return min(FIRST_WAIT * 2 ** (number - 2), LONGEST_WAIT)


def work(queue_url):
    """Apply updates for ever."""
    sqs = boto3.client("sqs")
    while True:
        polled = sqs.receive_message(
            QueueUrl=queue_url,
            WaitTimeSeconds=20,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        for message in polled.get("Messages", []):
            handle(sqs, queue_url, message)


def handle(sqs, queue_url, message):
    """Apply one update; if that fails, let its message come back later."""
    attempt = int(message["Attributes"]["ApproximateReceiveCount"])
    try:
        catalogue.apply(json.loads(message["Body"]))
    except Exception:
        logger.exception("attempt %s failed: %s", attempt, message["Body"])
        sqs.change_message_visibility(
            QueueUrl=queue_url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=wait_before_attempt(attempt + 1),
        )
    else:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
