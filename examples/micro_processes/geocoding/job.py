"""The job: cuts a list of addresses into messages, and knows how far it has come."""

import json
import os
from dataclasses import dataclass, field

import boto3

BATCH = 10
sqs = boto3.client("sqs")


@dataclass
class Job:
    """A job's progress. The messages may come twice; what is located is located once."""

    addresses: list
    located: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)

    @property
    def progress(self):
        """The share of addresses that are settled, from 0 to 1."""
        return (len(self.located) + len(self.failed)) / len(self.addresses)


jobs = {}


def start(name, addresses):
    """Put each address on the queue, ten to a call."""
    job = jobs[name] = Job(addresses)
    for first in range(0, len(addresses), BATCH):
        entries = [
            {"Id": str(number), "MessageBody": json.dumps({"job": name, "address": number})}
            for number in range(first, min(first + BATCH, len(addresses)))
        ]
        answer = sqs.send_message_batch(QueueUrl=os.environ["ADDRESSES_QUEUE_URL"], Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"not sent: {answer['Failed']}")
    return job
