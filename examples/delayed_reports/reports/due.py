"""Messages that come due at a time, also later than SQS can delay one."""

import json
import time

import boto3

sqs = boto3.client("sqs")

LONGEST_DELAY = 900  # seconds; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html


def send(queue_url, task, due_at):
    """Let *task* come out of the queue at *due_at*, or on the way there."""
    delay = min(max(0, round(due_at - time.time())), LONGEST_DELAY)
    sqs.send_message(
        QueueUrl=queue_url,
        DelaySeconds=delay,
        MessageBody=json.dumps({"task": task, "due_at": due_at}),
    )


def open_message(queue_url, body):
    """The task of a message, or `None` for one that is not due yet: that is sent on its way again."""
    message = json.loads(body)
    if message["due_at"] - time.time() >= 1:
        send(queue_url, message["task"], message["due_at"])
        return None
    return message["task"]
