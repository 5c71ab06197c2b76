"""The function behind the queue: makes one export at a time."""

import json
import time

from exports import api, status


def handler(event, context):
    """Make an export."""
    for record in event["Records"]:
        export = json.loads(record["body"])["name"]
        status.write(export, "running")
        time.sleep(api.SECONDS_EACH)
        status.write(export, "done", rows=1000)
