"""The scheduler: sends attempts to the workers, and decides what follows from their reports."""

import json
import time
from dataclasses import dataclass, field
from itertools import count

import boto3

from engine.rules import RetryRule


@dataclass
class Task:
    """A task and how it stands."""

    id: str
    name: str
    input: object
    rule: RetryRule
    status: str = "SCHEDULED"
    output: object = None
    attempt: int = 1
    deadline: float = float("inf")
    history: list = field(default_factory=list)


class Scheduler:
    """Runs tasks. `run` is its loop; `submit` may be called at any time."""

    def __init__(self, tasks_url, status_url):
        self.tasks = {}
        self._ids = (f"task-{number}" for number in count(1))
        self._sqs = boto3.client("sqs")
        self._tasks_url = tasks_url
        self._status_url = status_url

    def submit(self, name, given, rule=None):
        """Have a task done."""
        task = Task(next(self._ids), name, given, rule or RetryRule())
        self.tasks[task.id] = task
        self._send(task, delay=0)
        return task

    def run(self):
        """Read reports for ever, and look after those that do not come."""
        while True:
            polled = self._sqs.receive_message(
                QueueUrl=self._status_url, WaitTimeSeconds=5, MaxNumberOfMessages=10
            )
            for message in polled.get("Messages", []):
                self._heed(json.loads(message["Body"]))
                self._sqs.delete_message(
                    QueueUrl=self._status_url, ReceiptHandle=message["ReceiptHandle"]
                )
            self._look_for_silence()

    def _heed(self, report):
        task = self.tasks[report["task"]]
        if report["attempt"] != task.attempt or task.status in ("COMPLETED", "FAILED"):
            return  # of an attempt that was given up
        if report["status"] == "COMPLETED":
            task.status, task.output = "COMPLETED", report["output"]
        elif report["status"] == "FAILED":
            self._retry(task, report["reason"])
        elif "callback_after" in report:
            self._send(task, delay=report["callback_after"])

    def _look_for_silence(self):
        for task in self.tasks.values():
            if task.status == "SCHEDULED" and time.time() > task.deadline:
                self._retry(task, "no response")

    def _retry(self, task, reason):
        task.history.append(reason)
        if task.attempt > task.rule.retries:
            task.status = "FAILED"
            return
        wait = task.rule.wait_before(task.attempt)
        task.attempt += 1
        self._send(task, delay=wait)

    def _send(self, task, delay):
        task.deadline = time.time() + delay + task.rule.response_timeout
        body = {"id": task.id, "name": task.name, "input": task.input, "attempt": task.attempt}
        self._sqs.send_message(
            QueueUrl=self._tasks_url, MessageBody=json.dumps(body), DelaySeconds=delay
        )
