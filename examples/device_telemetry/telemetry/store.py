"""The function that keeps readings, and the place where it keeps them."""

import json

latest = {}


def handler(event, context):
    """Keep each reading of a batch; report those that make no sense."""
    failures = []
    for record in event["Records"]:
        try:
            keep(json.loads(record["body"]))
        except (ValueError, KeyError, TypeError):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def keep(reading):
    """Keep a reading."""
    latest.setdefault(reading["device"], []).append(float(reading["celsius"]))
