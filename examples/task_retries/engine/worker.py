"""A worker: does tasks, and reports in progress, completed or failed."""

import json

import boto3


class Later(Exception):
    """Raised by a task that wants to be called again: nothing has failed, it is just not ready."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


def work(tasks_url, status_url, do):
    """Do tasks for ever; *do* takes a task's name and input, and returns its output."""
    sqs = boto3.client("sqs")

    def report(task, status, **details):
        body = {"task": task["id"], "attempt": task["attempt"], "status": status, **details}
        sqs.send_message(QueueUrl=status_url, MessageBody=json.dumps(body))

    while True:
        polled = sqs.receive_message(QueueUrl=tasks_url, WaitTimeSeconds=20)
        for message in polled.get("Messages", []):
            task = json.loads(message["Body"])
            # The engine retries, not the queue: it alone knows the task's rule.
            sqs.delete_message(QueueUrl=tasks_url, ReceiptHandle=message["ReceiptHandle"])
            report(task, "IN_PROGRESS")
            try:
                output = do(task["name"], task["input"])
            except Later as later:
                report(task, "IN_PROGRESS", callback_after=later.seconds)
            except Exception as error:
                report(task, "FAILED", reason=str(error))
            else:
                report(task, "COMPLETED", output=output)
