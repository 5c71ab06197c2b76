"""A builder: takes a release from the queue and builds it, for as long as that takes."""

import contextlib
import json
import threading

import boto3

HEARTBEAT, HIDDEN = 60, 180  # seconds: three heartbeats may be lost


def work(queue_url, build):
    """Build releases for ever; *build* takes a project and a version."""
    sqs = boto3.client("sqs")
    while True:
        polled = sqs.receive_message(
            QueueUrl=queue_url, WaitTimeSeconds=20, VisibilityTimeout=HIDDEN
        )
        for message in polled.get("Messages", []):
            release = json.loads(message["Body"])
            with heartbeat(sqs, queue_url, message["ReceiptHandle"]):
                build(release["project"], release["version"])
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


@contextlib.contextmanager
def heartbeat(sqs, queue_url, receipt_handle):
    """Keep a message hidden from other builders while the block runs."""
    done = threading.Event()

    def beat():
        while not done.wait(HEARTBEAT):
            sqs.change_message_visibility(
                QueueUrl=queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=HIDDEN
            )

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
