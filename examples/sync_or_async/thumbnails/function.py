"""The function: makes a thumbnail, which takes its time."""

import time


def seconds_for(image):
    """How long an image takes: a second for each million of pixels."""
    return image["width"] * image["height"] / 1_000_000


def handler(event, context):
    """Make one thumbnail; returns where it is."""
    needed = seconds_for(event)
    if event.get("corrupt"):
        raise ValueError(f"{event['name']} is no image")
    time.sleep(needed)
    return {"thumbnail": f"thumbnails/{event['name']}", "seconds": needed}
