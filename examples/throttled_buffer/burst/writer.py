"""The function behind the queue: writes clicks into the database."""

import time

WRITE = 0.2  # seconds that the database takes for a batch

written = []


def handler(event, context):
    """Write one batch."""
    time.sleep(WRITE)
    written.extend(record["body"] for record in event["Records"])
