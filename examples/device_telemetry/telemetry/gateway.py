"""The gateway: publishes what devices send, ten readings to a call."""

import json
from itertools import groupby

import boto3

sns = boto3.client("sns")


def publish(topic_arns, readings):
    """Publish readings to the topics of their groups; returns those that SNS did not take."""
    lost = []
    for group, of_group in groupby(sorted(readings, key=_group), key=_group):
        waiting = list(of_group)
        for first in range(0, len(waiting), 10):
            batch = waiting[first : first + 10]
            answer = sns.publish_batch(
                TopicArn=topic_arns[group],
                PublishBatchRequestEntries=[
                    {"Id": str(number), "Message": reading["payload"]}
                    for number, reading in enumerate(batch)
                ],
            )
            lost += [batch[int(failed["Id"])] for failed in answer.get("Failed", [])]
    return lost


def reading(group, device, **values):
    """A reading as a device sends it."""
    return {"group": group, "payload": json.dumps({"device": device, **values})}


def _group(one):
    return one["group"]
