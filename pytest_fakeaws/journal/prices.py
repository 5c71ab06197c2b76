"""AWS's public list prices, without free tiers and discounts for volume.

They change seldom, and differ between regions; an estimate tells a loop that runs away from one that does not,
and is no bill.
"""

from __future__ import annotations

from typing import NamedTuple

REGION = "us-east-1"
READ_ON = "2026-11-25"
"""When these prices were last compared with AWS's pages."""

CHUNK = 64 * 1024
"""Bytes of payload that are billed as one request: https://aws.amazon.com/sqs/pricing/."""


class Price(NamedTuple):
    """What something costs.

    Attributes:
        what: What is counted.
        dollars: What one of it costs, in US dollars.
        source: AWS's page.
    """

    what: str
    dollars: float
    source: str


_MILLION = 1_000_000
_SQS = "https://aws.amazon.com/sqs/pricing/"
_SNS = "https://aws.amazon.com/sns/pricing/"
_LAMBDA = "https://aws.amazon.com/lambda/pricing/"

PRICES = {
    "sqs": Price("SQS requests", 0.40 / _MILLION, _SQS),
    "sqs.fifo": Price("SQS requests, FIFO queues", 0.50 / _MILLION, _SQS),
    "sns": Price("SNS requests", 0.50 / _MILLION, _SNS),
    "sns.fifo": Price("SNS publishes, FIFO topics", 0.30 / _MILLION, _SNS),
    "sns.http": Price("SNS deliveries over HTTP", 0.60 / _MILLION, _SNS),
    "sns.email": Price("SNS deliveries by email", 2.00 / 100_000, _SNS),
    "lambda": Price("Lambda requests", 0.20 / _MILLION, _LAMBDA),
    "lambda.compute": Price("Lambda GB-seconds (x86)", 0.000_016_666_7, _LAMBDA),
}
"""By what is billed."""
