"""ARNs, queue URLs, accounts and regions: how AWS's resources are named, parsed and formatted."""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT_ACCOUNT = "123456789012"

_ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)", re.DOTALL)
_QUEUE_PATH = re.compile(r"(?:https?://[^/]+)?/?(?:queue/)?(\d{12})/([^/]+)/?")


class Place(NamedTuple):
    """Where a call comes from and a resource lives: nothing is shared between two places."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of *resource*, as AWS's own partition for the region has it."""
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"


class Arn(NamedTuple):
    """The parts of an ARN.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html.
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn | None:
        """The parts of *text*, or `None` if it is no ARN."""
        match = _ARN.fullmatch(text)
        return cls(*match.groups()) if match else None

    @property
    def place(self) -> Place:
        """Where the resource lives."""
        return Place(self.account, self.region)


def access_key(account: str) -> str:
    """The access key that stands for *account* where nothing else does."""
    return f"AKIA{int(account):016d}"


def partition(region: str) -> str:
    """The partition a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def queue_url(place: Place, name: str) -> str:
    """The URL of a queue, as SQS's JSON protocol answers it."""
    domain = "amazonaws.com.cn" if place.region.startswith("cn-") else "amazonaws.com"
    return f"https://sqs.{place.region}.{domain}/{place.account}/{name}"


def queue_of_url(url: str) -> tuple[str, str] | None:
    """The account and the name in a queue URL of any host, or `None` if it is none."""
    match = _QUEUE_PATH.fullmatch(url)
    return (match[1], match[2]) if match else None
