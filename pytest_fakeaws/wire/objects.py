"""Objects of S3, read through the process's own client: whoever fakes S3 beside us serves them."""

from __future__ import annotations

from contextlib import AbstractContextManager

from botocore.exceptions import ClientError

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import ObjectUnavailable


class S3Objects:
    """Reads objects of S3.

    Args:
        outside: Lets user code run from within the simulation: a fake S3 may be a thread of the test's.
    """

    def __init__(self, outside: AbstractContextManager[object]) -> None:
        self._outside = outside

    def __call__(self, caller: Place, bucket: str, key: str, version: str | None) -> bytes:
        """The bytes of an object.

        Raises:
            ObjectUnavailable: S3 refuses.
        """
        import boto3

        named = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
        try:
            with self._outside:
                client = boto3.client("s3", region_name=caller.region)
                content: bytes = client.get_object(**named)["Body"].read()
        except ClientError as error:
            details = error.response["Error"]
            raise ObjectUnavailable(details["Code"], details["Message"]) from None
        return content
