"""What tests of pictures share: a scene with a topic, a poison message and a consumer."""

import json
import time

import boto3
import pytest


def handler(event, context):
    for record in event["Records"]:
        print("charging", json.loads(record["body"])["total"])


@pytest.fixture
def poison(fakeaws):
    """A published order that lacks its total: it fails twice and is dead-lettered."""
    events = fakeaws.create_topic("events")
    orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=2)
    events.subscribe(orders, raw=True)
    orders.trigger(fakeaws.create_function("invoice", handler))
    events.publish('{"id": 7}')
    fakeaws.clock.advance("5 min")
    return fakeaws


@pytest.fixture
def consumed(fakeaws):
    """A message that a consumer of its own receives and deletes."""
    jobs = fakeaws.create_queue("jobs")

    def worker():
        sqs = boto3.client("sqs")
        [message] = sqs.receive_message(QueueUrl=jobs.url, WaitTimeSeconds=20)["Messages"]
        time.sleep(3)
        sqs.delete_message(QueueUrl=jobs.url, ReceiptHandle=message["ReceiptHandle"])

    fakeaws.spawn(worker)
    jobs.send("resize 1.png")
    fakeaws.clock.run_until_idle()
    return fakeaws
