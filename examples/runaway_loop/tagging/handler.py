"""The function: tags a photograph, and puts the result on a queue; sadly on its own."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    """Tag the photographs of a batch."""
    for record in event["Records"]:
        photograph = json.loads(record["body"])
        photograph["tags"] = [*photograph.get("tags", []), "holiday"]
        sqs.send_message(
            QueueUrl=os.environ["RESULTS_QUEUE_URL"], MessageBody=json.dumps(photograph)
        )
