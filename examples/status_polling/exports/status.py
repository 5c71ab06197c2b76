"""The state of each export: a small object in S3, which its client reads through a presigned URL."""

import json

import boto3

BUCKET = "exports"


def write(export, state, **more):
    """Say how an export stands."""
    boto3.client("s3").put_object(
        Bucket=BUCKET, Key=f"{export}.json", Body=json.dumps({"state": state, **more})
    )


def link(export):
    """Where a client that has no credentials may read it, for a day."""
    return boto3.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": f"{export}.json"}, ExpiresIn=86_400
    )
