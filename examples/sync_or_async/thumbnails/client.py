"""The two ways to have a thumbnail made."""

import json

import boto3


class NoThumbnail(Exception):
    """The function has failed."""


def now(image):
    """Wait for the thumbnail, and return where it is."""
    answer = boto3.client("lambda").invoke(
        FunctionName="thumbnails", Payload=json.dumps(image).encode()
    )
    result = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise NoThumbnail(result["errorMessage"])
    return result["thumbnail"]


def later(image):
    """Have it made in the background; what becomes of it, the destinations are told."""
    boto3.client("lambda").invoke(
        FunctionName="thumbnails",
        InvocationType="Event",
        Payload=json.dumps(image).encode(),
    )
