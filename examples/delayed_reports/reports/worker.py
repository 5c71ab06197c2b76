"""Asks for reports, and asks again until they are ready."""

import os
import time

from reports import due, provider

WAITS = [60, 120, 300, 600]  # seconds before each look; the last one goes on

finished = {}


def ask(name, at=None):
    """Have a report made, at once or at a time; the function below fetches it when it is ready."""
    task = {"step": "request", "name": name}
    due.send(os.environ["REPORTS_QUEUE_URL"], task, at or time.time())


def handler(event, context):
    """The Lambda function behind the queue."""
    queue_url = os.environ["REPORTS_QUEUE_URL"]
    for record in event["Records"]:
        task = due.open_message(queue_url, record["body"])
        if task is not None:
            next_task = step(task)
            if next_task is not None:
                wait = WAITS[min(next_task["looks"], len(WAITS) - 1)]
                due.send(queue_url, next_task, time.time() + wait)


def step(task):
    """Do what is due; returns what is to be done next, or `None`."""
    if task["step"] == "request":
        number = provider.request(task["name"])
        return {"step": "fetch", "name": task["name"], "number": number, "looks": 0}
    report = provider.fetch(task["number"])
    if report is None:
        return {**task, "looks": task["looks"] + 1}
    finished[task["name"]] = report
    return None
